"""Rules, and reading the JSON of their conditions into a small tree.

The tree has six kinds of leaf; the other operators are said with these and `Not`. Every node is either true
or false of a row, never unknown, so that `Not` means the same in Python and in SQL.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

DEEPEST = 12
"""How far conditions may be nested before they count as nonsense."""

_PLACEHOLDER = re.compile(r"\$\{user\.([A-Za-z_][A-Za-z0-9_]*)\}")


class BadCondition(ValueError):
    """Conditions that cannot be understood; the message says which part, for the person who writes rules."""


@dataclass(frozen=True)
class Rule:
    """One row of `tbl_auth_permissions`: who holds it may (inverted: may not) do `action` to `subject`."""

    action: str
    subject: str
    inverted: bool = False
    conditions: Any = None
    reason: str | None = None
    projects: tuple[str, ...] | None = None
    """The uuids of the projects to which its holder's assignment is limited; None is no limit."""
    role: str | None = field(default=None, compare=False)
    """The role it comes from, where somebody asks which rule decided."""

    def covers(self, action: str, subject: str) -> bool:
        """Whether the rule speaks about this action and subject at all, whatever its conditions."""
        return self.action in (action, "manage") and self.subject in (subject, "all")


class Op(StrEnum):
    """What a leaf asks of a field's value. `IN` takes a tuple, `EXISTS` nothing, the others one value."""

    IN = "$in"
    GT = "$gt"
    GTE = "$gte"
    LT = "$lt"
    LTE = "$lte"
    EXISTS = "$exists"


@dataclass(frozen=True)
class Leaf:
    """One test of one field."""

    field: Any
    """The field's name; after binding to a model, the field itself."""
    op: Op
    operand: Any = None


@dataclass(frozen=True)
class Every:
    """Holds when each of its parts does; also when there is none."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Some:
    """Holds when at least one of its parts does."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """Holds when its part does not."""

    node: "Node"


Node = Leaf | Every | Some | Not


def read_conditions(conditions: Any, user: Mapping[str, Any]) -> Node:
    """The tree of a rule's conditions, with `${user.…}` filled in from `user`.

    Raises BadCondition for anything outside the grammar, and for a placeholder that has no value: a rule
    about "my project" must not come to mean "rows without a project" for a person who has none.
    """
    return _Reader(user).document(conditions, 0)


class _Reader:
    def __init__(self, user: Mapping[str, Any]) -> None:
        self._user = user

    def document(self, given: Any, depth: int) -> Node:
        if not isinstance(given, dict):
            raise BadCondition(f"an object was expected, not {given!r}")
        if depth > DEEPEST:
            raise BadCondition("nested too deeply")
        return Every(tuple(self._entry(key, value, depth + 1) for key, value in given.items()))

    def _entry(self, key: str, value: Any, depth: int) -> Node:
        if key == "$not":
            return Not(self.document(value, depth))
        if key in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise BadCondition(f"{key} takes a list of objects")
            nodes = tuple(self.document(item, depth) for item in value)
            return Every(nodes) if key == "$and" else Some(nodes)
        if key.startswith("$"):
            raise BadCondition(f"unknown operator {key}")
        return self._field(key, value, depth)

    def _field(self, field: str, value: Any, depth: int) -> Node:
        if not isinstance(value, dict):
            return self._one_of(field, [value])
        if not value or depth > DEEPEST:
            raise BadCondition(f"no operator for {field}" if not value else "nested too deeply")
        return Every(tuple(self._operators(field, value, depth)))

    def _operators(self, field: str, value: dict[str, Any], depth: int) -> Iterator[Node]:
        for name, operand in value.items():
            if name == "$not":
                if not isinstance(operand, dict):
                    raise BadCondition("$not takes an object")
                yield Not(self._field(field, operand, depth + 1))
            elif name in _OPERATORS:
                yield _OPERATORS[name](self, field, operand)
            else:
                raise BadCondition(f"unknown operator {name}")

    def _one_of(self, field: str, values: Any) -> Node:
        if isinstance(values, str):
            values = self._fact(values)
        if not isinstance(values, (list, tuple)):
            raise BadCondition("$in and $nin take a list")
        filled = [self._scalar(value) for value in values]
        found = Leaf(field, Op.IN, tuple(value for value in filled if value is not None))
        return Some((Not(Leaf(field, Op.EXISTS)), found)) if None in filled else found

    def _compare(self, field: str, op: Op, operand: Any) -> Node:
        value = self._scalar(operand)
        if value is None:
            raise BadCondition(f"{op} takes a value")
        return Leaf(field, op, value)

    def _exists(self, field: str, wanted: Any) -> Node:
        if not isinstance(wanted, bool):
            raise BadCondition("$exists takes true or false")
        leaf = Leaf(field, Op.EXISTS)
        return leaf if wanted else Not(leaf)

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, str) and "${" in value:
            value = self._fact(value)
        if isinstance(value, (dict, list, tuple)):
            raise BadCondition(f"one value was expected, not {value!r}")
        return value

    def _fact(self, placeholder: str) -> Any:
        """What `${user.name}` stands for."""
        found = _PLACEHOLDER.fullmatch(placeholder)
        if found is None:
            raise BadCondition(f"a list or ${{user.…}} was expected, not {placeholder!r}")
        value = self._user.get(found[1])
        if value is None:
            raise BadCondition(f"nothing is known for {placeholder}")
        return value


_Operator = Callable[[_Reader, str, Any], Node]
_OPERATORS: dict[str, _Operator] = {
    "$eq": lambda reader, field, operand: reader._one_of(field, [operand]),
    "$ne": lambda reader, field, operand: Not(reader._one_of(field, [operand])),
    "$in": lambda reader, field, operand: reader._one_of(field, operand),
    "$nin": lambda reader, field, operand: Not(reader._one_of(field, operand)),
    "$gt": lambda reader, field, operand: reader._compare(field, Op.GT, operand),
    "$gte": lambda reader, field, operand: reader._compare(field, Op.GTE, operand),
    "$lt": lambda reader, field, operand: reader._compare(field, Op.LT, operand),
    "$lte": lambda reader, field, operand: reader._compare(field, Op.LTE, operand),
    "$exists": lambda reader, field, operand: reader._exists(field, operand),
}
