"""Kinds of values: how a value in JSON is read for a column's type, and how SQL compares it.

Each kind gives Python and PostgreSQL the same order and the same idea of equal: texts and enums by code point
(not by the database's collation or the enum's declaration), NaN equal to itself and above every number.
"""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum as PyEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

LARGEST_BIGINT = 2**63 - 1


@dataclass(frozen=True)
class Kind:
    """What is special about a kind of value.

    `read` turns JSON or a row's value into the Python value (ValueError when it cannot be one), `rank` gives
    what Python sorts by, `literal` puts a value into SQL, `sortable` is what SQL sorts a column or value by.
    """

    read: Callable[[Any], Any]
    literal: Callable[[Any], ColumnElement[Any]]
    rank: Callable[[Any], Any] = lambda value: value
    sortable: Callable[[ColumnElement[Any]], ColumnElement[Any]] = lambda column: column


def kind_of(type_: TypeEngine[Any]) -> Kind | None:
    """The kind of a column's type; None for what conditions cannot speak about, such as JSON and arrays."""
    if isinstance(type_, sa.Enum):
        return _enum(type_)
    for known, kind in _KINDS:
        if isinstance(type_, known):
            return kind
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    value.encode()
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not true or false")
    return value


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("not a number")
    if isinstance(value, int):
        return value
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return int(exact) if exact.is_finite() and exact == exact.to_integral_value() else exact


def _real(value: Any) -> float:
    try:
        return float(_number(value))
    except OverflowError as error:
        raise ValueError("too large a number") from error


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(_text(value))


def _moment(value: Any) -> dt.datetime:
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _day(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    return dt.date.fromisoformat(_text(value))


def _number_literal(value: int | Decimal) -> ColumnElement[Any]:
    if isinstance(value, int) and abs(value) <= LARGEST_BIGINT:
        return sa.literal(value, sa.BigInteger())
    return sa.literal(Decimal(value), sa.Numeric())


def _number_rank(value: Any) -> tuple[bool, Any]:
    return (True, 0) if math.isnan(value) else (False, value)


def _by_code_point(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.cast(column, sa.Text).collate("C")


def _enum(type_: sa.Enum) -> Kind:
    def read(value: Any) -> Any:
        found = next((one for one in type_.enums if one == _text(value)), None)
        if found is None:
            raise ValueError("not one of the values")
        return found

    def literal(value: str) -> ColumnElement[Any]:
        member: Any = type_.enum_class(value) if type_.enum_class else value
        return sa.literal(member, type_)

    return Kind(
        read=lambda value: read(value.value if isinstance(value, PyEnum) else value),
        literal=literal,
        sortable=_by_code_point,
    )


_NUMBER = Kind(_number, _number_literal, _number_rank)
_KINDS: list[tuple[type[TypeEngine[Any]], Kind]] = [
    (sa.Boolean, Kind(_truth, lambda value: sa.literal(value, sa.Boolean()))),
    (sa.Float, Kind(_real, lambda value: sa.literal(value, sa.Double()), _number_rank)),
    (sa.Integer, _NUMBER),
    (sa.Numeric, _NUMBER),
    (sa.Uuid, Kind(_uuid, lambda value: sa.literal(value, sa.Uuid()))),
    (sa.DateTime, Kind(_moment, lambda value: sa.literal(value, sa.DateTime(timezone=True)))),
    (sa.Date, Kind(_day, lambda value: sa.literal(value, sa.Date()))),
    (sa.String, Kind(_text, lambda value: sa.literal(value, sa.Text()), sortable=_by_code_point)),
]
