"""The board: the list's own filter, drawn as a column for each status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Row, Select, Text, and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import GrievanceStatus, ProjectStatus
from portal.core.keyset import SEARCH_COUNT_LIMIT, Count
from portal.core.unchanged import while_unchanged
from portal.grievances.finding import DUE
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.queries.columns import CLOCK, columns, joined
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import REMEMBERED, chosen_cases
from portal.projects.models import Project
from portal.users.models import User

CARDS = 20
"""So many cases stand in a column; the others are in the list, to which its foot leads."""
SHOWN = (*CLOCK, "title", "code", "priority", "project", "assignee", "sensitive", "moved")
ANSWERED = (GrievanceStatus.RESOLVED, GrievanceStatus.CLOSED)

Card = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Column:
    """The cases of one status: how many there are, and the first of them."""

    status: GrievanceStatus
    count: Count
    cards: Sequence[Card]


def board_of(session: Session, chosen: CaseFilter, ability: Ability) -> list[Column]:
    """A column for each status that the filter leaves, in two statements.

    Open cases stand in the order in which their clocks run out, answered ones with the last move first.
    """
    statuses = tuple(status for status in GrievanceStatus if status in (chosen.status or GrievanceStatus))
    counts = _counts(session, chosen, ability, statuses)
    cards: dict[GrievanceStatus, list[Card]] = {status: [] for status in statuses}
    remembered = _cards_statement.__wrapped__ if chosen.searched else _cards_statement
    for row in session.connection().execute(remembered(chosen, ability, statuses)):
        cards[row.status].append(row)
    return [Column(status, counts[status], cards[status]) for status in statuses]


def card_of(session: Session, uuid: UUID, ability: Ability, chosen: CaseFilter | None = None) -> Card | None:
    """One case as it stands on the board of a filter; None where that does not find it, or the reader may not know of
    it."""
    statement = _card(chosen_cases(chosen or CaseFilter(), ability), ability).where(Grievance.uuid == uuid)
    return session.connection().execute(statement).one_or_none()


def count_column(session: Session, chosen: CaseFilter, ability: Ability, status: GrievanceStatus) -> Count:
    """How many cases stand in a column of the board, up to 1,000."""
    return _counts(session, chosen, ability, (status,))[status]


def last_move_of(session: Session, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    """Who moved a case last, whereto, when, and what they said. For who may read the case."""
    statement = (
        select(
            GrievanceEvent.to_status,
            GrievanceEvent.created_at,
            GrievanceEvent.by_reporter,
            GrievanceEvent.body,
            func.coalesce(User.name, User.email, type_=Text).label("by"),
        )
        .outerjoin(User, User.id == GrievanceEvent.created_by)
        .where(GrievanceEvent.grievance_id == uuid, GrievanceEvent.to_status.is_not(None))
        .order_by(GrievanceEvent.id.desc())
        .limit(1)
    )
    return session.execute(statement).one_or_none()


def _counts(
    session: Session, chosen: CaseFilter, ability: Ability, statuses: tuple[GrievanceStatus, ...]
) -> Mapping[GrievanceStatus, Count]:
    def ask() -> Mapping[GrievanceStatus, Count]:
        found = session.connection().execute(_counts_statement(chosen, ability, statuses)).one()
        return {
            status: Count(min(number, SEARCH_COUNT_LIMIT), number > SEARCH_COUNT_LIMIT)
            for status, number in zip(statuses, found, strict=True)
        }

    # How a clock stands changes though nothing is written.
    return ask() if chosen.clock else while_unchanged(session, (board_of, chosen, ability, statuses), ask)


def _counts_statement(
    chosen: CaseFilter, ability: Ability, statuses: tuple[GrievanceStatus, ...]
) -> Select[*tuple[Any, ...]]:
    counts = []
    for status in statuses:
        found = chosen_cases(replace(chosen, status=(status,)), ability).limit(SEARCH_COUNT_LIMIT + 1)
        counts.append(
            select(func.count()).select_from(found.subquery()).scalar_subquery().label(status.value)
        )
    return select(*counts)


@lru_cache(REMEMBERED)
def _cards_statement(
    chosen: CaseFilter, ability: Ability, statuses: tuple[GrievanceStatus, ...]
) -> CompoundSelect[*tuple[Any, ...]]:
    parts = []
    for status in statuses:
        part = _card(chosen_cases(replace(chosen, status=(status,)), ability), ability)
        order = (
            (Grievance.status_at.desc(), Grievance.id.desc())
            if status in ANSWERED
            else (DUE.asc(), Grievance.id.asc())
        )
        place = func.row_number().over(order_by=order).label("place")
        parts.append(part.add_columns(place).order_by(*order).limit(CARDS).subquery())
    together = union_all(*(select(part) for part in parts)).subquery()
    # Of a subquery the types know no columns.
    return select(together).order_by(together.c.place)  # type: ignore[return-value]


def _card(found: Select[*tuple[Any, ...]], ability: Ability) -> Select[*tuple[Any, ...]]:
    may_move = and_(
        Project.status != ProjectStatus.CLOSED,
        ability.condition("update", Grievance)
        if not ability.everywhere("update", Grievance)
        else literal(True),
    )
    shown: list[Any] = [column.label(name) for name, column in columns(ability, SHOWN).items()]
    return found.with_only_columns(
        Grievance.uuid, *shown, func.coalesce(may_move, False).label("may_move")
    ).select_from(joined())
