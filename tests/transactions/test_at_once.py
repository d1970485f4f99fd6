"""Many at the same moment, each on a connection of their own: exactly one wins, and the budget holds."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.enums import TransactionStatus
from portal.core.errors import Conflict, Refusal
from portal.projects.models import ProjectBudget
from portal.projects.operations.budgets import change_budget
from portal.projects.queries.budgets import budget_in
from portal.transactions.models import Transaction, TransactionSum
from portal.transactions.operations.deciding import approve
from portal.transactions.operations.making import Payout, make_transaction
from portal.transactions.operations.retrying import retry
from tests.factories import add_user_with
from tests.transactions.paying import Ground, make_ground

THREADS = 20
ROUNDS = 15


class Crowd:
    """Twenty who act at the same moment; what they do really commits."""

    def __init__(self, address: str) -> None:
        self.engine = create_engine(address, pool_size=THREADS + 1, max_overflow=0)
        self.pool = ThreadPoolExecutor(THREADS)
        self.session = Session(self.engine)
        self.ground: Ground = make_ground(self.session)
        self.other = add_user_with(self.session, "second", "Approver").id
        self.maker, self.approver = self.ground.maker.id, self.ground.approver.id
        self.payout: Payout = self.ground.payout("100")
        self.session.commit()

    def all_at_once(self, act: Callable[[Session, int], UUID | None]) -> list[UUID | Refusal | None]:
        """What each of them got: the act's answer, or its refusal."""
        ready = Barrier(THREADS)

        def one(number: int) -> UUID | Refusal | None:
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


def winners(answers: list[UUID | Refusal | None]) -> list[UUID | None]:
    return [answer for answer in answers if not isinstance(answer, Refusal)]


def test_E1_of_twenty_who_approve_at_once_exactly_one_does_and_one_entry_says_so(crowd: Crowd) -> None:
    for _round in range(ROUNDS):
        made = make_transaction(crowd.session, crowd.ground.payout("1"), by=crowd.maker)
        crowd.session.commit()

        def act(session: Session, number: int, uuid: UUID = made) -> None:
            approve(session, uuid, by=(crowd.approver, crowd.other)[number % 2])

        answers = crowd.all_at_once(act)
        assert len(winners(answers)) == 1
        assert {type(answer) for answer in answers if answer is not None} == {Conflict}
    entries = select(func.count()).select_from(AuditEntry)
    moves = entries.where(AuditEntry.table_name == "tbl_transactions", AuditEntry.action == "UPDATE")
    assert crowd.session.scalar(moves) == ROUNDS


def test_E8_of_twenty_claims_at_once_those_that_fit_are_made_and_no_more(crowd: Crowd) -> None:
    crowd.session.execute(text("UPDATE tbl_project_budgets SET amount = 0"))
    crowd.session.commit()
    for number in range(ROUNDS):
        fit = 1 if number else THREADS // 2
        crowd.session.execute(
            text("UPDATE tbl_project_budgets SET amount = spent + :more"), {"more": 100 * fit}
        )
        crowd.session.commit()
        answers = crowd.all_at_once(lambda s, _n: make_transaction(s, crowd.payout, by=crowd.maker))
        assert len(winners(answers)) == fit
        refused = [answer for answer in answers if isinstance(answer, Refusal)]
        assert {answer.field for answer in refused} == {"amount"}
        budget = crowd.session.execute(select(ProjectBudget.amount, ProjectBudget.spent)).one()
        assert budget.spent == budget.amount
        crowd.session.rollback()
    total = crowd.session.execute(select(func.count(), func.sum(Transaction.amount))).one()
    assert tuple(total) == (THREADS // 2 + ROUNDS - 1, Decimal(100) * (THREADS // 2 + ROUNDS - 1))
    kept = crowd.session.execute(select(TransactionSum.number, TransactionSum.amount)).one()
    assert tuple(kept) == tuple(total)


def test_E8_a_budget_that_is_lowered_while_others_claim_is_never_less_than_what_is_spent(
    crowd: Crowd,
) -> None:
    project = crowd.ground.project.uuid
    crowd.session.commit()
    outcomes = set()
    for round_ in range(ROUNDS):
        crowd.session.execute(
            text("UPDATE tbl_project_budgets SET amount = spent + :more"), {"more": 100 * THREADS}
        )
        crowd.session.commit()

        def act(session: Session, number: int, lowest: int = round_) -> UUID | None:
            if number:
                return make_transaction(session, crowd.payout, by=crowd.maker)
            budget = budget_in(session, project, "NPR")
            assert budget is not None
            assert budget.amount is not None
            # Ever less is left, so that in some rounds there is room when the turn comes, and in others none.
            amount = budget.amount - Decimal(100) * (THREADS - lowest)
            change_budget(session, budget, amount, "Less came", version=budget.version, by=crowd.approver)
            return None

        lowered, *claims = crowd.all_at_once(act)
        outcomes.add(type(lowered))
        refused = [answer for answer in claims if isinstance(answer, Refusal)]
        assert {answer.field for answer in refused} <= {"amount"}
        budget = crowd.session.execute(select(ProjectBudget.amount, ProjectBudget.spent)).one()
        counted = crowd.session.scalar(select(func.sum(Transaction.amount)))
        assert (counted or 0) == budget.spent <= budget.amount
        assert bool(refused) <= (lowered is None), "who was refused was refused for the lower amount"
        crowd.session.rollback()
    assert outcomes <= {type(None), Refusal}


def test_E2_one_form_sent_twenty_times_at_once_makes_one_transaction_and_all_see_it(crowd: Crowd) -> None:
    cheap = crowd.ground.payout("1")
    for _round in range(ROUNDS):
        key = uuid4()
        answers = crowd.all_at_once(
            lambda s, _n, key=key: make_transaction(s, cheap, by=crowd.maker, key=key)  # type: ignore[misc]
        )
        assert len(set(answers)) == 1
        assert isinstance(answers[0], UUID)
    assert crowd.session.scalar(select(func.count()).select_from(Transaction)) == ROUNDS


def test_E1_a_failed_payout_is_tried_again_by_exactly_one_of_two_people_however_often_they_ask(
    crowd: Crowd,
) -> None:
    failed = crowd.ground.made(TransactionStatus.FAILED, "1")
    crowd.session.commit()
    answers = crowd.all_at_once(lambda s, n: retry(s, failed, by=(crowd.maker, crowd.approver)[n % 2]))
    assert len(set(winners(answers))) == 1
    assert len(winners(answers)) == THREADS // 2
    again = select(func.count()).select_from(Transaction).where(Transaction.retry_of == failed)
    assert crowd.session.scalar(again) == 1
