"""The fields that conditions may name: a model's columns, by their names in the database, and what it adds.

A model adds fields that are no columns of its own in `__ability_fields__`, by the name conditions use:

    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: BeneficiaryProject,
            value="project_id",
            on=lambda person, link: and_(link.beneficiary_id == person.uuid, link.deleted_at.is_(None)),
            of=lambda person: [project.uuid for project in person.projects],
        ),
    }

`Linked` is a field with any number of values, found in rows of another table; `Computed` one with at most one
value, found by an SQL expression. Each says the same thing twice, for SQL and for a row in Python; test both.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from portal.core.abilities.kinds import Kind, kind_of
from portal.core.abilities.rules import BadCondition, Every, Leaf, Node, Not, Op, Some


@dataclass(frozen=True)
class Linked:
    """A field with any number of values, one in each linked row.

    `link` gives the model of the links (late, so that modules may name each other), `value` its attribute,
    `on` the SQL that ties a link to a row, `of` the values of a row in Python.
    """

    link: Callable[[], Any]
    value: str
    on: Callable[[Any, Any], ColumnElement[bool]]
    of: Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Computed:
    """A field whose value is an SQL expression over the row, `type` its type and `of` the same in Python."""

    type: TypeEngine[Any]
    expression: Callable[[Any], ColumnElement[Any]]
    of: Callable[[Any], Any]


Test = Callable[[ColumnElement[Any]], ColumnElement[bool]]


class Field(Protocol):
    """What a leaf of a condition is about, once a model is known."""

    @property
    def kind(self) -> Kind: ...

    def values(self, row: Any) -> list[Any]:
        """The row's values in Python, nulls left out."""

    def holds(self, entity: Any, test: Test, negated: bool) -> ColumnElement[bool]:
        """SQL: some value passes the test (negated: none does). `test` may be null for null, as `=` is."""


@dataclass(frozen=True)
class _Single:
    kind: Kind
    expression: Callable[[Any], ColumnElement[Any]]
    of: Callable[[Any], Any]

    def values(self, row: Any) -> list[Any]:
        value = self.of(row)
        return [] if value is None else [self.kind.read(value)]

    def holds(self, entity: Any, test: Test, negated: bool) -> ColumnElement[bool]:
        column = self.expression(entity)
        return sa.or_(column.is_(None), sa.not_(test(column))) if negated else test(column)


@dataclass(frozen=True)
class _Many:
    kind: Kind
    declared: Linked

    def values(self, row: Any) -> list[Any]:
        return [self.kind.read(value) for value in self.declared.of(row) if value is not None]

    def holds(self, entity: Any, test: Test, negated: bool) -> ColumnElement[bool]:
        link = aliased(self.declared.link())
        found = (
            sa.select(sa.literal(1))
            .where(self.declared.on(entity, link), test(getattr(link, self.declared.value)))
            .correlate(entity)
            .exists()
        )
        return sa.not_(found) if negated else found


@cache
def field_of(model: Any, name: str) -> Field:
    """The field that conditions on `model` call `name`. Raises BadCondition when it has none such."""
    declared = getattr(model, "__ability_fields__", {}).get(name)
    if isinstance(declared, Linked):
        return _Many(_kind(getattr(declared.link(), declared.value).type, name), declared)
    if isinstance(declared, Computed):
        return _Single(_kind(declared.type, name), declared.expression, declared.of)
    for attribute in sa.inspect(model).column_attrs:
        column = attribute.columns[0]
        if isinstance(column, sa.Column) and column.name == name:
            return _own(attribute.key, _kind(column.type, name))
    raise BadCondition("There is no field %(field)s.", field=name)


def _own(key: str, kind: Kind) -> Field:
    def of(row: Any) -> Any:
        return row[key] if isinstance(row, Mapping) else getattr(row, key)

    return _Single(kind, lambda entity: getattr(entity, key), of)


def _kind(type_: TypeEngine[Any], name: str) -> Kind:
    kind = kind_of(type_)
    if kind is None:
        raise BadCondition("The field %(field)s cannot be compared.", field=name)
    return kind


def bind(node: Node, model: Any) -> Node:
    """The same tree with the model's fields and their kind of values in its leaves.

    Raises BadCondition for a field the model does not have and a value the field can never have.
    """
    match node:
        case Every(nodes):
            return Every(tuple(bind(one, model) for one in nodes))
        case Some(nodes):
            return Some(tuple(bind(one, model) for one in nodes))
        case Not(inner):
            return Not(bind(inner, model))
        case Leaf(name, op, operand, path):
            try:
                field = field_of(model, name)
            except BadCondition as error:
                raise BadCondition(error.message, path, **error.params) from error
            try:
                return Leaf(field, op, _operand(field.kind, op, operand), path)
            except ValueError as error:
                raise BadCondition("The field %(field)s never has such a value.", path, field=name) from error


def _operand(kind: Kind, op: Op, operand: Any) -> Any:
    if op is Op.EXISTS:
        return operand
    if op is Op.IN:
        return tuple(_finite(kind.read(value)) for value in operand)
    return _finite(kind.read(operand))


def _finite(value: Any) -> Any:
    """JSON knows no NaN and no infinity; whoever smuggles one in through a placeholder is refused."""
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        raise ValueError("not a finite number")
    return value
