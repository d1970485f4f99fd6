"""Who looks after a case: given only to who may, changed by who saw it as it is, and told without a word of content."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.errors import Conflict, Refusal
from portal.core.places import instance_directory
from portal.core.secrets import open_sealed
from portal.grievances.models import Grievance, GrievanceEvent, GrievanceWatcher
from portal.grievances.operations import looking_after, noting
from portal.grievances.operations.story import Teller
from portal.messages.models import Message
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.database


@pytest.fixture
def lead(session: Session) -> User:
    return add_user_with(session, "lead", "Supervisor")


@pytest.fixture
def other(session: Session) -> User:
    return add_user_with(session, "other", "Supervisor")


@pytest.fixture
def case(session: Session, lead: User) -> Grievance:
    return add_case(session, add_project(session, "Cash for food"), lead, "He wants money from me")


def told(session: Session, user: User) -> list[str]:
    """What somebody was written: subject and body."""
    return [
        f"{one.subject}\n{open_sealed(instance_directory(), one.body) if one.body else ''}"
        for one in session.scalars(
            select(Message).where(Message.user_id == user.id).order_by(Message.created_at)
        )
    ]


def facts_of(session: Session, case: Grievance) -> list[tuple[str, Any]]:
    wanted = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case.uuid)
    return [(one.kind, one.facts) for one in session.scalars(wanted.order_by(GrievanceEvent.id))]


def test_who_gets_a_case_is_told_its_code_and_nothing_else(
    session: Session, case: Grievance, lead: User, other: User
) -> None:
    assert looking_after.assign(session, case.uuid, other.id, Teller(lead.id), seen=None)
    assert not looking_after.assign(session, case.uuid, other.id, Teller(lead.id))
    (letter,) = told(session, other)
    assert case.code in letter
    for secret in (case.title, case.description, case.reported_by, case.reporter_contact):
        assert secret not in letter
    assert looking_after.assign(session, case.uuid, lead.id, Teller(lead.id))
    assert told(session, lead) == []
    assert facts_of(session, case) == [
        ("ASSIGNED", {"from": None, "to": other.id}),
        ("ASSIGNED", {"from": other.id, "to": lead.id}),
    ]


def test_E5_who_saw_another_in_charge_is_told_who_it_is_by_now(
    session: Session, case: Grievance, lead: User, other: User
) -> None:
    looking_after.assign(session, case.uuid, other.id, Teller(lead.id), seen=None)
    with pytest.raises(Conflict, match="Other"):
        looking_after.assign(session, case.uuid, lead.id, Teller(lead.id), seen=None)
    looking_after.assign(session, case.uuid, None, Teller(lead.id), seen=other.id)
    with pytest.raises(Conflict, match="Nobody"):
        looking_after.assign(session, case.uuid, lead.id, Teller(lead.id), seen=other.id)
    assert case.assignee_id is None


def test_C4_a_case_is_given_only_to_who_may_change_it_there(
    session: Session, case: Grievance, lead: User
) -> None:
    manager = add_user_with(session, "manager", "Manager")
    for user in (manager.id, 999_999):
        with pytest.raises(Refusal) as refused:
            looking_after.assign(session, case.uuid, user, Teller(lead.id))
        assert refused.value.field == "assignee"
    assert case.assignee_id is None


def test_priority_and_category_are_changed_once_and_by_who_saw_them(
    session: Session, case: Grievance, lead: User
) -> None:
    by, goods = Teller(lead.id), category_named(session, "Goods or service")
    assert looking_after.set_priority(session, case.uuid, "HIGH", by, seen="NORMAL")
    assert not looking_after.set_priority(session, case.uuid, "HIGH", by, seen="NORMAL")
    with pytest.raises(Conflict, match="High"):
        looking_after.set_priority(session, case.uuid, "LOW", by, seen="NORMAL")
    assert looking_after.set_category(session, case.uuid, goods.uuid, by, seen=None)
    with pytest.raises(Conflict):
        looking_after.set_category(
            session, case.uuid, category_named(session, "Wrong amount").uuid, by, seen=None
        )
    for wrong in ("WHENEVER", ""):
        with pytest.raises(Refusal):
            looking_after.set_priority(session, case.uuid, wrong, by)
    with pytest.raises(Refusal):
        looking_after.set_category(session, case.uuid, uuid4(), by)
    assert [kind for kind, _facts in facts_of(session, case)] == ["PRIORITY", "CATEGORY"]


def test_C5_a_case_that_becomes_sensitive_leaves_the_hands_of_who_may_not_read_it(
    session: Session, case: Grievance, lead: User, other: User
) -> None:
    rules = [Rule("read", "Grievance"), Rule("update", "Grievance")]
    officer = add_user_with(session, "officer", rules=rules)
    by = Teller(lead.id)
    looking_after.assign(session, case.uuid, officer.id, by)
    looking_after.watch(session, case.uuid, officer.id)
    looking_after.watch(session, case.uuid, other.id)
    before = len(told(session, officer))
    fraud = category_named(session, "Fraud or corruption").uuid
    looking_after.set_category(session, case.uuid, fraud, by)
    assert (case.is_sensitive, case.assignee_id) == (True, None)
    watching = select(GrievanceWatcher.user_id).where(GrievanceWatcher.grievance_id == case.uuid)
    assert session.scalars(watching).all() == [other.id]
    noting.add_note(session, case.uuid, by, "We looked.", is_public=False)
    assert len(told(session, officer)) == before
    assert len(told(session, other)) == 1
    with pytest.raises(Refusal, match="always sensitive"):
        looking_after.make_open(session, case.uuid, by)


def test_C5_who_lost_the_right_since_is_written_nothing_more(
    session: Session, case: Grievance, lead: User, other: User
) -> None:
    manager = add_user_with(session, "manager", "Manager")
    looking_after.watch(session, case.uuid, manager.id)
    case.is_sensitive = True
    session.flush()
    noting.add_note(session, case.uuid, Teller(lead.id), "We looked.", is_public=False)
    assert told(session, manager) == []


def test_only_who_may_read_a_case_watches_it(
    session: Session, case: Grievance, lead: User, other: User
) -> None:
    viewer = add_user_with(session, "viewer", "Viewer")
    with pytest.raises(Refusal):
        looking_after.watch(session, case.uuid, viewer.id)
    assert looking_after.watch(session, case.uuid, other.id)
    assert not looking_after.watch(session, case.uuid, other.id)
    assert looking_after.unwatch(session, case.uuid, other.id)
    assert not looking_after.unwatch(session, case.uuid, other.id)
