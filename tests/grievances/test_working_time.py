"""Working time as the database counts it, against counting each quarter of an hour in Python."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.grievances.models import (
    GrievanceCalendar,
    GrievanceHoliday,
    GrievancePause,
    GrievanceTarget,
)
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database

QUARTER = dt.timedelta(minutes=15)
DAYS = (dt.date(2024, 1, 1), dt.date(2025, 12, 1))
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Calendar:
    """A calendar, and whether people work by it in the quarter of an hour that begins then."""

    days: frozenset[int]
    opens: dt.time
    closes: dt.time
    zone: str
    holidays: frozenset[dt.date] = frozenset()

    def works(self, at: dt.datetime) -> bool:
        here = at.astimezone(ZoneInfo(self.zone))
        return (
            here.isoweekday() in self.days
            and here.date() not in self.holidays
            and self.opens <= here.time() < self.closes
        )

    def after(self, start: dt.datetime, minutes: int, pauses: Sequence[Span] = ()) -> dt.datetime:
        at = start
        while minutes > 0:
            minutes -= 15 * self.runs(at, pauses)
            at += QUARTER
        return at

    def between(self, start: dt.datetime, stopped: dt.datetime, pauses: Sequence[Span] = ()) -> int:
        at, minutes = start, 0
        while at < stopped:
            minutes += 15 * self.runs(at, pauses)
            at += QUARTER
        return minutes

    def runs(self, at: dt.datetime, pauses: Sequence[Span]) -> bool:
        return self.works(at) and not any(since <= at < until for since, until in pauses)


# Hours change in these between midnight and four, in some at midnight, in one by half an hour; one never changes them.
ZONES = (
    "UTC",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
CHANGES = (dt.date(2024, 3, 31), dt.date(2024, 10, 27), dt.date(2024, 9, 8), dt.date(2025, 4, 6))


def quarters_from(day: dt.date, number: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC) + number * QUARTER


moments = st.builds(quarters_from, st.dates(*DAYS), st.integers(0, 95))
near_changes = st.builds(quarters_from, st.sampled_from(CHANGES), st.integers(-300, 300))
starts = moments | near_changes
calendars = st.builds(
    Calendar,
    days=st.frozensets(st.integers(1, 7), min_size=1),
    opens=st.sampled_from([dt.time(0), dt.time(5, 15), dt.time(9), dt.time(11, 45)]),
    closes=st.sampled_from([dt.time(12, 30), dt.time(17), dt.time(22, 45)]),
    zone=st.sampled_from(ZONES),
)


def with_holidays(calendar: Calendar, start: dt.datetime, days: Sequence[int]) -> Calendar:
    holidays = frozenset(start.date() + dt.timedelta(days=number) for number in days)
    return Calendar(calendar.days, calendar.opens, calendar.closes, calendar.zone, holidays)


holidays_near = st.lists(st.integers(-1, 12), max_size=5)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(session: Session, function: str, calendar: Calendar, *given: Any) -> Any:
    """What one of the database's functions says."""
    places = ", ".join(f":at{number}" for number in range(len(given)))
    statement = text(
        f"SELECT {function}({places}, ROW(:days, :opens, :closes, :zone, :holidays)::portal_calendar)"
    )
    told = {f"at{number}": value for number, value in enumerate(given)}
    return session.scalar(
        statement,
        told
        | {
            "days": sorted(calendar.days),
            "opens": calendar.opens,
            "closes": calendar.closes,
            "zone": calendar.zone,
            "holidays": sorted(calendar.holidays),
        },
    )


@quick
@given(calendar=calendars, start=starts, quarters=st.integers(1, 120), days=holidays_near)
def test_so_many_working_minutes_later(
    session: Session, calendar: Calendar, start: dt.datetime, quarters: int, days: list[int]
) -> None:
    calendar = with_holidays(calendar, start, days)
    found = asked(session, "portal_working_after", calendar, start, float(quarters * 15))
    assert found == calendar.after(start, quarters * 15)


@quick
@given(calendar=calendars, start=starts, quarters=st.integers(0, 2000), days=holidays_near)
def test_so_many_working_minutes_between(
    session: Session, calendar: Calendar, start: dt.datetime, quarters: int, days: list[int]
) -> None:
    calendar = with_holidays(calendar, start, days)
    stopped = start + quarters * QUARTER
    found = asked(session, "portal_working_between", calendar, start, stopped)
    assert found == calendar.between(start, stopped)


@quick
@given(calendar=calendars, start=starts, seconds=st.integers(1, 200_000), days=holidays_near)
def test_what_is_counted_there_is_counted_back(
    session: Session, calendar: Calendar, start: dt.datetime, seconds: int, days: list[int]
) -> None:
    calendar = with_holidays(calendar, start, days)
    later = asked(session, "portal_working_after", calendar, start, seconds / 60)
    assert asked(session, "portal_working_between", calendar, start, later) == pytest.approx(seconds / 60)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-05-06T09:00", "2024-05-06T17:00"),  # a whole day ends with it
        ("2024-05-06T09:01", "2024-05-07T09:01"),
        ("2024-05-06T23:00", "2024-05-07T17:00"),  # the night counts nothing
        ("2024-05-10T12:00", "2024-05-13T12:00"),  # Friday to Monday
        ("2024-05-11T12:00", "2024-05-13T17:00"),  # out of a Saturday
    ],
)
def test_eight_working_hours_of_a_usual_week(session: Session, start: str, due: str) -> None:
    usual = Calendar(frozenset(range(1, 6)), dt.time(9), dt.time(17), "UTC")
    begun = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    found = asked(session, "portal_working_after", usual, begun, 480.0)
    assert found == dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)


def test_on_the_day_on_which_the_hour_changes_there_is_one_less_or_one_more(session: Session) -> None:
    always = Calendar(frozenset(range(1, 8)), dt.time(0), dt.time(12), "Europe/Berlin")
    for day, hours in {dt.date(2024, 3, 31): 11, dt.date(2024, 10, 27): 13, dt.date(2024, 5, 5): 12}.items():
        midnight = dt.datetime.combine(day, dt.time(), ZoneInfo("Europe/Berlin"))
        noon = dt.datetime.combine(day, dt.time(12), ZoneInfo("Europe/Berlin"))
        assert asked(session, "portal_working_between", always, midnight, noon) == hours * 60


def test_a_calendar_on_which_nobody_ever_works_has_no_end(session: Session) -> None:
    never = Calendar(frozenset({1}), dt.time(9), dt.time(9), "UTC")
    assert asked(session, "portal_working_after", never, dt.datetime(2024, 5, 6, tzinfo=dt.UTC), 15.0) is None


@pytest.fixture
def somebody(session: Session) -> User:
    return add_user_with(session, "somebody", "Viewer")


def in_this_calendar(session: Session, calendar: Calendar, minutes: int) -> Project:
    """A project with the calendar as its own, and a target of so many minutes for every case."""
    project = add_project(session, "Here")
    own = GrievanceCalendar(
        project_id=project.uuid,
        days=sorted(calendar.days),
        opens=calendar.opens,
        closes=calendar.closes,
        time_zone=calendar.zone,
    )
    session.add(own)
    session.flush()
    for day in calendar.holidays:
        session.add(GrievanceHoliday(calendar_id=own.uuid, day=day))
    target = session.scalars(select(GrievanceTarget).where(GrievanceTarget.priority == "NORMAL")).one()
    target.acknowledge, target.resolve = minutes, minutes
    session.flush()
    return project


@settings(quick, max_examples=40)
@given(
    calendar=calendars,
    start=starts,
    quarters=st.integers(1, 80),
    steps=st.lists(st.integers(1, 200), min_size=2, max_size=6),
    days=holidays_near,
)
def test_a_clock_stands_still_in_its_pauses(
    session: Session,
    somebody: User,
    calendar: Calendar,
    start: dt.datetime,
    quarters: int,
    steps: list[int],
    days: list[int],
) -> None:
    calendar = with_holidays(calendar, start, days)
    turns = [start + sum(steps[: number + 1]) * QUARTER for number in range(len(steps))]
    pauses = list(zip(turns[::2], turns[1::2], strict=False))
    with session.begin_nested() as attempt:
        project = in_this_calendar(session, calendar, quarters * 15)
        case = add_case(session, project, somebody, created_at=start)
        for since, until in pauses:
            session.add(GrievancePause(grievance_id=case.uuid, since=since, until=until))
        session.flush()
        session.execute(text('UPDATE tbl_grievances SET "clockFrom" = "clockFrom"'))
        session.refresh(case)
        due = (case.acknowledge_by, case.resolve_by)
        acknowledged, resolved = turns[-1] + 7 * QUARTER, turns[-1] + 9 * QUARTER
        for status, at in (("UNDER_REVIEW", acknowledged), ("RESOLVED", resolved)):
            case.status, case.status_reason = GrievanceStatus(status), f"Now {status}."
            case.status_at = at
            session.flush()
        session.refresh(case)
        took = (case.acknowledge_took, case.resolve_took)
        attempt.rollback()
    session.expire_all()
    assert due == (calendar.after(start, quarters * 15), calendar.after(start, quarters * 15, pauses))
    assert took == tuple(calendar.between(start, at, pauses) for at in (acknowledged, resolved))


def test_a_project_without_a_calendar_of_its_own_has_everybodys_in_its_own_time_zone(
    session: Session, somebody: User
) -> None:
    project = add_project(session, "Here", time_zone="Asia/Kathmandu")
    midnight = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)  # a quarter to six of a Monday there
    case = add_case(session, project, somebody, created_at=midnight)
    assert case.acknowledge_by == dt.datetime(2024, 5, 7, 11, 15, tzinfo=dt.UTC)
    elsewhere = add_case(session, add_project(session, "Elsewhere"), somebody, created_at=midnight)
    assert elsewhere.acknowledge_by == dt.datetime(2024, 5, 7, 17, tzinfo=dt.UTC)
