"""Opening: the one way in sets what follows from the category, tells the story, and finds who gets the case."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.grievances.models import Grievance, GrievanceChannel, GrievanceEvent, GrievanceRule
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.messages.models import Message
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import category_named

pytestmark = pytest.mark.database


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "Cash for food")


@pytest.fixture
def writer(session: Session) -> User:
    return add_user_with(session, "writer", "Supervisor")


def opened(session: Session, project: Project, writer: User, **facts: Any) -> Grievance:
    """A case opened by the operation."""
    uuid = uuid4()
    complaint = Complaint(project.uuid, "No money", "Nothing came.", **facts)
    assert open_grievance(session, complaint, Reporter(writer.id, "Asha", ""), uuid, by=writer.id)
    return session.scalars(select(Grievance).where(Grievance.uuid == uuid)).one()


def kinds_of(session: Session, case: UUID) -> list[str]:
    wanted = select(GrievanceEvent.kind).where(GrievanceEvent.grievance_id == case)
    return list(session.scalars(wanted.order_by(GrievanceEvent.id)))


def test_a_case_gets_a_code_and_the_first_line_of_its_story(
    session: Session, project: Project, writer: User
) -> None:
    case = opened(session, project, writer)
    assert len(case.code) == 8
    assert (case.priority, case.is_sensitive, case.created_by) == ("NORMAL", False, writer.id)
    line = session.scalars(select(GrievanceEvent).where(GrievanceEvent.grievance_id == case.uuid)).one()
    assert (line.kind, line.is_public, line.by_reporter, line.created_by) == (
        "OPENED",
        True,
        False,
        writer.id,
    )


def test_E2_the_same_uuid_once_more_changes_nothing(session: Session, project: Project, writer: User) -> None:
    case = opened(session, project, writer)
    again = Complaint(project.uuid, "Another", "Another")
    assert not open_grievance(session, again, Reporter(writer.id, "Other", ""), case.uuid)
    session.refresh(case)
    assert (case.title, kinds_of(session, case.uuid)) == ("No money", ["OPENED"])


def test_C5_a_sensitive_category_makes_a_case_sensitive_and_says_how_urgent_it_is(
    session: Session, project: Project, writer: User
) -> None:
    fraud = category_named(session, "Fraud or corruption").uuid
    case = opened(session, project, writer, category=fraud)
    assert (case.is_sensitive, case.priority) == (True, "HIGH")
    assert opened(session, project, writer, category=fraud, priority="LOW").priority == "LOW"
    assert opened(session, project, writer, sensitive=True).is_sensitive


def test_the_portals_own_channels_are_known_by_their_keys(
    session: Session, project: Project, writer: User
) -> None:
    desk = session.scalars(select(GrievanceChannel).where(GrievanceChannel.key == "DESK")).one()
    assert opened(session, project, writer, channel="DESK").channel_id == desk.uuid
    assert opened(session, project, writer, channel=desk.uuid).channel_id == desk.uuid


@pytest.mark.parametrize(
    ("field", "value"), [("category", uuid4()), ("channel", uuid4()), ("priority", "WHENEVER")]
)
def test_what_is_not_in_use_is_refused_at_its_field(
    session: Session, project: Project, writer: User, field: str, value: Any
) -> None:
    with pytest.raises(Refusal) as refused:
        opened(session, project, writer, **{field: value})
    assert refused.value.field == field


def test_a_category_that_was_put_away_is_refused(session: Session, project: Project, writer: User) -> None:
    category = category_named(session, "Goods or service")
    category.is_active = False
    session.flush()
    with pytest.raises(Refusal):
        opened(session, project, writer, category=category.uuid)


def test_nothing_is_opened_in_a_closed_project(session: Session, project: Project, writer: User) -> None:
    close_project(session, project.uuid, by=writer.id)
    with pytest.raises(Refusal, match="closed"):
        opened(session, project, writer)


def test_a_rule_finds_who_gets_it_and_they_are_told_without_a_word_of_what_it_is(
    session: Session, project: Project, writer: User
) -> None:
    getter = add_user_with(session, "getter", "Supervisor")
    session.add(GrievanceRule(position=1, user_id=getter.id))
    session.flush()
    case = opened(session, project, writer)
    assert case.assignee_id == getter.id
    assert kinds_of(session, case.uuid) == ["OPENED", "ASSIGNED"]
    message = session.scalars(select(Message).where(Message.user_id == getter.id)).one()
    assert message.purpose == "case-assigned"
    assert "No money" not in (message.subject or "")


def test_C5_a_rule_gives_no_sensitive_case_to_who_may_not_read_it(
    session: Session, project: Project, writer: User
) -> None:
    manager = add_user_with(session, "manager", "Manager")
    session.add(GrievanceRule(position=1, user_id=manager.id))
    session.flush()
    case = opened(session, project, writer, sensitive=True)
    assert case.assignee_id is None
    assert session.scalars(select(Message).where(Message.user_id == manager.id)).all() == []
