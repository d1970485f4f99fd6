"""The ladder: who is told that a clock has run out, once each, and on the record."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.enums import GrievanceStatus, ProjectStatus
from portal.core.places import instance_directory
from portal.core.secrets import open_sealed
from portal.grievances.letters import OVERDUE
from portal.grievances.models import (
    Grievance,
    GrievanceCalendar,
    GrievanceEscalation,
    GrievanceEvent,
    GrievanceStep,
    GrievanceTarget,
)
from portal.grievances.operations import looking_after, noting
from portal.grievances.operations.escalating import escalate
from portal.grievances.operations.story import SYSTEM
from portal.jobs.tasks import recurring
from portal.messages.models import Message
from portal.projects.models import Project
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database


@pytest.fixture
def here(session: Session) -> Project:
    """A project where people work day and night, so that an hour is an hour; cases have one, their answers three."""
    always = session.scalars(select(GrievanceCalendar)).one()
    always.days, always.opens, always.closes = list(range(1, 8)), dt.time(0), dt.time(23, 59, 59, 999999)
    for target in session.scalars(select(GrievanceTarget)):
        target.acknowledge, target.resolve = 60, 180
    for step, minutes in enumerate((0, 60, 120), 1):
        session.get_one(GrievanceStep, step).minutes = minutes
    return add_project(session, "Here")


@pytest.fixture
def people(session: Session, here: Project) -> dict[str, User]:
    """Who looks after a case, who supervises here and there, who manages."""
    found = {
        "asha": add_user_with(
            session, "asha", rules=[Rule("read", "Grievance"), Rule("update", "Grievance")]
        ),
        "somebody": add_user_with(session, "somebody", "Viewer"),
        "admin": add_user_with(session, "admin", "Admin"),
    }
    for name, role, project in (
        ("supervisor", "Supervisor", here),
        ("stranger", "Supervisor", add_project(session, "There")),
        ("manager", "Manager", None),
    ):
        found[name] = add_user_with(session, name, role)
        assign_role(session, found[name], role, projects=[project.uuid] if project else None)
    session.commit()
    return found


def case_of(
    session: Session, here: Project, people: dict[str, User], hours: float, **facts: Any
) -> Grievance:
    """A case that came in so many hours ago, in Asha's hands."""
    usual: dict[str, Any] = {
        "assignee_id": people["asha"].id,
        "created_at": _now(session) - dt.timedelta(hours=hours),
    }
    return add_case(session, here, people["somebody"], **usual | facts)


def _now(session: Session) -> dt.datetime:
    found: dt.datetime = session.execute(select(func.now())).scalar_one()
    return found


def told(session: Session) -> list[str]:
    """The names of those whom the stories say were told, in that order; each has a message."""
    facts = session.scalars(
        select(GrievanceEvent.facts).where(GrievanceEvent.kind == "ESCALATED").order_by(GrievanceEvent.id)
    )
    users = [user for told in facts for user in told["to"]]
    written = session.scalars(select(Message.user_id).where(Message.purpose == OVERDUE))
    assert Counter(users) == Counter(written)
    return [str(session.get_one(User, user).name).lower() for user in users]


def steps(session: Session, case: Grievance) -> list[tuple[str, int]]:
    found = select(GrievanceEvent.facts).where(
        GrievanceEvent.grievance_id == case.uuid, GrievanceEvent.kind == "ESCALATED"
    )
    return [(facts["clock"], facts["step"]) for facts in session.scalars(found.order_by(GrievanceEvent.id))]


def test_in_time_nobody_is_told(session: Session, here: Project, people: dict[str, User]) -> None:
    case = case_of(session, here, people, 0.9)
    assert escalate(session) == 0
    assert (told(session), steps(session, case)) == ([], [])


@pytest.mark.parametrize(
    ("hours", "names"),
    [(1.1, ["asha"]), (2.1, ["asha", "supervisor"]), (3.1, ["asha", "supervisor", "manager"])],
)
def test_step_by_step_the_next_are_told_and_each_once(
    session: Session, here: Project, people: dict[str, User], hours: float, names: list[str]
) -> None:
    case = case_of(session, here, people, hours)
    assert escalate(session) == len(names)
    assert told(session) == names
    assert steps(session, case) == [("ACKNOWLEDGE", at + 1) for at in range(len(names))]
    assert escalate(session) == 0
    assert told(session) == names


def test_who_has_only_a_phone_is_told_by_sms_and_nothing_but_that_the_time_ran_out(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    people["asha"].email, people["asha"].phone = None, "+9779812345678"
    people["supervisor"].phone = "+9779812345679"
    case = case_of(session, here, people, 2.1)
    looking_after.watch(session, case.uuid, people["asha"].id)
    noting.add_note(session, case.uuid, SYSTEM, "Something happened", is_public=False)
    escalate(session)
    assert told(session) == ["asha", "supervisor"]
    messages = session.scalars(select(Message).order_by(Message.kind.desc())).all()
    assert [(message.kind, message.to, message.subject is None) for message in messages] == [
        ("SMS", "+9779812345678", True),
        ("EMAIL", people["supervisor"].email, False),
    ]
    words = open_sealed(instance_directory(), messages[0].body or "")
    assert case.code in words
    assert "No money" not in words
    assert len(words) < 160


def test_working_hours_count_and_not_hours(session: Session, here: Project, people: dict[str, User]) -> None:
    own = GrievanceCalendar(project_id=here.uuid, days=[1], opens=dt.time(9), closes=dt.time(10, 30))
    session.add(own)
    session.flush()
    monday = _now(session) - dt.timedelta(days=_now(session).isoweekday() - 1 + 7)
    opened = monday.replace(hour=9, minute=0, second=0, microsecond=0)
    case = case_of(session, here, people, 0, created_at=opened)
    assert case.due_at == opened + dt.timedelta(hours=1)
    escalate(session)
    next_monday = opened + dt.timedelta(days=7)  # half an hour of work is left of the first one
    told_at = [case.due_at, *(next_monday + dt.timedelta(minutes=minutes) for minutes in (30, 90))]
    passed = sum(at <= _now(session) for at in told_at)
    assert steps(session, case) == [("ACKNOWLEDGE", step) for step in (1, 2, 3)][:passed]
    assert passed >= 1


def test_the_second_clock_has_steps_of_its_own(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case = case_of(session, here, people, 3.1)
    escalate(session)
    case.status, case.status_reason = GrievanceStatus.UNDER_REVIEW, "We look into it."
    session.flush()
    assert escalate(session) == 1
    assert steps(session, case)[-1] == ("RESOLVE", 1)


def test_a_case_that_was_opened_again_has_them_anew(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case = case_of(session, here, people, 20, status="RESOLVED")
    assert escalate(session) == 0
    case.status_at = _now(session) - dt.timedelta(hours=3.1)
    case.status, case.status_reason = GrievanceStatus.UNDER_REVIEW, "Not accepted."
    session.flush()
    assert escalate(session) == 1
    taken = session.execute(select(GrievanceEscalation.clock, GrievanceEscalation.reopened)).all()
    assert [tuple(row) for row in taken] == [("RESOLVE", 1)]


@pytest.mark.parametrize("status", ["RESOLVED", "CLOSED"])
def test_what_is_answered_is_followed_up_no_more(
    session: Session, here: Project, people: dict[str, User], status: str
) -> None:
    case_of(session, here, people, 50, status=status)
    assert escalate(session) == 0


def test_while_the_person_is_asked_nobody_is_told(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case = case_of(session, here, people, 50, status="UNDER_REVIEW")
    case.waiting_since = _now(session) - dt.timedelta(hours=49)
    session.flush()
    assert escalate(session) == 0
    case.waiting_since = None
    session.flush()
    assert escalate(session) == 0  # an hour of it ran


def test_what_lies_in_a_closed_project_or_was_deleted_is_left_alone(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    gone = case_of(session, here, people, 50)
    gone.deleted_at = _now(session)
    over = add_project(session, "Over")
    case_of(session, over, people, 50)
    over.status, over.status_reason = ProjectStatus.CLOSED, "It is over."
    session.flush()
    assert escalate(session) == 0


def test_nobodys_case_goes_to_the_supervisors_of_its_project(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case_of(session, here, people, 1.1, assignee_id=None)
    assert escalate(session) == 1
    assert told(session) == ["supervisor"]


def test_C8_of_a_sensitive_case_only_those_hear_who_may_read_it(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case_of(session, here, people, 3.1, is_sensitive=True)  # neither Asha nor managers may
    assert escalate(session) == 3
    assert told(session) == ["supervisor", "supervisor", "admin"]


def test_C6_who_left_or_whose_role_ended_hears_nothing(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    people["asha"].deleted_at = _now(session)
    assign_role(session, people["supervisor"], "Supervisor", until=_now(session) - dt.timedelta(minutes=1))
    case_of(session, here, people, 1.1)
    assert escalate(session) == 1
    assert told(session) == ["manager"]


def test_a_step_that_is_switched_off_is_not_taken(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    session.get_one(GrievanceStep, 2).is_active = False
    case_of(session, here, people, 3.1)
    assert escalate(session) == 2
    assert told(session) == ["asha", "manager"]


def test_the_oldest_come_first_and_no_more_than_a_worker_can_bear(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    cases = [case_of(session, here, people, 1.1 + at / 100) for at in range(3)]
    assert escalate(session, most=2) == 2
    assert [len(steps(session, case)) for case in cases] == [0, 1, 1]
    assert escalate(session, most=2) == 1


def test_F1_the_message_says_nothing_of_the_case_but_its_code(
    session: Session, here: Project, people: dict[str, User]
) -> None:
    case = case_of(session, here, people, 1.1, title="Zebra was beaten", description="By a Giraffe")
    escalate(session)
    message = session.scalars(select(Message)).one()
    assert message.purpose == "case-overdue"
    job = session.scalar(text("SELECT string_agg(t::text, ' ') FROM tbl_jobs t"))
    for word in ("Zebra", "Giraffe", "Asha Rai", "9779812345678"):
        assert word not in f"{message.subject} {job}"
    assert case.code not in str(message.subject)


def test_the_worker_does_it_by_itself(session: Session, here: Project, people: dict[str, User]) -> None:
    case = case_of(session, here, people, 1.1)
    recurring["grievances.escalate"].body(session, {})
    assert steps(session, case) == [("ACKNOWLEDGE", 1)]
