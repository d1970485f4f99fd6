"""The moves of a case: each says why, each is told in the story, and there are no others."""

from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.operations import moving
from portal.grievances.operations.story import Teller
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "Cash for food")


@pytest.fixture
def someone(session: Session) -> User:
    return add_user_with(session, "someone", "Supervisor")


def story_of(session: Session, case: Grievance) -> list[GrievanceEvent]:
    wanted = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case.uuid)
    return list(session.scalars(wanted.order_by(GrievanceEvent.id)))


def test_a_case_goes_all_the_way_and_back_and_its_story_tells_it(
    session: Session, project: Project, someone: User
) -> None:
    case, by = add_case(session, project, someone), Teller(someone.id)
    moving.acknowledge(session, case.uuid, by, "  We look into it. ")
    moving.resolve(session, case.uuid, by, "It was paid today.")
    moving.decline_answer(session, case.uuid, RESOLVED, "Nothing came.")
    moving.resolve(session, case.uuid, by, "It was paid by hand.")
    moving.accept_answer(session, case.uuid)
    moving.reopen(session, case.uuid, CLOSED, by, "There is another payment.")
    assert (case.status, case.reopened, case.status_reason) == (UNDER_REVIEW, 2, "There is another payment.")
    told = [(line.kind, line.body, line.by_reporter, line.created_by) for line in story_of(session, case)]
    assert told == [
        ("ACKNOWLEDGED", "We look into it.", False, someone.id),
        ("RESOLVED", "It was paid today.", False, someone.id),
        ("REOPENED", "Nothing came.", True, None),
        ("RESOLVED", "It was paid by hand.", False, someone.id),
        ("CLOSED", None, True, None),
        ("REOPENED", "There is another payment.", False, someone.id),
    ]
    first = story_of(session, case)[0]
    assert (first.from_status, first.to_status, first.is_public) == (NEW, UNDER_REVIEW, True)


@pytest.mark.parametrize("status", list(GrievanceStatus))
@pytest.mark.parametrize("before", list(GrievanceStatus))
@pytest.mark.parametrize("after", list(GrievanceStatus))
def test_E4_no_case_moves_but_as_it_may_from_where_it_is(
    session: Session,
    project: Project,
    someone: User,
    status: GrievanceStatus,
    before: GrievanceStatus,
    after: GrievanceStatus,
) -> None:
    case = add_case(session, project, someone, status=status.value)
    may = (before, after) in moving.MOVES and before == status
    if may:
        moving.move(session, case.uuid, before, after, Teller(someone.id), "So it is.")
    else:
        with pytest.raises(Refusal):
            moving.move(session, case.uuid, before, after, Teller(someone.id), "So it is.")
    session.refresh(case)
    assert case.status == (after if may else status)
    assert len(story_of(session, case)) == may


@pytest.mark.parametrize("status", list(GrievanceStatus))
@pytest.mark.parametrize("after", list(GrievanceStatus))
def test_E4_the_database_holds_the_same_moves_and_wants_a_reason(
    session: Session, project: Project, someone: User, status: GrievanceStatus, after: GrievanceStatus
) -> None:
    case = add_case(session, project, someone, status=status.value)
    moved = text("""UPDATE tbl_grievances SET status = :after, "statusReason" = :why WHERE uuid = :case""")
    if after == status:
        return
    for why in ("Because.", " "):
        allowed = why.strip() and after in moving.next_of(status)
        if not allowed:
            with pytest.raises(DBAPIError, match="does not move"), session.begin_nested():
                session.execute(moved, {"after": after, "why": why, "case": case.uuid})
    if after in moving.next_of(status):
        session.execute(moved, {"after": after, "why": "Because.", "case": case.uuid})


def test_each_move_wants_words_of_its_own(session: Session, project: Project, someone: User) -> None:
    by = Teller(someone.id)
    case = add_case(session, project, someone)
    for move, wanted in ((moving.acknowledge, "received"), (moving.resolve, "what was done")):
        with pytest.raises(Refusal, match=wanted) as refused:
            move(session, case.uuid, by, " \n")
        assert refused.value.field == "words"
    with pytest.raises(Refusal, match="at most"):
        moving.acknowledge(session, case.uuid, by, "a" * 5001)
    assert case.status == NEW
    assert story_of(session, case) == []


def test_who_was_late_is_told_where_the_case_stands(
    session: Session, project: Project, someone: User
) -> None:
    case = add_case(session, project, someone, status="RESOLVED")
    with pytest.raises(Conflict, match="resolved by now"):
        moving.acknowledge(session, case.uuid, Teller(someone.id), "We look into it.")
    with pytest.raises(NotFound):
        moving.acknowledge(session, uuid4(), Teller(someone.id), "We look into it.")


def test_nothing_moves_in_a_closed_project(session: Session, project: Project, someone: User) -> None:
    case = add_case(session, project, someone)
    close_project(session, project.uuid, by=someone.id)
    with pytest.raises(Conflict, match="closed"):
        moving.acknowledge(session, case.uuid, Teller(someone.id), "We look into it.")


def test_a_duplicate_names_the_case_that_tells_the_same(
    session: Session, project: Project, someone: User
) -> None:
    by = Teller(someone.id)
    original, double = add_case(session, project, someone), add_case(session, project, someone)
    moving.close_as_duplicate(session, double.uuid, original.uuid, by, "You told us before.")
    assert (double.status, double.duplicate_of) == (CLOSED, original.uuid)
    assert [line.kind for line in story_of(session, double)] == ["CLOSED", "LINKED"]
    moving.reopen(session, double.uuid, CLOSED, by, "It is another payment.")
    assert double.duplicate_of is None


def test_a_case_is_no_duplicate_of_itself_or_of_another_duplicate_or_of_another_projects(
    session: Session, project: Project, someone: User
) -> None:
    by = Teller(someone.id)
    case, original, double = (add_case(session, project, someone) for _ in range(3))
    elsewhere = add_case(session, add_project(session, "Seeds"), someone)
    moving.close_as_duplicate(session, double.uuid, original.uuid, by, "Told before.")
    for wrong in (case.uuid, double.uuid, elsewhere.uuid, uuid4()):
        with pytest.raises(Refusal) as refused:
            moving.close_as_duplicate(session, case.uuid, wrong, by, "Told before.")
        assert refused.value.field == "original"
    assert case.status == NEW
