"""The same condition as SQL, for a whole list at once.

Negation is carried down to the leaves, because SQL's `NOT` of unknown is unknown and not true. A leaf that is
not negated may be unknown for null; `WHERE`, `AND` and `OR` treat that as false, which is what it means here,
and the plain comparison can use an index. A negated leaf says outright what it does with null.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from portal.core.abilities.fields import Field, Test
from portal.core.abilities.rules import Every, Leaf, Node, Not, Op, Some


def compile_condition(node: Node, entity: Any, negated: bool = False) -> ColumnElement[bool]:
    """SQL that is true for exactly the rows of `entity` (a model or an alias of it) that satisfy `node`.

    It may be null instead of false: use it in WHERE, CASE or FILTER, and for the opposite ask with `negated`,
    never with NOT.
    """
    match node:
        case Not(inner):
            return compile_condition(inner, entity, not negated)
        case Every(nodes) | Some(nodes):
            parts = [compile_condition(one, entity, negated) for one in nodes]
            if isinstance(node, Every) is not negated:
                return sa.and_(sa.true(), *parts)
            return sa.or_(sa.false(), *parts)
        case Leaf(field, op, operand):
            return _leaf(field, op, operand, entity, negated)


def _leaf(field: Field, op: Op, operand: Any, entity: Any, negated: bool) -> ColumnElement[bool]:
    if op is Op.IN and not operand:
        return sa.true() if negated else sa.false()
    return field.holds(entity, _test(field, op, operand), negated)


def _test(field: Field, op: Op, operand: Any) -> Test:
    kind = field.kind
    match op:
        case Op.EXISTS:
            return lambda column: column.is_not(None)
        case Op.IN if len(operand) == 1:
            return lambda column: column == kind.literal(operand[0])
        case Op.IN:
            return lambda column: column.in_([kind.literal(value) for value in operand])
    bound = kind.sortable(kind.literal(operand))
    match op:
        case Op.GT:
            return lambda column: kind.sortable(column) > bound
        case Op.GTE:
            return lambda column: kind.sortable(column) >= bound
        case Op.LT:
            return lambda column: kind.sortable(column) < bound
        case _:
            return lambda column: kind.sortable(column) <= bound
