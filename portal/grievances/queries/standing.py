"""How many open cases wait for whom: the reader's, nobody's, those at risk, overdue, or waiting for an answer."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.grievances.clocks import at_risk, breached
from portal.grievances.models import Grievance
from portal.grievances.queries.filters import CaseFilter, is_open
from portal.grievances.queries.listing import chosen_cases


@dataclass(frozen=True)
class Standing:
    """How many of the open cases that a filter finds stand so."""

    open: int
    mine: int
    unassigned: int
    at_risk: int
    breached: int
    waiting: int


def standing_of(session: Session, chosen: CaseFilter, ability: Ability, reader: int) -> Standing:
    """The counters beside a list: of its filter, but for who is in charge, the clock and the status, which they choose.

    Asked anew each time: how a clock stands changes though nothing is written.
    """
    return Standing(*session.connection().execute(_statement(chosen, ability, reader)).one())


def _statement(chosen: CaseFilter, ability: Ability, reader: int) -> Select[*tuple[Any, ...]]:
    base = replace(chosen, assignee=None, unassigned=False, watcher=None, clock=None, status=())
    wanted: tuple[ColumnElement[bool], ...] = (
        Grievance.assignee_id == reader,
        Grievance.assignee_id.is_(None),
        at_risk(),
        breached(),
        Grievance.waiting_since.is_not(None),
    )
    found = chosen_cases(base, ability).where(*is_open())
    return found.with_only_columns(
        func.count(), *(func.count().filter(condition) for condition in wanted), maintain_column_froms=True
    )
