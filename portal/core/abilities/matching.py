"""Holding a condition against one row, in Python."""

import operator
from collections.abc import Callable
from typing import Any

from portal.core.abilities.rules import Every, Leaf, Node, Not, Op, Some

_ORDER: dict[Op, Callable[[Any, Any], bool]] = {
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
}


def matches(node: Node, row: Any) -> bool:
    """Whether the row satisfies the condition, whose leaves are bound to the row's model."""
    match node:
        case Every(nodes):
            return all(matches(one, row) for one in nodes)
        case Some(nodes):
            return any(matches(one, row) for one in nodes)
        case Not(inner):
            return not matches(inner, row)
        case Leaf(field, op, operand):
            values, rank = field.values(row), field.kind.rank
            if op is Op.EXISTS:
                return bool(values)
            if op is Op.IN:
                wanted = [rank(value) for value in operand]
                return any(rank(value) in wanted for value in values)
            return any(_ORDER[op](rank(value), rank(operand)) for value in values)
