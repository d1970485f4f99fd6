"""What a clock says at the moment at which one looks, in states and in words."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from portal.grievances.clocks import Aim, Clock, ClockState, clocks_of, running_clock
from portal.grievances.models import Grievance

NOON = dt.datetime(2026, 5, 6, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def row(**facts: Any) -> SimpleNamespace:
    usual = {"status": "NEW", "waiting_since": None, "risk_at": NOON + HOUR, "due_at": NOON + 2 * HOUR}
    return SimpleNamespace(**usual | facts)


def case(**facts: Any) -> Grievance:
    usual = {
        "status": "NEW",
        "acknowledge_risk": NOON + HOUR,
        "acknowledge_by": NOON + 2 * HOUR,
        "resolve_risk": NOON + 3 * HOUR,
        "resolve_by": NOON + 4 * HOUR,
    }
    return Grievance(**usual | facts)


def states(found: Grievance, now: dt.datetime = NOON) -> list[str]:
    return [str(clock.state) for clock in clocks_of(found, now)]


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0, "RUNNING"), (0.99, "RUNNING"), (1, "AT_RISK"), (1.99, "AT_RISK"), (2, "BREACHED"), (99, "BREACHED")],
)
def test_a_clock_is_in_time_then_at_risk_then_breached_by_nothing_but_time(hours: float, state: str) -> None:
    now = NOON + hours * HOUR
    clock = running_clock(row(), now)
    assert clock is not None
    assert (clock.state, clock.due) == (state, NOON + 2 * HOUR)
    assert clock.since == (NOON + 2 * HOUR if state == "BREACHED" else None)
    assert states(case(), now)[0] == state


def test_a_list_shows_the_clock_of_what_is_to_be_done_next() -> None:
    for status, aim in {"NEW": Aim.ACKNOWLEDGE, "UNDER_REVIEW": Aim.RESOLVE}.items():
        clock = running_clock(row(status=status), NOON)
        assert clock is not None
        assert clock.aim == aim
    assert running_clock(row(status="RESOLVED"), NOON) is None
    assert running_clock(row(status="CLOSED"), NOON) is None


def test_a_clock_that_waits_is_never_breached() -> None:
    waiting = row(status="UNDER_REVIEW", waiting_since=NOON - HOUR, risk_at=None, due_at=None)
    clock = running_clock(waiting, NOON + 100 * HOUR)
    assert clock == Clock(Aim.RESOLVE, ClockState.WAITING, None, NOON - HOUR)
    found = case(status="UNDER_REVIEW", acknowledged_at=NOON, waiting_since=NOON)
    assert states(found, NOON + 100 * HOUR) == ["MET", "WAITING"]


def test_what_ended_is_judged_by_when_it_did_and_not_by_now() -> None:
    late = NOON + 100 * HOUR
    in_time = case(status="RESOLVED", acknowledged_at=NOON + 2 * HOUR, resolved_at=NOON + 4 * HOUR)
    assert states(in_time, late) == ["MET", "MET"]
    too_late = case(status="CLOSED", acknowledged_at=NOON + 3 * HOUR, resolved_at=NOON + 5 * HOUR)
    assert states(too_late, NOON) == ["MISSED", "MISSED"]


def test_a_case_closed_without_a_resolution_is_neither_in_time_nor_late() -> None:
    closed = case(status="CLOSED", acknowledged_at=NOON, closed_at=NOON)
    assert states(closed, NOON + 100 * HOUR) == ["MET", "STOPPED"]


def test_without_a_target_no_clock_runs() -> None:
    bare = case(acknowledge_by=None, resolve_by=None)
    assert states(bare, NOON + 100 * HOUR) == ["UNTIMED", "UNTIMED"]
    clock = running_clock(row(due_at=None, risk_at=None), NOON)
    assert clock is not None
    assert clock.state == ClockState.UNTIMED


def said(app: Flask, macro: str, clock: Clock | None, left: int | None = None, language: str = "en") -> str:
    call = f"{macro}(clock)" if left is None else f"{macro}(clock, left)"
    source = f'{{% from "components/clock.html" import {macro} %}}{{{{ {call} }}}}'
    with app.test_request_context(), force_locale(language):
        return " ".join(re.sub("<[^>]*>", "", render_template_string(source, clock=clock, left=left)).split())


def test_words_say_what_is_left_and_since_when(app: Flask) -> None:
    by = "May 6, 2026, 2:00 PM"
    due = NOON + 2 * HOUR
    running = Clock(Aim.RESOLVE, ClockState.RUNNING, due)
    assert said(app, "clock_words", running, 180) == f"In time due in 3 working hours, by {by}"
    assert said(app, "clock_words", running, 1) == f"In time due in 1 working minute, by {by}"
    assert said(app, "clock_words", running) == f"In time due by {by}"
    at_risk = Clock(Aim.RESOLVE, ClockState.AT_RISK, due)
    assert said(app, "clock_words", at_risk, 45) == f"At risk due in 45 working minutes, by {by}"
    breached = Clock(Aim.RESOLVE, ClockState.BREACHED, due, due)
    assert said(app, "clock_words", breached) == f"Breached since {by}"
    waiting = Clock(Aim.RESOLVE, ClockState.WAITING, None, due)
    assert said(app, "clock_words", waiting) == f"Waiting for an answer stands still since {by}"
    stopped = Clock(Aim.RESOLVE, ClockState.STOPPED, NOON, due)
    assert said(app, "clock_words", stopped) == f"Ended closed without a resolution, {by}"
    met = Clock(Aim.RESOLVE, ClockState.MET, NOON, due, 125)
    assert said(app, "clock_words", met) == f"In time {by}, after 2 working hours"
    assert said(app, "clock_words", Clock(Aim.RESOLVE, ClockState.UNTIMED)) == "No target"
    assert said(app, "clock_name", running) == "Resolve"


def test_a_list_says_the_state_and_the_moment(app: Flask) -> None:
    due = NOON + 2 * HOUR
    by = "May 6, 2026, 2:00 PM"
    assert said(app, "clock_badge", Clock(Aim.RESOLVE, ClockState.AT_RISK, due)) == f"At risk {by}"
    waiting = Clock(Aim.RESOLVE, ClockState.WAITING, None, due)
    assert said(app, "clock_badge", waiting) == f"Waiting for an answer since {by}"
    assert said(app, "clock_badge", None) == ""


def test_the_moment_stays_a_time_that_machines_can_read(app: Flask) -> None:
    source = '{% from "components/clock.html" import clock_words %}{{ clock_words(clock) }}'
    with app.test_request_context():
        html = render_template_string(source, clock=Clock(Aim.RESOLVE, ClockState.BREACHED, NOON, NOON))
    assert '<time datetime="2026-05-06T12:00:00+00:00"' in html
