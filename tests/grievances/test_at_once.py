"""Many at the same moment, each on a connection of their own: one move wins, and one form is one case."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, Refusal
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.operations import looking_after, moving, noting
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.grievances.operations.story import Teller
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database

THREADS = 20
ROUNDS = 15
Deed = Callable[[Session, int], object]


class Crowd:
    """Twenty who act at the same moment; what they do really commits."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.engine = create_engine(address, pool_size=THREADS + 1, max_overflow=0)
        self.pool = ThreadPoolExecutor(THREADS)
        with Session(self.engine) as session:
            self.project = add_project(session, "Cash for food").uuid
            self.users = [add_user_with(session, f"lead{number}", "Supervisor").id for number in range(3)]
            session.commit()

    def case(self, status: str = "NEW") -> UUID:
        """One more case in this state."""
        with Session(self.engine) as session:
            project = session.scalars(select(Project).where(Project.uuid == self.project)).one()
            case = add_case(session, project, session.get_one(User, self.users[0]), status=status)
            session.commit()
            return case.uuid

    def all_at_once(self, act: Deed) -> list[object]:
        """What each of them got: the act's answer, or its refusal."""
        ready = Barrier(THREADS)

        def one(number: int) -> object:
            with self.app.app_context(), Session(self.engine) as session:
                session.connection()
                ready.wait(60)
                try:
                    answer = act(session, number)
                    session.commit()
                except Refusal as refusal:
                    return refusal
                return answer

        return list(self.pool.map(one, range(THREADS)))

    def counted(self, case: UUID, kind: str) -> int:
        """How many lines of a kind a case's story has."""
        wanted = (GrievanceEvent.grievance_id == case, GrievanceEvent.kind == kind)
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).where(*wanted)) or 0

    def close(self) -> None:
        """Let all connections go."""
        self.pool.shutdown()
        self.engine.dispose()


@pytest.fixture
def crowd(committed_app: Flask, fresh_database: str) -> Iterator[Crowd]:
    """Twenty people over a database of their own."""
    crowd = Crowd(committed_app, fresh_database)
    yield crowd
    crowd.close()


def winners(answers: list[object]) -> int:
    assert all(isinstance(one, Conflict) for one in answers if isinstance(one, Refusal))
    return sum(not isinstance(one, Refusal) for one in answers)


def test_E1_of_twenty_who_acknowledge_a_case_one_does_and_the_others_are_told(crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        case = crowd.case()

        def act(session: Session, number: int, case: UUID = case) -> None:
            moving.acknowledge(session, case, Teller(crowd.users[number % 3]), f"I am {number}.")

        assert winners(crowd.all_at_once(act)) == 1
        assert crowd.counted(case, "ACKNOWLEDGED") == 1
        with Session(crowd.engine) as session:
            moves = select(AuditEntry).where(AuditEntry.record_id == str(case), AuditEntry.action == "UPDATE")
            assert len(session.scalars(moves).all()) == 1


def test_E1_of_two_ways_on_from_one_state_one_is_gone(crowd: Crowd) -> None:
    for _ in range(3):
        case = crowd.case("RESOLVED")

        def act(session: Session, number: int, case: UUID = case) -> None:
            way = moving.close if number % 2 else moving.reopen
            way(session, case, GrievanceStatus.RESOLVED, Teller(crowd.users[0]), "So.")

        assert winners(crowd.all_at_once(act)) == 1


def test_E1_of_twenty_who_take_a_case_one_has_it(crowd: Crowd) -> None:
    case = crowd.case()

    def act(session: Session, number: int) -> bool:
        user = crowd.users[number % 3]
        return looking_after.assign(session, case, user, Teller(user), seen=None)

    answers = crowd.all_at_once(act)
    assert answers.count(True) == 1
    assert crowd.counted(case, "ASSIGNED") == 1


def test_E2_one_form_sent_by_twenty_clicks_is_one_case_and_one_note(crowd: Crowd) -> None:
    uuid, note = uuid4(), uuid4()
    reporter = Reporter(crowd.users[0], "Asha", "")

    def opened(session: Session, _number: int) -> bool:
        return open_grievance(session, Complaint(crowd.project, "No money", "None."), reporter, uuid)

    def noted(session: Session, _number: int) -> bool:
        by = Teller(crowd.users[0])
        return noting.add_note(session, uuid, by, "She called.", is_public=False, uuid=note)

    assert crowd.all_at_once(opened).count(True) == 1
    assert crowd.all_at_once(noted).count(True) == 1
    assert (crowd.counted(uuid, "OPENED"), crowd.counted(uuid, "NOTE")) == (1, 1)
    with Session(crowd.engine) as session:
        assert session.scalar(select(func.count()).where(Grievance.uuid == uuid)) == 1


def test_of_twenty_questions_one_is_asked(crowd: Crowd) -> None:
    case = crowd.case("UNDER_REVIEW")

    def act(session: Session, number: int) -> None:
        noting.ask(session, case, Teller(crowd.users[0]), f"Question {number}?")

    assert winners(crowd.all_at_once(act)) == 1
    assert crowd.counted(case, "ASKED") == 1
