"""Many at the same moment, each on a connection of their own: exactly one wins, and a request is sent once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, Refusal
from portal.offramp.client.adapter import Opened, Report
from portal.offramp.models import OfframpAttempt, OfframpEvent, OfframpRequest
from portal.offramp.operations import working
from portal.offramp.operations.from_lists import ListTerms, make_from_list
from portal.offramp.operations.making import make_request
from portal.offramp.operations.opening import note_opened
from portal.offramp.operations.releasing import release
from portal.offramp.operations.retrying import retry
from portal.offramp.operations.sending import begin_try
from portal.offramp.operations.settling import Outcome, Source, settle
from tests.factories import add_user_with
from tests.offramp.engine import asked, make, read
from tests.offramp.lists import approved_list
from tests.offramp.requests import CHAIN, SENDER, make_ground

THREADS = 20
ROUNDS = 15


class Crowd:
    """Twenty who act at the same moment; what they do really commits."""

    def __init__(self, address: str) -> None:
        self.engine = create_engine(address, pool_size=THREADS + 1, max_overflow=0)
        self.pool = ThreadPoolExecutor(THREADS)
        self.session = Session(self.engine)
        self.ground = make_ground(self.session)
        self.other = add_user_with(self.session, "second", "Approver").id
        self.maker, self.approver = self.ground.maker.id, self.ground.approver.id
        self.session.commit()

    def opened(self, amount: str = "25") -> UUID:
        """A request that waits for nothing but to be sent, or let go."""
        uuid = make(self.ground, amount)
        name = f"theirs-{uuid}"
        note_opened(self.session, uuid, Opened(name, tx_hash=f"none:{name}"))
        self.session.commit()
        return uuid

    def sent(self) -> tuple[UUID, int]:
        """A request that is under way, and its try."""
        uuid = self.opened()
        attempt, _order = begin_try(self.session, uuid)
        self.session.commit()
        return uuid, attempt

    def all_at_once(self, act: Callable[[Session, int], object]) -> list[object]:
        """What each of them got: the act's answer, or its refusal."""
        ready = Barrier(THREADS)

        def one(number: int) -> object:
            with Session(self.engine) as session:
                session.connection()
                ready.wait(60)
                try:
                    answer = act(session, number)
                    session.commit()
                except Refusal as refusal:
                    return refusal
                return answer

        return list(self.pool.map(one, range(THREADS)))

    def count(self, kind: str) -> int:
        """How often that was told."""
        found = select(func.count()).select_from(OfframpEvent).where(OfframpEvent.kind == kind)
        return self.session.scalars(found).one()

    def close(self) -> None:
        """Let all connections go."""
        self.session.close()
        self.pool.shutdown()
        self.engine.dispose()


@pytest.fixture
def crowd(fresh_database: str) -> Iterator[Crowd]:
    """Twenty people over a database of their own."""
    crowd = Crowd(fresh_database)
    yield crowd
    crowd.close()


def lost(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Refusal)]


def test_E1_of_twenty_who_let_a_request_go_at_once_exactly_one_does(crowd: Crowd) -> None:
    for _round in range(ROUNDS):
        uuid = crowd.opened("5000")

        def act(session: Session, number: int, uuid: UUID = uuid) -> None:
            release(session, uuid, by=(crowd.approver, crowd.other)[number % 2])

        answers = crowd.all_at_once(act)
        assert len(lost(answers)) == THREADS - 1
        assert {type(answer) for answer in lost(answers)} == {Conflict}
    assert crowd.count("RELEASED") == ROUNDS


def test_E1_of_twenty_workers_who_send_a_request_at_once_exactly_one_does(crowd: Crowd) -> None:
    for _round in range(ROUNDS):
        uuid = crowd.opened()
        answers = crowd.all_at_once(lambda session, _n, uuid=uuid: begin_try(session, uuid))  # type: ignore[misc]
        assert len(lost(answers)) == THREADS - 1
        assert {type(answer) for answer in lost(answers)} == {Conflict}
    assert crowd.count("SENT") == ROUNDS
    assert crowd.session.scalar(select(func.count()).select_from(OfframpAttempt)) == ROUNDS


def test_E1_of_twenty_who_try_a_request_again_at_once_exactly_one_does(crowd: Crowd) -> None:
    for _round in range(ROUNDS):
        uuid, attempt = crowd.sent()
        settle(crowd.session, attempt, Report(OfframpStatus.FAILED, "No float"), source=Source.POLL)
        crowd.session.commit()
        answers = crowd.all_at_once(lambda session, _n, uuid=uuid: retry(session, uuid, by=crowd.maker))  # type: ignore[misc]
        assert len(lost(answers)) == THREADS - 1
        assert {type(answer) for answer in lost(answers)} == {Conflict}
    assert crowd.count("RETRIED") == ROUNDS


def test_E2_one_form_sent_twenty_times_at_once_makes_one_request_and_all_see_it(crowd: Crowd) -> None:
    wanted = asked(crowd.ground)
    for _round in range(ROUNDS):
        key = uuid4()
        answers = crowd.all_at_once(
            lambda session, _n, key=key: make_request(session, wanted, by=crowd.maker, key=key)  # type: ignore[misc]
        )
        assert len(set(answers)) == 1
        assert isinstance(answers[0], UUID)
    assert crowd.session.scalar(select(func.count()).select_from(OfframpRequest)) == ROUNDS
    assert crowd.count("MADE") == ROUNDS


def test_E2_a_list_sent_twenty_times_at_once_is_sent_once(crowd: Crowd) -> None:
    found = approved_list(crowd.ground, people=20)
    terms = ListTerms(crowd.ground.provider.uuid, CHAIN, SENDER, "KES", "MPESA")
    answers = crowd.all_at_once(lambda session, _n: make_from_list(session, found, terms, by=crowd.maker))
    assert sum(answer for answer in answers if isinstance(answer, int)) == 20
    assert crowd.count("MADE") == 20


def test_of_twenty_who_say_what_became_of_a_try_at_once_one_moves_it(crowd: Crowd) -> None:
    for number in range(ROUNDS):
        uuid, attempt = crowd.sent()
        status = (OfframpStatus.COMPLETED, OfframpStatus.FAILED)[number % 2]

        def act(
            session: Session, number: int, told: tuple[int, OfframpStatus] = (attempt, status)
        ) -> Outcome:
            source = (Source.POLL, Source.CALLBACK)[number % 2]
            return settle(session, told[0], Report(told[1], "No float"), source=source)

        answers = crowd.all_at_once(act)
        assert sorted(str(answer) for answer in answers) == ["MOVED", *["SAME"] * (THREADS - 1)]
        assert read(crowd.session, uuid).status == status
        crowd.session.rollback()


def test_each_request_that_is_due_is_taken_by_one_of_twenty_workers(crowd: Crowd) -> None:
    for _ in range(THREADS + 5):
        make(crowd.ground)
    crowd.session.commit()
    first = [held for held in crowd.all_at_once(lambda session, _n: working.claim(session)) if held]
    second = [held for held in crowd.all_at_once(lambda session, _n: working.claim(session)) if held]
    taken = [held.offramp for held in (*first, *second) if isinstance(held, working.Held)]
    assert len(taken) == len(set(taken)) == THREADS + 5
