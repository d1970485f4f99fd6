"""What a filter of the list means. The filter travels as a value: to the list, the board, counts, exports and jobs."""

import datetime as dt
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from portal.beneficiaries.models import BeneficiaryPii
from portal.core.abilities import Ability
from portal.core.enums import GrievanceStatus, GrievanceType
from portal.core.search import contains, digits_in, tidy, words_in
from portal.grievances.clocks import at_risk, breached
from portal.grievances.finding import REPORTER, TITLE
from portal.grievances.models import Grievance, GrievanceWatcher

PERSONAL = BeneficiaryPii.__name__
"""The subject that opens who complained and how to reach them."""
LONGEST_CODE = 8


class ClockFilter(StrEnum):
    """How the clock that runs stands, or that it waits."""

    AT_RISK = "at-risk"
    BREACHED = "breached"
    WAITING = "waiting"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows. An empty field does not narrow.

    `q` is a code, words of the title, or who complained, for who may read that. `assignee` and `watcher` are ids of
    users; `unassigned` are open cases that nobody looks after. Days include both ends and are those of UTC.
    """

    q: str = ""
    status: tuple[GrievanceStatus, ...] = ()
    assignee: int | None = None
    unassigned: bool = False
    watcher: int | None = None
    clock: ClockFilter | None = None
    project: UUID | None = None
    category: UUID | None = None
    channel: UUID | None = None
    priority: tuple[str, ...] = ()
    type: tuple[GrievanceType, ...] = ()
    created_from: dt.date | None = None
    created_to: dt.date | None = None
    beneficiary: UUID | None = None
    vendor: UUID | None = None
    transaction: UUID | None = None

    @property
    def searched(self) -> bool:
        """Whether words are looked for, which no index has in the order of a list."""
        return bool(tidy(self.q))

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, field.name) not in ("", (), None, False) for field in fields(self))


def reads_reporter(ability: Ability) -> ColumnElement[bool]:
    """SQL: who complained, and how to reach them, may be read in clear: it is personal data in the case's project."""
    return ability.condition_on("read", PERSONAL, Grievance)


def where(chosen: CaseFilter, ability: Ability) -> list[ColumnElement[bool]]:
    """The conditions of a filter on Grievance, but for its being live.

    Who complained is looked through only where the reader may know it, so that a search never tells more than the list.
    """
    conditions: list[ColumnElement[bool]] = []
    equal: tuple[tuple[InstrumentedAttribute[Any], Any], ...] = (
        (Grievance.assignee_id, chosen.assignee),
        (Grievance.project_id, chosen.project),
        (Grievance.category_id, chosen.category),
        (Grievance.channel_id, chosen.channel),
        (Grievance.beneficiary_id, chosen.beneficiary),
        (Grievance.vendor_id, chosen.vendor),
        (Grievance.transaction_id, chosen.transaction),
    )
    conditions += [column == value for column, value in equal if value is not None]
    if chosen.unassigned:
        conditions += [Grievance.assignee_id.is_(None), *is_open()]
    among: tuple[tuple[InstrumentedAttribute[Any], tuple[Any, ...]], ...] = (
        (Grievance.status, chosen.status),
        (Grievance.priority, chosen.priority),
        (Grievance.type, chosen.type),
    )
    for column, values in among:
        if values:
            conditions.append(column.in_(values) if len(values) > 1 else column == values[0])
    if chosen.watcher is not None:
        conditions.append(
            exists().where(
                GrievanceWatcher.grievance_id == Grievance.uuid, GrievanceWatcher.user_id == chosen.watcher
            )
        )
    if chosen.clock is not None:
        conditions.append(clock_stands(chosen.clock))
    if chosen.created_from:
        conditions.append(Grievance.created_at >= _begin(chosen.created_from))
    if chosen.created_to:
        conditions.append(Grievance.created_at < _begin(chosen.created_to + dt.timedelta(days=1)))
    if chosen.searched:
        conditions.append(_about(chosen.q, ability))
    return conditions


def is_open() -> tuple[ColumnElement[bool], ...]:
    """SQL: neither resolved nor closed, in the words of the partial indexes on such cases."""
    return Grievance.resolved_at.is_(None), Grievance.closed_at.is_(None)


def clock_stands(wanted: ClockFilter) -> ColumnElement[bool]:
    """SQL: the clock that runs stands so, or waits. May be null instead of false."""
    if wanted is ClockFilter.WAITING:
        return Grievance.waiting_since.is_not(None)
    return breached() if wanted is ClockFilter.BREACHED else at_risk()


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


def _about(typed: str, ability: Ability) -> ColumnElement[bool]:
    text = tidy(typed)
    words = words_in(text)
    found = [and_(*(contains(TITLE, word) for word in words))]
    code = "".join(letter for letter in text if letter.isalnum()).upper()
    if len(code) == LONGEST_CODE:
        found.append(Grievance.code == code)
    by_words = and_(*(contains(REPORTER, word) for word in words))
    digits = digits_in(text)
    by_digits = REPORTER.like(f"%{digits}%") if len(digits) > 2 else false()
    found.append(and_(or_(by_words, by_digits), reads_reporter(ability)))
    return or_(*found)
