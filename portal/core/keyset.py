"""Paging by key: every page costs the same, the first, the five-hundredth and the last.

A page is found by comparing the sort key of a row with that of the row where the reader stands, which an index
answers directly. OFFSET would read and throw away all rows before. Where the reader stands travels in the URL
as one opaque token; a token that was tampered with or belongs to another order leads to the first page.
"""

import binascii
import datetime as dt
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
SEARCH_COUNT_LIMIT = 1_000
LONGEST_TOKEN = 10_000
"""More than the longest key makes: 600 characters of any script, as JSON in base64."""


@dataclass(frozen=True)
class Sort:
    """An order of a list. `keys` are selected columns; the last one is unique, all run in one direction.

    The keys of a `private` order tell something of a person, and an address stands in logs and histories: its
    positions name the row by the last key alone, and the database looks up the others.
    """

    name: str
    keys: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
    descending: bool = False
    private: bool = False

    @property
    def told(self) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
        """The keys whose values stand in a position."""
        return self.keys[-1:] if self.private else self.keys


@dataclass(frozen=True)
class Position:
    """Where the reader stands: before or after the row with these key values, or at either end.

    `tier` says in which part of a ranked list that row is; `ordinal` is the number of the page's first row as
    the reader counts, where that is known.
    """

    kind: Literal["first", "last", "after", "before"] = "first"
    sort: str = ""
    values: tuple[Any, ...] = ()
    tier: int = 0
    ordinal: int | None = 1

    @property
    def backwards(self) -> bool:
        """Whether a page is read from here towards the beginning."""
        return self.kind in {"before", "last"}

    def token(self) -> str:
        """The position as it stands in a URL."""
        content = [self.kind[0], self.sort, self.tier, self.ordinal, *map(_to_json, self.values)]
        return urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


FIRST = Position()
LAST = Position("last", ordinal=None)


def _to_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, UUID):
        return {"u": str(value)}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        (kind, inner), *_more = value.items()
        return dt.datetime.fromisoformat(inner) if kind == "t" else UUID(inner)
    return value


def read_position(token: str | None, sort: Sort) -> Position:
    """The position that a token of this order stands for; the first page for any other token."""
    if not token or len(token) > LONGEST_TOKEN:
        return FIRST
    try:
        kind, name, tier, ordinal, *values = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        full = {"f": "first", "l": "last", "a": "after", "b": "before"}[kind]
        if full in {"first", "last"}:
            return FIRST if full == "first" else LAST
        known = tuple(_from_json(value) for value in values)
        sane = _between(tier, 0, 9) and (ordinal is None or _between(ordinal, 1, 2**53))
        if name != sort.name or len(known) != len(sort.told) or not sane or not _fits(known, sort):
            return FIRST
        # `_between` has looked at tier and ordinal, which its type does not tell.
        return Position(full, name, known, tier, ordinal)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
        return FIRST


def _between(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _fits(values: Sequence[Any], sort: Sort) -> bool:
    """Whether each value is of its column's type and could stand in it, so the database never meets another."""
    for value, key in zip(values, sort.told, strict=True):
        if not isinstance(value, key.type.python_type) or isinstance(value, bool):
            return False
        if isinstance(value, int) and not _countable(value, key.type):
            return False
        if isinstance(value, str) and not _storable(value):
            return False
    return True


def _countable(value: int, kind: TypeEngine[Any]) -> bool:
    """Whether a column of this type can hold the number."""
    most = 2**63 if isinstance(kind, BigInteger) else 2**31
    return -most <= value < most


def _storable(value: str) -> bool:
    """Whether PostgreSQL can hold the text: no NUL, and no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


@dataclass(frozen=True)
class Page:
    """A page of rows with the tokens of its neighbours; a token is None where there is no neighbour."""

    rows: list[Row[*tuple[Any, ...]]]
    previous: str | None
    next: str | None
    ordinal: int | None

    @property
    def first(self) -> str | None:
        """Leads to the first page, from any other."""
        return FIRST.token() if self.previous else None

    @property
    def last(self) -> str | None:
        """Leads to the last page, from any other."""
        return LAST.token() if self.next else None


def page_of(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    sort: Sort,
    position: Position = FIRST,
    size: int = PAGE_SIZE,
    tiers: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """One page of `statement` in the order `sort`, in one statement to the database.

    `tiers` rank the list: rows that meet the first condition come before those that meet the second. The
    conditions must exclude each other and together cover all rows. Each part stops as soon as the page is full.
    """
    named = _named(statement)
    return read_page(
        session,
        lambda shape: page_statement(named, sort, shape, size, tiers),
        sort,
        within(position, len(tiers)),
        size,
    )


def _named(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement with each column of a model under its attribute's name, as a session would call it in a row."""
    shown = [
        column["expr"].label(column["name"])
        if isinstance(column["expr"], InstrumentedAttribute)
        else column["expr"]
        for column in statement.column_descriptions
    ]
    return statement.with_only_columns(*shown, maintain_column_froms=True)


def within(position: Position, tiers: int) -> Position:
    """The position, or the first page where it is one of a list that was ranked otherwise."""
    return position if position.tier < max(tiers, 1) else FIRST


def page_statement(
    statement: Select[*tuple[Any, ...]],
    sort: Sort,
    position: Position,
    size: int = PAGE_SIZE,
    tiers: Sequence[ColumnElement[bool]] = (),
) -> Select[*tuple[Any, ...]]:
    """The SELECT of one page. The values of the position are left open and named by `read_page`, so that the
    statements of all pages in the middle of a list are one."""
    descending = sort.descending != position.backwards
    parts = []
    for number in _tiers_ahead(position, len(tiers) or 1):
        part = statement.add_columns(literal(number).label("tier"), *_labelled(sort))
        if tiers:
            part = part.where(tiers[number])
        if position.values and number == position.tier:
            keys = tuple_(*sort.keys)
            values = tuple_(*_open_values(sort))
            part = part.where(keys < values if descending else keys > values)
        part = part.order_by(*(key.desc() if descending else key.asc() for key in sort.keys)).limit(size + 1)
        parts.append(part)
    return parts[0] if len(parts) == 1 else _in_turn(parts, size + 1)


def _open_values(sort: Sort) -> list[ColumnElement[Any]]:
    """Where the values of a position go; those that it does not tell are looked up by the one that it does."""
    told: list[ColumnElement[Any]] = [
        bindparam(f"at_{place}", type_=key.type) for place, key in enumerate(sort.told)
    ]
    if not sort.private:
        return told
    row = sort.keys[-1] == told[0]
    looked_up = [select(key).where(row).correlate(None).scalar_subquery() for key in sort.keys[:-1]]
    return [*looked_up, *told]


def read_page(
    asked: Session | Connection,
    statement: Callable[[Position], Select[*tuple[Any, ...]]],
    sort: Sort,
    position: Position,
    size: int = PAGE_SIZE,
    named: Mapping[str, Any] | None = None,
) -> Page:
    """The page at `position`; where all that was there is gone, the end of the list that is nearest.

    `statement` is asked for the `page_statement` of a position's shape: all that it depends on, without the values, so
    that whoever keeps statements need not keep one for each row at which a page began. A list that wants labelled
    columns and no objects may ask the connection, which is quicker than the session. `named` are the values that the
    list's own statement leaves open.
    """
    shape = replace(position, values=position.values and (True,), ordinal=None)
    at = {**(named or {}), **{f"at_{place}": value for place, value in enumerate(position.values)}}
    rows = list(asked.execute(statement(shape), at).all())
    if not rows and position.values:
        nearest = FIRST if position.backwards else LAST
        return read_page(asked, statement, sort, nearest, size, named)
    more = len(rows) > size
    rows = rows[:size]
    if position.backwards:
        rows.reverse()
    has_previous = more if position.backwards else position.kind == "after"
    has_next = position.kind == "before" if position.backwards else more
    return _page(rows, sort, position, size, has_previous, has_next)


def _tiers_ahead(position: Position, count: int) -> list[int]:
    """The parts of a ranked list from where the reader stands, in reading direction."""
    if position.kind == "last":
        return list(range(count - 1, -1, -1))
    if position.backwards:
        return list(range(min(position.tier, count - 1), -1, -1))
    return list(range(min(position.tier, count - 1), count))


def _labelled(sort: Sort) -> list[ColumnElement[Any]]:
    return [key.label(f"key_{number}") for number, key in enumerate(sort.keys)]


def _in_turn(parts: list[Select[*tuple[Any, ...]]], limit: int) -> Select[*tuple[Any, ...]]:
    """The parts one after the other; a later one is not begun when the earlier ones fill the page."""
    union = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(union).limit(limit)


def _page(
    rows: list[Row[*tuple[Any, ...]]],
    sort: Sort,
    position: Position,
    size: int,
    has_previous: bool,
    has_next: bool,
) -> Page:
    ordinal = position.ordinal if has_previous or not rows else 1

    def token(kind: Literal["after", "before"], row: Row[*tuple[Any, ...]], at: int | None) -> str:
        first = len(sort.keys) - len(sort.told)
        values = tuple(getattr(row, f"key_{number}") for number in range(first, len(sort.keys)))
        return Position(kind, sort.name, values, row.tier, at).token()

    before = after = None
    if rows and has_previous:
        before = token("before", rows[0], max(1, ordinal - size) if ordinal else None)
    if rows and has_next:
        after = token("after", rows[-1], ordinal + len(rows) if ordinal else None)
    return Page(rows, before, after, ordinal)


@dataclass(frozen=True)
class Count:
    """How many rows a list has: exact, or `more` than what was counted."""

    number: int
    more: bool


def count_up_to(session: Session, statement: Select[*tuple[Any, ...]], limit: int = COUNT_LIMIT) -> Count:
    """Count the rows of `statement`, but no further than `limit`: nobody waits for the rest."""
    return read_count(session, count_statement(statement, limit), limit)


def count_statement(statement: Select[*tuple[Any, ...]], limit: int) -> Select[int]:
    """The SELECT that counts the rows of `statement` up to one more than `limit`."""
    inner = statement.with_only_columns(literal(1).label("one"), maintain_column_froms=True).order_by(None)
    return select(func.count()).select_from(inner.limit(limit + 1).subquery())


def read_count(asked: Session | Connection, statement: Select[int], limit: int) -> Count:
    """What a `count_statement` of the same limit counts."""
    found: int = asked.execute(statement).scalar_one()
    return Count(min(found, limit), found > limit)
