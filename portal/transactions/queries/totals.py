"""What a list of transactions comes to, by currency and status: always exact, and not always all at once.

The database keeps the sums of all transactions by vendor, project, currency and status. Where these tell everything
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
from portal.core.enums import TransactionStatus
from portal.core.keyset import COUNT_LIMIT, SEARCH_COUNT_LIMIT, Count
from portal.core.unchanged import while_unchanged
from portal.transactions.models import Transaction, TransactionSum
from portal.transactions.queries.filters import TransactionFilter, where
from portal.transactions.queries.listing import REMEMBERED, chosen_transactions

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Total:
    """So many transactions of a status come to so much of a currency."""

    currency: str
    status: TransactionStatus
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """What a list comes to, and how many rows it has.

    `lines` are by currency and then status, exact; None where there are more rows than were added up.
    """

    lines: tuple[Total, ...] | None
    count: Count

    @property
    def statuses(self) -> Sequence[TransactionStatus]:
        """The statuses that there are, in their order."""
        return [
            status for status in TransactionStatus if any(one.status == status for one in self.lines or ())
        ]

    @property
    def by_currency(self) -> Sequence[tuple[str, Mapping[TransactionStatus, Total | None]]]:
        """Each currency with its line of each status, that with the most transactions first."""
        found: dict[str, dict[TransactionStatus, Total | None]] = {}
        numbers: dict[str, int] = {}
        for line in self.lines or ():
            found.setdefault(line.currency, dict.fromkeys(self.statuses))[line.status] = line
            numbers[line.currency] = numbers.get(line.currency, 0) + line.number
        return sorted(found.items(), key=lambda pair: (-numbers[pair[0]], pair[0]))


def totals_of(
    session: Session, chosen: TransactionFilter, ability: Ability, *, further: bool = False
) -> Totals:
    """What the filter's transactions come to, of those the reader may see, in one statement.

    Exact at once where the kept sums know; else up to 10,000 rows, for a search 1,000, and all of them with `further`.
    """
    return while_unchanged(
        session, (totals_of, chosen, ability, further), lambda: _ask(session, chosen, ability, further)
    )


def _ask(session: Session, chosen: TransactionFilter, ability: Ability, further: bool) -> Totals:
    kept = _kept_statement(chosen, ability) if chosen.needle is None else None
    limit = None if kept is not None or further else SEARCH_COUNT_LIMIT if chosen.needle else COUNT_LIMIT
    statement = kept if kept is not None else _added_up(chosen, ability, limit)
    lines = tuple(Total(*row) for row in session.connection().execute(statement))
    number = sum(line.number for line in lines)
    if limit is not None and number > limit:
        return Totals(None, Count(limit, True))
    return Totals(lines, Count(number, False))


def _added_up(chosen: TransactionFilter, ability: Ability, limit: int | None) -> Statement:
    """The rows themselves, added up; of more than `limit` one more."""
    facts = (Transaction.currency, Transaction.status, Transaction.amount)
    rows = chosen_transactions(chosen, ability).with_only_columns(*facts)
    found = (rows if limit is None else rows.limit(limit + 1)).subquery()
    by = (found.c.currency, found.c.status)
    return select(*by, func.count(), func.sum(found.c.amount)).group_by(*by).order_by(*by)


TELLING = {"projectId", "vendorId", "currency", "status"}
"""The columns of which the kept sums know."""


@lru_cache(REMEMBERED)
def _kept_statement(chosen: TransactionFilter, ability: Ability) -> Statement | None:
    """The kept sums that make up the answer; None where they cannot tell."""
    asked = [*where(chosen, ability), ability.condition("read", Transaction)]
    conditions = [_of_sums(condition) for condition in asked]
    if any(condition is None for condition in conditions):
        return None
    by = (TransactionSum.currency, TransactionSum.status)
    return (
        select(*by, cast(func.sum(TransactionSum.number), BigInteger), func.sum(TransactionSum.amount))
        .where(TransactionSum.number > 0, *(condition for condition in conditions if condition is not None))
        .group_by(*by)
        .order_by(*by)
    )


def _of_sums(condition: ColumnElement[bool]) -> ColumnElement[bool] | None:
    """A condition on transactions as one on their sums; None where it asks for something that those do not know."""
    columns = [part for part in visitors.iterate(condition) if isinstance(part, Column)]
    if any(_owner(column) != Transaction.__tablename__ or column.name not in TELLING for column in columns):
        return None

    def instead(part: Any) -> Any:
        return TransactionSum.__table__.c[part.name] if isinstance(part, Column) else None

    return visitors.replacement_traverse(condition, {}, typing.cast("Any", instead))


def _owner(column: Column[Any]) -> str:
    return str(getattr(column.table, "name", ""))
