"""The settings of time: targets and calendars, and what open cases make of them."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.grievances.models import GrievanceCalendar, GrievanceHoliday, GrievanceTarget
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named
from tests.grievances.settings_pages import SETTINGS, hidden, send

pytestmark = pytest.mark.database


@pytest.fixture
def admin(session: Session, client: FlaskClient) -> User:
    user = add_user_with(session, "admin", "Admin")
    enter_as(client, session, user)
    return user


@pytest.fixture
def here(session: Session) -> Project:
    return add_project(session, "Here")


def everybodys(session: Session) -> GrievanceCalendar:
    return session.scalars(select(GrievanceCalendar).where(GrievanceCalendar.project_id.is_(None))).one()


def calendar_url(session: Session) -> str:
    return f"{SETTINGS}/calendars/{everybodys(session).uuid}"


WEEK: dict[str, Any] = {
    "days": ["1", "2", "3", "4", "5"],
    "opens": "09:00",
    "closes": "17:00",
    "time_zone": "UTC",
}
HOURS = {
    "acknowledge_urgent": "2",
    "resolve_urgent": "16",
    "acknowledge_high": "8",
    "resolve_high": "40",
    "acknowledge_normal": "16",
    "resolve_normal": "80",
    "acknowledge_low": "40",
    "resolve_low": "160",
}


def test_new_targets_move_the_clocks_of_open_cases(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    case = add_case(session, here, admin, created_at=dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC))
    done = add_case(
        session, here, admin, created_at=dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC), status="RESOLVED"
    )
    before = done.resolve_by
    answer = send(
        client, f"{SETTINGS}/targets", **HOURS | {"acknowledge_normal": "1.5", "resolve_normal": "٤"}
    )
    assert answer.status_code == 303
    session.refresh(case)
    session.refresh(done)
    assert case.acknowledge_by == dt.datetime(2024, 5, 6, 10, 30, tzinfo=dt.UTC)
    assert case.resolve_by == dt.datetime(2024, 5, 6, 13, tzinfo=dt.UTC)
    assert done.resolve_by == before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("acknowledge_high", "0"),
        ("acknowledge_high", "-1"),
        ("acknowledge_high", "soon"),
        ("acknowledge_high", "NaN"),
        ("acknowledge_high", "Infinity"),
        ("acknowledge_high", "1e400"),
        ("resolve_high", "7.9"),
        ("resolve_low", "99999999999999999999"),
        ("resolve_low", ""),
    ],
)
def test_D11_what_is_no_time_is_refused_at_its_field(
    client: FlaskClient, session: Session, admin: User, field: str, typed: str
) -> None:
    answer = send(client, f"{SETTINGS}/targets", **HOURS | {field: typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert 'value="160"' in page or field == "resolve_low"
    high = session.scalars(select(GrievanceTarget).where(GrievanceTarget.priority == "HIGH")).one()
    assert (high.acknowledge, high.resolve) == (480, 2400)


def test_everybodys_targets_are_needed_and_a_categorys_are_not(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    lacking = {name: hours for name, hours in HOURS.items() if not name.endswith("_low")}
    assert send(client, f"{SETTINGS}/targets", **lacking).status_code == 422
    found = category_named(session, "Protection")
    url = f"{SETTINGS}/categories/{found.uuid}/targets"
    assert send(client, url, acknowledge_urgent="1", resolve_urgent="2").status_code == 303
    facts: dict[str, Any] = {
        "category_id": found.uuid,
        "created_at": dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC),
    }
    urgent, low = (
        add_case(session, here, admin, priority=priority, **facts) for priority in ("URGENT", "LOW")
    )
    assert urgent.acknowledge_by == dt.datetime(2024, 5, 6, 10, tzinfo=dt.UTC)
    assert low.acknowledge_by == dt.datetime(2024, 5, 10, 17, tzinfo=dt.UTC)
    assert send(client, url).status_code == 303  # empty again: as of all others
    session.refresh(urgent)
    assert urgent.acknowledge_by == dt.datetime(2024, 5, 6, 11, tzinfo=dt.UTC)


def test_E5_targets_that_others_changed_are_not_overwritten(
    client: FlaskClient, session: Session, admin: User
) -> None:
    url = f"{SETTINGS}/targets"
    seen = hidden(client, url, "version")
    low = session.scalars(select(GrievanceTarget).where(GrievanceTarget.priority == "LOW")).one()
    low.resolve = 7200
    session.flush()
    answer = client.post(url, data={**HOURS, "version": seen})
    assert answer.status_code == 409
    assert "120 working hours" in answer.get_data(as_text=True)
    session.refresh(low)
    assert low.resolve == 7200


def test_holidays_move_the_clocks_of_open_cases(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    case = add_case(session, here, admin, created_at=dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC))
    assert case.acknowledge_by == dt.datetime(2024, 5, 7, 17, tzinfo=dt.UTC)
    url = calendar_url(session)
    assert send(client, url, **WEEK, holidays="2024-05-07 Rest \n\n2024-05-08").status_code == 303
    session.refresh(case)
    assert case.acknowledge_by == dt.datetime(2024, 5, 9, 17, tzinfo=dt.UTC)
    days = select(GrievanceHoliday.day, GrievanceHoliday.name).order_by(GrievanceHoliday.day)
    assert [tuple(row) for row in session.execute(days)] == [
        (dt.date(2024, 5, 7), "Rest"),
        (dt.date(2024, 5, 8), ""),
    ]
    assert send(client, url, **WEEK, holidays="2024-05-08 Work").status_code == 303
    session.refresh(case)
    assert case.acknowledge_by == dt.datetime(2024, 5, 7, 17, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("days", []),
        ("days", ["8"]),
        ("closes", "09:59"),
        ("opens", "late"),
        ("time_zone", "Moon/Base"),
        ("holidays", "tomorrow"),
        ("holidays", "2024-02-30"),
        ("holidays", "2024-05-07\n2024-05-07 again"),
        ("holidays", f"2024-05-07 {'x' * 101}"),
    ],
)
def test_a_calendar_by_which_nobody_can_work_is_refused_at_its_field(
    client: FlaskClient, session: Session, admin: User, field: str, typed: Any
) -> None:
    answer = send(client, calendar_url(session), **WEEK | {"holidays": "", field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    session.refresh(everybodys(session))
    assert everybodys(session).days == [1, 2, 3, 4, 5]


def test_a_project_gets_a_calendar_of_its_own_and_loses_it_again(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    monday = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)
    case = add_case(session, here, admin, created_at=monday)
    elsewhere = add_case(session, add_project(session, "Elsewhere"), admin, created_at=monday)
    usual = case.acknowledge_by
    typed = {
        "project": str(here.uuid),
        "days": ["7"],
        "opens": "10:00",
        "closes": "18:00",
        "time_zone": "UTC",
    }
    assert client.post(f"{SETTINGS}/calendars/new", data=typed).status_code == 303
    session.refresh(case)
    session.refresh(elsewhere)
    assert case.acknowledge_by == dt.datetime(2024, 5, 19, 18, tzinfo=dt.UTC)
    assert elsewhere.acknowledge_by == usual
    again = client.post(f"{SETTINGS}/calendars/new", data=typed)
    assert again.status_code == 422  # it is no longer among those to choose from
    own = session.scalars(select(GrievanceCalendar).where(GrievanceCalendar.project_id == here.uuid)).one()
    assert client.post(f"{SETTINGS}/calendars/{own.uuid}/delete").status_code == 303
    session.refresh(case)
    assert case.acknowledge_by == usual


def test_everybodys_calendar_stays(client: FlaskClient, session: Session, admin: User) -> None:
    assert client.post(f"{calendar_url(session)}/delete").status_code == 409
    assert everybodys(session)


def test_E5_a_calendar_that_others_changed_is_not_overwritten(
    client: FlaskClient, session: Session, admin: User
) -> None:
    url = calendar_url(session)
    seen = hidden(client, url, "version")
    session.add(
        GrievanceHoliday(calendar_id=everybodys(session).uuid, day=dt.date(2024, 5, 7), name="Theirs")
    )
    session.flush()
    answer = client.post(url, data={**WEEK, "holidays": "2024-06-01 Mine", "version": seen})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "2024-06-01 Mine" in page
    assert session.scalar(select(func.count()).select_from(GrievanceHoliday)) == 1
