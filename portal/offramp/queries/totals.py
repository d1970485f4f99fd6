"""What a list of requests comes to, by token and status: always exact, and not always all at once.

The database keeps the sums of all requests by project, provider, chain, token and status. Where these tell everything
that a filter and the reader's rules ask for, totals are added up from them. Else the rows themselves are, as far as a
page can afford, and all of them on demand.
"""

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import Column

from portal.core.abilities import Ability
from portal.core.enums import OfframpStatus
from portal.core.keyset import COUNT_LIMIT, SEARCH_COUNT_LIMIT, Count
from portal.core.unchanged import while_unchanged
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.filters import RequestFilter, where
from portal.offramp.queries.listing import REMEMBERED, chosen_requests
from portal.offramp.watching import OfframpSum

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Total:
    """So many requests of a status come to so much of a token."""

    token: str
    status: OfframpStatus
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """What a list comes to, and how many rows it has.

    `lines` are by token and then status, exact; None where there are more rows than were added up.
    """

    lines: tuple[Total, ...] | None
    count: Count

    @property
    def statuses(self) -> Sequence[OfframpStatus]:
        """The statuses that there are, in their order."""
        return [status for status in OfframpStatus if any(one.status == status for one in self.lines or ())]

    @property
    def by_token(self) -> Sequence[tuple[str, Mapping[OfframpStatus, Total | None]]]:
        """Each token with its line of each status, that with the most requests first."""
        found: dict[str, dict[OfframpStatus, Total | None]] = {}
        numbers: dict[str, int] = {}
        for line in self.lines or ():
            found.setdefault(line.token, dict.fromkeys(self.statuses))[line.status] = line
            numbers[line.token] = numbers.get(line.token, 0) + line.number
        return sorted(found.items(), key=lambda pair: (-numbers[pair[0]], pair[0]))


def totals_of(session: Session, chosen: RequestFilter, ability: Ability, *, further: bool = False) -> Totals:
    """What the filter's requests come to, of those the reader may see, in one statement.

    Exact at once where the kept sums know; else up to 10,000 rows, for a search 1,000, and all of them with `further`.
    """
    if chosen.of_now:
        return _ask(session, chosen, ability, further)
    return while_unchanged(
        session, (totals_of, chosen, ability, further), lambda: _ask(session, chosen, ability, further)
    )


def _ask(session: Session, chosen: RequestFilter, ability: Ability, further: bool) -> Totals:
    kept = _kept_statement(chosen, ability) if chosen.needle is None else None
    limit = None if kept is not None or further else SEARCH_COUNT_LIMIT if chosen.needle else COUNT_LIMIT
    statement = kept if kept is not None else _added_up(chosen, ability, limit)
    lines = tuple(Total(*row) for row in session.connection().execute(statement))
    number = sum(line.number for line in lines)
    if limit is not None and number > limit:
        return Totals(None, Count(limit, True))
    return Totals(lines, Count(number, False))


def _added_up(chosen: RequestFilter, ability: Ability, limit: int | None) -> Statement:
    """The rows themselves, added up; of more than `limit` one more."""
    facts = (OfframpRequest.token, OfframpRequest.status, OfframpRequest.amount)
    rows = chosen_requests(chosen, ability).with_only_columns(*facts)
    found = (rows if limit is None else rows.limit(limit + 1)).subquery()
    by = (found.c.token, found.c.status)
    return select(*by, func.count(), func.sum(found.c.amount)).group_by(*by).order_by(*by)


TELLING = {"projectId", "providerId", "chain", "token", "status"}
"""The columns of which the kept sums know."""


@lru_cache(REMEMBERED)
def _kept_statement(chosen: RequestFilter, ability: Ability) -> Statement | None:
    """The kept sums that make up the answer; None where they cannot tell."""
    asked = [*where(chosen, ability), ability.condition("read", OfframpRequest)]
    conditions = [_of_sums(condition) for condition in asked]
    if any(condition is None for condition in conditions):
        return None
    by = (OfframpSum.token, OfframpSum.status)
    return (
        select(*by, cast(func.sum(OfframpSum.number), BigInteger), func.sum(OfframpSum.amount))
        .where(OfframpSum.number > 0, *(condition for condition in conditions if condition is not None))
        .group_by(*by)
        .order_by(*by)
    )


def _of_sums(condition: ColumnElement[bool]) -> ColumnElement[bool] | None:
    """A condition on requests as one on their sums; None where it asks for something that those do not know."""
    columns = [part for part in visitors.iterate(condition) if isinstance(part, Column)]
    if any(
        _owner(column) != OfframpRequest.__tablename__ or column.name not in TELLING for column in columns
    ):
        return None

    def instead(part: Any) -> Any:
        return OfframpSum.__table__.c[part.name] if isinstance(part, Column) else None

    return visitors.replacement_traverse(condition, {}, typing.cast("Any", instead))


def _owner(column: Column[Any]) -> str:
    return str(getattr(column.table, "name", ""))
