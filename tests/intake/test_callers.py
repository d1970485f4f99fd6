"""When somebody called a hotline, how else they are reached, and whom of the registry they are."""

import datetime as dt
import re
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.errors import Refusal
from portal.grievances.models import Grievance
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.intake.hotline import Reading, Target
from portal.intake.models import HotlineRow
from portal.users.models import User
from tests.factories import add_beneficiary, add_user_with, enter_as
from tests.intake.calls import brought, take
from tests.intake.conftest import Camp

pytestmark = pytest.mark.database

HEAD = "Caller,Phone,Complaint,Date,Email"
NEPAL = ZoneInfo("Asia/Kathmandu")
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
"""In Nepal a quarter to twelve."""


@pytest.fixture
def operator(camp: Camp, session: Session) -> FlaskClient:
    """The browser of who brings the files."""
    camp.project.time_zone = NEPAL.key
    session.commit()
    user = session.scalars(select(User).where(User.email == "asha@example.org")).one()
    return enter_as(camp.browser, session, user)


def days_ago(days: int) -> dt.date:
    """A day in Nepal."""
    return dt.datetime.now(NEPAL).date() - dt.timedelta(days=days)


def verdicts(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(HotlineRow.verdict).order_by(HotlineRow.number)))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-20", "2026-11-19T18:15"),
        ("20/11/2026", "2026-11-19T18:15"),
        ("20 Nov 2026", "2026-11-19T18:15"),
        ("2026-11-20 14:30", "2026-11-20T08:45"),
        ("2026-11-20T14:30:15", "2026-11-20T08:45"),
        ("20.11.2026, 2:30 PM", "2026-11-20T08:45"),
        ("20/11/2026 12:30 am", "2026-11-19T18:45"),
        ("२०/११/२०२६", "2026-11-19T18:15"),
        ("2026-11-23 11:45", "2026-11-23T06:00"),
        ("2026-11-23 11:46", None),
        ("2026-11-24", None),
        ("2026-11-20 25:00", None),
        ("2021-11-01", None),
        ("yesterday", None),
        ("2026", None),
    ],
)
def test_a_call_has_the_moment_that_the_file_says_and_none_to_come(typed: str, moment: str | None) -> None:
    reading = Reading([Target.WORDS, Target.DAY], {}, "NP", uuid4(), NEPAL, "DMY", NOW)
    said = reading.said(1, ["No money", typed])
    expected = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC) if moment else None
    assert said.called_at == expected
    assert said.problem == (None if moment else "NO_DAY")


def test_the_order_of_day_and_month_is_that_of_the_column() -> None:
    for order, day in (("DMY", 5), ("MDY", 11)):
        reading = Reading([Target.WORDS, Target.DAY], {}, "NP", uuid4(), dt.UTC, order, NOW)
        called = reading.said(1, ["No money", "05/11/2026" if order == "DMY" else "11/05/2026"]).called_at
        assert called is not None
        assert (called.month, called.day) == (11, 5), (order, day)


def test_a_case_and_its_clocks_count_from_the_call(camp: Camp, operator: FlaskClient) -> None:
    lines = (f"Maya,9812345678,I got half,{days_ago(30)},maya@example.org", "Hari,,Late,,hari@example.org")
    address = brought(operator, camp.project, *lines, head=HEAD)
    page = operator.get(address).text
    assert "maya@example.org" in page
    assert f"{days_ago(30):%b} {days_ago(30).day}, {days_ago(30).year}" in page, "the day as it is there"
    take(camp.session, operator, address)
    old, new = camp.cases()
    called = dt.datetime.combine(days_ago(30), dt.time(), NEPAL)
    assert (old.created_at, old.clock_from) == (called, called)
    assert old.acknowledge_by is not None
    assert old.acknowledge_by < dt.datetime.now(dt.UTC), "its time is over already"
    assert new.acknowledge_by is not None
    assert new.acknowledge_by > dt.datetime.now(dt.UTC)
    assert [old.reporter_contact, new.reporter_contact] == [
        "+9779812345678 maya@example.org",
        "hari@example.org",
    ]


def test_the_time_of_a_call_is_shown_as_the_file_says_it(camp: Camp, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, f"Maya,,Late,{days_ago(3)} 10:30,", head=HEAD)
    shown = operator.get(address).text.replace("\u202f", " ")
    assert "10:30 AM" in shown
    assert f'datetime="{days_ago(3)}T04:45:00+00:00"' in shown


def test_what_is_no_day_and_no_address_is_shown_and_not_taken(camp: Camp, operator: FlaskClient) -> None:
    lines = (
        f"Maya,,Tomorrow,{days_ago(-1)},",
        "Maya,,Never,soon,",
        "Maya,,No address,,maya at home",
        "Maya,,Good,,",
    )
    address = brought(operator, camp.project, *lines, head=HEAD)
    assert verdicts(camp.session) == ["NO_DAY", "NO_DAY", "NO_EMAIL", "NEW"]
    assert operator.get(f"{address}?verdict=NO_DAY").status_code == 200
    take(camp.session, operator, address)
    assert [case.description for case in camp.cases()] == ["Good"]


def test_the_same_words_on_another_day_are_another_call(camp: Camp, operator: FlaskClient) -> None:
    first, second = f"Maya,,No money,{days_ago(9)},", f"Maya,,No money,{days_ago(2)},"
    take(camp.session, operator, brought(operator, camp.project, first, head=HEAD))
    brought(operator, camp.project, first, second, second, head=HEAD)
    assert verdicts(camp.session) == ["KNOWN", "NEW", "REPEATED"]


def test_E2_what_was_taken_without_its_day_is_known_with_it(camp: Camp, operator: FlaskClient) -> None:
    take(camp.session, operator, brought(operator, camp.project, "Maya,No money", head="Caller,Complaint"))
    brought(operator, camp.project, f"Maya,,No money,{days_ago(2)},", head=HEAD)
    assert verdicts(camp.session) == ["KNOWN"]


def test_a_case_is_about_the_only_person_whose_phone_it_came_from(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    maya = add_beneficiary(session, "Maya Tharu", phone="+9779812345678")
    add_beneficiary(session, "Sita Tharu", phone="+9779812345679")
    add_beneficiary(session, "Gita Tharu", extras={"shared phone": "9812345679"})
    add_beneficiary(session, "Ram Tharu", phone="+9779812345670", deleted_at=dt.datetime.now(dt.UTC))
    lines = (f"Who,981234567{last},Call {last}" for last in (8, 9, 0, 1))
    address = brought(operator, camp.project, *lines, "Nobody,,Call", head="Caller,Phone,Complaint")
    page = operator.get(address).text
    assert re.findall(r"/beneficiaries/([0-9a-f-]{36})", page) == [str(maya.uuid)]
    take(session, operator, address)
    assert [case.beneficiary_id for case in camp.cases()] == [maya.uuid, None, None, None, None]


def test_C8_a_phone_tells_nobody_to_who_may_not_have_it_shown(
    camp: Camp, app: Flask, session: Session
) -> None:
    maya = add_beneficiary(session, "Maya Tharu", phone="+9779812345678", projects=[camp.project])
    rules = [
        Rule(action, subject)
        for action, subject in (
            ("import", "Grievance"),
            ("read", "Grievance"),
            ("read", "Project"),
            ("read", "Beneficiary"),
            ("read", "BeneficiaryPii"),
        )
    ]
    clerk = enter_as(app.test_client(), session, add_user_with(session, "clerk", rules=rules))
    address = brought(clerk, camp.project, "Who,9812345678,No money", head="Caller,Phone,Complaint")
    assert str(maya.uuid) not in clerk.get(address).text
    take(session, clerk, address)
    assert [case.beneficiary_id for case in camp.cases()] == [None]


def test_nobody_opens_a_case_of_tomorrow(camp: Camp, session: Session) -> None:
    asha = session.scalars(select(User).where(User.email == "asha@example.org")).one()
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    complaint = Complaint(camp.project.uuid, "No money", "It never came", made_at=tomorrow)
    with pytest.raises(Refusal):
        open_grievance(session, complaint, Reporter(asha.id, "", ""), uuid4())
    assert session.scalars(select(Grievance)).all() == []
