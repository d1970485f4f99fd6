"""Rules, and reading the JSON of their conditions into a small tree.

The tree has six kinds of leaf; the other operators are said with these and `Not`. Every node is either true
or false of a row, never unknown, so that `Not` means the same in Python and in SQL.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DEEPEST = 12
"""How far conditions may be nested before they count as nonsense."""

_PLACEHOLDER = re.compile(r"\$\{user\.([A-Za-z_][A-Za-z0-9_]*)\}")


Path = tuple[str | int, ...]
"""Where in a condition: names of members and numbers of entries, from the outside in."""


class BadCondition(ValueError):
    """Conditions that cannot be understood: what is wrong, for the person who writes rules, and where.

    `message` is an English sentence and the key of its translation, its places filled from `params`.
    """

    def __init__(self, message: str, path: Path = (), **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.path = path
        self.params = params

    @property
    def place(self) -> str:
        """The path as one reads it: `projectId.$in[1]`; empty for the whole."""
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path]
        return "".join(parts).removeprefix(".")


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
    role: str | None = dataclasses.field(default=None, compare=False)
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
    path: Path = dataclasses.field(default=(), compare=False)
    """Where in the condition it stands."""


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
    return _Reader(user).document(conditions, ())


class _Reader:
    def __init__(self, user: Mapping[str, Any]) -> None:
        self._user = user

    def document(self, given: Any, path: Path) -> Node:
        if not isinstance(given, dict):
            raise BadCondition("Here belong fields in curly brackets, such as {\u201cage\u201d: 5}.", path)
        self._measure(path)
        return Every(tuple(self._entry(key, value, (*path, key)) for key, value in given.items()))

    def _entry(self, key: str, value: Any, path: Path) -> Node:
        if key == "$not":
            return Not(self.document(value, path))
        if key in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise BadCondition("%(operator)s takes a list of conditions.", path, operator=key)
            nodes = tuple(self.document(item, (*path, at)) for at, item in enumerate(value))
            return Every(nodes) if key == "$and" else Some(nodes)
        if key.startswith("$"):
            raise BadCondition("There is no operator %(operator)s in this place.", path, operator=key)
        return self._field(key, value, path)

    def _field(self, field: str, value: Any, path: Path) -> Node:
        if not isinstance(value, dict):
            return self._one_of(field, [value], path, single=True)
        self._measure(path)
        if not value:
            raise BadCondition("Nothing is asked of %(field)s.", path, field=field)
        return Every(tuple(self._operators(field, value, path)))

    def _operators(self, field: str, value: dict[str, Any], path: Path) -> Iterator[Node]:
        for name, operand in value.items():
            place = (*path, name)
            if name == "$not":
                if not isinstance(operand, dict):
                    raise BadCondition("$not takes operators in curly brackets.", place)
                yield Not(self._field(field, operand, place))
            elif name in _OPERATORS:
                yield _OPERATORS[name](self, field, operand, place)
            else:
                raise BadCondition("There is no operator %(operator)s in this place.", place, operator=name)

    def _measure(self, path: Path) -> None:
        if len(path) > 2 * DEEPEST:
            raise BadCondition("This is nested too deeply.", path)

    def _one_of(self, field: str, values: Any, path: Path, *, single: bool = False) -> Node:
        if isinstance(values, str):
            values = self._fact(values, path)
        if not isinstance(values, (list, tuple)):
            raise BadCondition("Here belongs a list.", path)
        places = [path if single else (*path, at) for at in range(len(values))]
        filled = [self._scalar(value, place) for value, place in zip(values, places, strict=True)]
        found = Leaf(field, Op.IN, tuple(value for value in filled if value is not None), path)
        return Some((Not(Leaf(field, Op.EXISTS, path=path)), found)) if None in filled else found

    def _compare(self, field: str, op: Op, operand: Any, path: Path) -> Node:
        value = self._scalar(operand, path)
        if value is None:
            raise BadCondition("%(operator)s needs a value to compare with.", path, operator=op.value)
        return Leaf(field, op, value, path)

    def _exists(self, field: str, wanted: Any, path: Path) -> Node:
        if not isinstance(wanted, bool):
            raise BadCondition("$exists takes true or false.", path)
        leaf = Leaf(field, Op.EXISTS, path=path)
        return leaf if wanted else Not(leaf)

    def _scalar(self, value: Any, path: Path) -> Any:
        if isinstance(value, str) and "${" in value:
            value = self._fact(value, path)
        if isinstance(value, (dict, list, tuple)):
            raise BadCondition("Here belongs one value, and not several.", path)
        return value

    def _fact(self, placeholder: str, path: Path) -> Any:
        """What `${user.name}` stands for."""
        found = _PLACEHOLDER.fullmatch(placeholder)
        if found is None:
            raise BadCondition("Here belongs a list, or a placeholder alone, such as ${user.uuid}.", path)
        value = self._user.get(found[1])
        if value is None:
            raise BadCondition("Nothing is known for %(placeholder)s.", path, placeholder=placeholder)
        return value


_Operator = Callable[[_Reader, str, Any, Path], Node]
_OPERATORS: dict[str, _Operator] = {
    "$eq": lambda reader, field, operand, path: reader._one_of(field, [operand], path, single=True),
    "$ne": lambda reader, field, operand, path: Not(reader._one_of(field, [operand], path, single=True)),
    "$in": lambda reader, field, operand, path: reader._one_of(field, operand, path),
    "$nin": lambda reader, field, operand, path: Not(reader._one_of(field, operand, path)),
    "$gt": lambda reader, field, operand, path: reader._compare(field, Op.GT, operand, path),
    "$gte": lambda reader, field, operand, path: reader._compare(field, Op.GTE, operand, path),
    "$lt": lambda reader, field, operand, path: reader._compare(field, Op.LT, operand, path),
    "$lte": lambda reader, field, operand, path: reader._compare(field, Op.LTE, operand, path),
    "$exists": lambda reader, field, operand, path: reader._exists(field, operand, path),
}
