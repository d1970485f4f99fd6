"""What a clock of a case says at the moment at which one looks.

The database keeps the moments, in the working hours of the case's project; how they stand to now is never kept. So
nothing here grows stale: a case at risk is one whose moment has come, and no job has to notice it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func

from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance

ANSWERED = (GrievanceStatus.RESOLVED, GrievanceStatus.CLOSED)


class ClockState(StrEnum):
    """How a clock stands. The first four are of one that has not ended."""

    RUNNING = "RUNNING"
    AT_RISK = "AT_RISK"
    BREACHED = "BREACHED"
    WAITING = "WAITING"
    """Stands still until the person who complained has answered."""
    MET = "MET"
    MISSED = "MISSED"
    STOPPED = "STOPPED"
    """Ended without what it was for: closed and never resolved."""
    UNTIMED = "UNTIMED"
    """Nobody set a target."""


class Aim(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "ACKNOWLEDGE"
    RESOLVE = "RESOLVE"


@dataclass(frozen=True)
class Clock:
    """One clock of a case at one moment.

    `due`: when it runs out or ran out. `since`: when it came to stand as it does, for one that waits, was breached or
    has ended. `took`: working minutes, for one that has ended.
    """

    aim: Aim
    state: ClockState
    due: dt.datetime | None = None
    since: dt.datetime | None = None
    took: int | None = None


def running_clock(case: Any, now: dt.datetime) -> Clock | None:
    """The clock that a list shows: of what is to be done next; None for a case that was answered.

    `case` is a Grievance, or a row with its `status`, `waiting_since`, `risk_at` and `due_at`.
    """
    if case.status in ANSWERED:
        return None
    aim = Aim.ACKNOWLEDGE if case.status == GrievanceStatus.NEW else Aim.RESOLVE
    return _running(aim, case.risk_at, case.due_at, case.waiting_since, now)


def clocks_of(case: Grievance, now: dt.datetime) -> tuple[Clock, Clock]:
    """Both clocks of a case: until it is acknowledged, and until it is resolved."""
    return _acknowledging(case, now), _resolving(case, now)


def breached() -> ColumnElement[bool]:
    """SQL: the clock that runs has run out."""
    return Grievance.due_at <= func.now()


def at_risk() -> ColumnElement[bool]:
    """SQL: three quarters of the time have gone by, and not all of it."""
    return (Grievance.risk_at <= func.now()) & (Grievance.due_at > func.now())


def _acknowledging(case: Grievance, now: dt.datetime) -> Clock:
    if case.acknowledged_at is None:
        return _running(Aim.ACKNOWLEDGE, case.acknowledge_risk, case.acknowledge_by, None, now)
    return _ended(Aim.ACKNOWLEDGE, case.acknowledge_by, case.acknowledged_at, case.acknowledge_took)


def _resolving(case: Grievance, now: dt.datetime) -> Clock:
    if case.resolved_at is not None:
        return _ended(Aim.RESOLVE, case.resolve_by, case.resolved_at, case.resolve_took)
    if case.closed_at is not None:
        return Clock(Aim.RESOLVE, ClockState.STOPPED, case.resolve_by, case.closed_at)
    return _running(Aim.RESOLVE, case.resolve_risk, case.resolve_by, case.waiting_since, now)


def _running(
    aim: Aim,
    risk: dt.datetime | None,
    due: dt.datetime | None,
    waiting_since: dt.datetime | None,
    now: dt.datetime,
) -> Clock:
    if waiting_since is not None:
        return Clock(aim, ClockState.WAITING, None, waiting_since)
    if due is None:
        return Clock(aim, ClockState.UNTIMED)
    if now >= due:
        return Clock(aim, ClockState.BREACHED, due, due)
    return Clock(aim, ClockState.AT_RISK if risk is not None and now >= risk else ClockState.RUNNING, due)


def _ended(aim: Aim, due: dt.datetime | None, at: dt.datetime, took: int | None) -> Clock:
    if due is None:
        return Clock(aim, ClockState.UNTIMED, None, at, took)
    return Clock(aim, ClockState.MET if at <= due else ClockState.MISSED, due, at, took)
