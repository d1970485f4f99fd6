"""What the amounts of a list come to, by what they count and by status: always exact, and not always all at once.

The database keeps sums of every row by a few of its columns. Where these tell everything that a filter and the reader's
rules ask for, totals are added up from them. Else the rows themselves are, as far as a page can afford, and all of them
on demand.
"""

import typing
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import Column

from portal.core.abilities import Ability
from portal.core.keyset import COUNT_LIMIT, SEARCH_COUNT_LIMIT, Count
from portal.core.unchanged import while_unchanged

Statement = Select[*tuple[Any, ...]]
REMEMBERED = 256
"""How many statements stay put together; see `beneficiaries.queries.people`."""


class Searched(Hashable, Protocol):
    """A filter; equal ones are one."""

    @property
    def needle(self) -> object | None:
        """What it searches for; None where it does not."""
        ...


F = TypeVar("F", bound=Searched)


@dataclass(frozen=True)
class Total:
    """So many rows of a status come to so much of a currency or a token."""

    unit: str
    status: Enum
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """What a list comes to, and how many rows it has.

    `lines` are by unit and then status, exact; None where there are more rows than were added up.
    """

    lines: tuple[Total, ...] | None
    count: Count

    @property
    def statuses(self) -> Sequence[Enum]:
        """The statuses that there are, in the order of their kind."""
        found = {line.status for line in self.lines or ()}
        return [status for status in (type(next(iter(found))) if found else ()) if status in found]

    @property
    def by_unit(self) -> Sequence[tuple[str, Mapping[Enum, Total | None]]]:
        """Each unit with its line of each status, that with the most rows first."""
        found: dict[str, dict[Enum, Total | None]] = {}
        numbers: dict[str, int] = {}
        for line in self.lines or ():
            found.setdefault(line.unit, dict.fromkeys(self.statuses))[line.status] = line
            numbers[line.unit] = numbers.get(line.unit, 0) + line.number
        return sorted(found.items(), key=lambda pair: (-numbers[pair[0]], pair[0]))


class Summed(Generic[F]):
    """A list whose amounts can be added up.

    `model` has `status` and `amount`, and names what that counts by its column `unit`; `sums` is the table of kept
    sums, with the same column, `number` and `amount`, which knows of the model's columns `telling`. `find` are the rows
    of a filter that the reader may see, `where` the filter's conditions alone.
    """

    def __init__(
        self,
        model: type[Any],
        sums: type[Any],
        unit: str,
        telling: Collection[str],
        find: Callable[[F, Ability], Statement],
        where: Callable[[F, Ability], Sequence[ColumnElement[bool]]],
    ) -> None:
        self._model, self._sums, self._unit, self._telling = model, sums, unit, frozenset(telling)
        self._find, self._where = find, where
        self._remembered = lru_cache(REMEMBERED)(self._kept_statement)

    def totals(
        self, session: Session, chosen: F, ability: Ability, *, further: bool = False, lasting: bool = True
    ) -> Totals:
        """What the filter's rows come to, of those the reader may see, in one statement.

        Exact at once where the kept sums know; else up to 10,000 rows, for a search 1,000, and all of them with
        `further`. What is not `lasting`, since time alone changes what the filter finds, is asked each time.
        """
        if not lasting:
            return self._ask(session, chosen, ability, further)
        key = (self._model, "totals", chosen, ability, further)
        return while_unchanged(session, key, lambda: self._ask(session, chosen, ability, further))

    def _ask(self, session: Session, chosen: F, ability: Ability, further: bool) -> Totals:
        kept = self._remembered(chosen, ability) if chosen.needle is None else None
        limit = None if kept is not None or further else SEARCH_COUNT_LIMIT if chosen.needle else COUNT_LIMIT
        statement = kept if kept is not None else self._added_up(chosen, ability, limit)
        lines = tuple(Total(*row) for row in session.connection().execute(statement))
        number = sum(line.number for line in lines)
        if limit is not None and number > limit:
            return Totals(None, Count(limit, True))
        return Totals(lines, Count(number, False))

    def _added_up(self, chosen: F, ability: Ability, limit: int | None) -> Statement:
        """The rows themselves, added up; of more than `limit` one more."""
        facts = (getattr(self._model, self._unit), self._model.status, self._model.amount)
        rows = self._find(chosen, ability).with_only_columns(*facts)
        found = (rows if limit is None else rows.limit(limit + 1)).subquery()
        by = (found.c[self._unit], found.c.status)
        return select(*by, func.count(), func.sum(found.c.amount)).group_by(*by).order_by(*by)

    def _kept_statement(self, chosen: F, ability: Ability) -> Statement | None:
        """The kept sums that make up the answer; None where they cannot tell."""
        asked = [*self._where(chosen, ability), ability.condition("read", self._model)]
        conditions = [self._of_sums(condition) for condition in asked]
        if any(condition is None for condition in conditions):
            return None
        sums = self._sums
        by = (getattr(sums, self._unit), sums.status)
        return (
            select(*by, cast(func.sum(sums.number), BigInteger), func.sum(sums.amount))
            .where(sums.number > 0, *(condition for condition in conditions if condition is not None))
            .group_by(*by)
            .order_by(*by)
        )

    def _of_sums(self, condition: ColumnElement[bool]) -> ColumnElement[bool] | None:
        """A condition on the rows as one on their sums; None where it asks for something that those do not know."""
        columns = [part for part in visitors.iterate(condition) if isinstance(part, Column)]
        table = self._model.__table__
        if any(column.table is not table or column.name not in self._telling for column in columns):
            return None

        def instead(part: Any) -> Any:
            return self._sums.__table__.c[part.name] if isinstance(part, Column) else None

        return visitors.replacement_traverse(condition, {}, typing.cast("Any", instead))
