"""The list of cases: a page of it, and how many there are. For the list itself and for tabs of other pages."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import (
    COUNT_LIMIT,
    FIRST,
    PAGE_SIZE,
    SEARCH_COUNT_LIMIT,
    Count,
    Page,
    Position,
    Sort,
    count_statement,
    page_statement,
    read_count,
    read_page,
)
from portal.core.unchanged import while_unchanged
from portal.grievances.finding import DUE
from portal.grievances.models import Grievance
from portal.grievances.queries.columns import CLOCK, columns, joined
from portal.grievances.queries.filters import CaseFilter, where

SOONEST = Sort("due", (DUE, Grievance.id))
"""What runs out first; cases on which no clock runs come last."""
SORTS = {
    sort.name: sort
    for sort in (
        SOONEST,
        Sort("-due", (DUE, Grievance.id), descending=True),
        Sort("-created", (Grievance.created_at, Grievance.id), descending=True),
        Sort("created", (Grievance.created_at, Grievance.id)),
    )
}
REMEMBERED = 256
"""How many statements stay put together; see `beneficiaries.queries.people`."""
Statement = Select[*tuple[Any, ...]]


def chosen_cases(chosen: CaseFilter, ability: Ability) -> Statement:
    """The cases that a filter finds among those the reader may see; columns are added by the caller."""
    statement = select(Grievance.id).where(Grievance.deleted_at.is_(None), *where(chosen, ability))
    return ability.accessible(statement, "read", Grievance)


def page_of_cases(
    session: Session,
    chosen: CaseFilter,
    ability: Ability,
    wanted: Sequence[str],
    sort: Sort = SOONEST,
    position: Position = FIRST,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of the list, each row with its `uuid`, what its clock needs, and the `wanted` columns; one statement."""
    remembered = _page_statement.__wrapped__ if chosen.searched else _page_statement
    statement = partial(remembered, chosen, ability, tuple(wanted), sort, size)
    return read_page(session.connection(), statement, sort, position, size)


@lru_cache(REMEMBERED)
def _page_statement(
    chosen: CaseFilter, ability: Ability, wanted: tuple[str, ...], sort: Sort, size: int, shape: Position
) -> Statement:
    names = dict.fromkeys((*CLOCK, "sensitive", *wanted))
    available = columns(ability, [name for name in names if name not in ("clock", "uuid")])
    shown: list[Any] = [column.label(name) for name, column in available.items()]
    statement = chosen_cases(chosen, ability).with_only_columns(Grievance.uuid, *shown)
    return page_statement(statement.select_from(joined()), sort, shape, size)


def count_cases(session: Session, chosen: CaseFilter, ability: Ability, *, further: bool = False) -> Count:
    """How many the filter finds, up to 10,000; a search is first counted up to 1,000, `further` on demand."""
    limit = SEARCH_COUNT_LIMIT if chosen.searched and not further else COUNT_LIMIT
    remembered = _count_statement.__wrapped__ if chosen.searched else _count_statement

    def ask() -> Count:
        return read_count(session.connection(), remembered(chosen, ability, limit), limit)

    # How a clock stands changes though nothing is written.
    return ask() if chosen.clock else while_unchanged(session, (count_cases, chosen, ability, limit), ask)


def count_exactly(session: Session, chosen: CaseFilter, ability: Ability, action: str = "read") -> int:
    """How many the filter finds to which the reader may do `action` as well."""
    found = ability.accessible(chosen_cases(chosen, ability), action, Grievance).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


@lru_cache(REMEMBERED)
def _count_statement(chosen: CaseFilter, ability: Ability, limit: int) -> Select[int]:
    return count_statement(chosen_cases(chosen, ability), limit)
