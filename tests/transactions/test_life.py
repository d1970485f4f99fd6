"""The life of transactions, as long random walks: what operations and plain SQL let happen is what the rules list."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.core.errors import Refusal
from portal.transactions.operations.deciding import approve, fail, reject
from portal.transactions.operations.retrying import retry
from tests.transactions.paying import Ground, make_ground

PENDING, APPROVED, REJECTED, FAILED = TransactionStatus
WALKS, STEPS = 40, 50
"""Two thousand steps in all."""
MOVES = {(PENDING, APPROVED), (PENDING, REJECTED), (APPROVED, FAILED)}
BUDGET = Decimal(1000)
BY_SQL = """UPDATE tbl_transactions SET status = CAST(:wanted AS "TransactionStatus"),
    "decidedBy" = coalesce("decidedBy", :by), "decidedAt" = coalesce("decidedAt", now()), reason = :reason,
    "failedBy" = CASE WHEN :wanted = 'FAILED' THEN CAST(:by AS int) END,
    "failedAt" = CASE WHEN :wanted = 'FAILED' THEN now() END
WHERE uuid = :uuid AND status <> CAST(:wanted AS "TransactionStatus")"""

STANDS = text(
    """SELECT (SELECT jsonb_object_agg(uuid, status) FROM tbl_transactions),
    (SELECT jsonb_object_agg(status, amount::text) FROM tbl_transaction_sums WHERE amount <> 0),
    (SELECT spent FROM tbl_project_budgets)"""
)
"""What the database says of all of them."""


@pytest.fixture
def committed(fresh_database: str) -> Iterator[Ground]:
    """The ground, committed: each walk is a transaction of its own, since one of all walks would get slow."""
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        ground = make_ground(session)
        session.commit()
        yield ground
    engine.dispose()


def test_E4_E8_two_thousand_random_steps_find_no_other_move_and_keep_budget_and_sums(
    committed: Ground,
) -> None:
    ground = committed
    session, people = ground.session, (ground.maker.id, ground.approver.id)
    who = st.sampled_from(people)

    class Life(RuleBasedStateMachine):
        """Some transactions, what is known of each, and everything that can be tried with them."""

        made: Any = Bundle("made")

        @initialize()
        def begin(self) -> None:
            session.rollback()
            self.states: dict[UUID, TransactionStatus] = {}
            self.facts: dict[UUID, tuple[int, Decimal]] = {}
            self.retried: set[UUID] = set()

        def teardown(self) -> None:
            session.rollback()

        def spent(self) -> Decimal:
            counted = (uuid for uuid, state in self.states.items() if state in {PENDING, APPROVED})
            return sum((self.facts[uuid][1] for uuid in counted), Decimal(0))

        @rule(target=made, amount=st.sampled_from(["1", "99.99", "250", "400"]))
        def make(self, amount: str) -> UUID | None:
            fits = self.spent() + Decimal(amount) <= BUDGET
            try:
                uuid = ground.make(amount)
            except Refusal:
                assert not fits
                return None
            assert fits
            self.states[uuid], self.facts[uuid] = PENDING, (ground.maker.id, Decimal(amount))
            return uuid

        @rule(uuid=made, by=who, wanted=st.sampled_from([APPROVED, REJECTED, FAILED]))
        def decide(self, uuid: UUID | None, by: int, wanted: TransactionStatus) -> None:
            if uuid is None:
                return
            move: Any = {APPROVED: approve, REJECTED: reject, FAILED: fail}[wanted]
            more = {} if wanted == APPROVED else {"reason": "No"}
            own = wanted != FAILED and by == self.facts[uuid][0]
            may = (self.states[uuid], wanted) in MOVES and not own
            try:
                move(session, uuid, by=by, **more)
            except Refusal:
                assert not may
                return
            assert may
            self.states[uuid] = wanted

        @rule(uuid=made, by=who, wanted=st.sampled_from(list(TransactionStatus)))
        def decide_by_sql(self, uuid: UUID | None, by: int, wanted: TransactionStatus) -> None:
            if uuid is None or self.states[uuid] == wanted:
                return
            state = self.states[uuid]
            own = by == self.facts[uuid][0]
            may = (state, wanted) in MOVES and not (own and state == PENDING)
            told = {
                "uuid": uuid,
                "by": by,
                "wanted": wanted.value,
                "reason": None if wanted == APPROVED else "No",
            }
            try:
                with session.begin_nested():
                    session.execute(text(BY_SQL), told)
            except DBAPIError:
                assert not may
                return
            assert may
            self.states[uuid] = wanted

        @rule(target=made, uuid=made, by=who)
        def retry(self, uuid: UUID | None, by: int) -> UUID | None:
            if uuid is None:
                return None
            amount = self.facts[uuid][1]
            fits = self.spent() + amount <= BUDGET
            may = self.states[uuid] == FAILED and uuid not in self.retried and fits
            try:
                again = retry(session, uuid, by=by)
            except Refusal:
                assert not may
                return None
            if again in self.states:  # the same person has asked before
                assert uuid in self.retried
                return None
            assert may
            self.retried.add(uuid)
            self.states[again], self.facts[again] = PENDING, (by, amount)
            return again

        @rule(uuid=made, change=st.sampled_from(["amount = 1000", '"createdBy" = NULL', "currency = 'USD'"]))
        def change_by_sql(self, uuid: UUID | None, change: str) -> None:
            if uuid is None:
                return
            try:
                with session.begin_nested():
                    session.execute(
                        text(f"UPDATE tbl_transactions SET {change} WHERE uuid = :uuid"), {"uuid": uuid}
                    )
            except DBAPIError:
                return
            raise AssertionError(f"{change} was let through")

        @invariant()
        def nothing_else_has_moved(self) -> None:
            if not hasattr(self, "states"):
                return
            states, kept, spent = session.execute(STANDS).one()
            assert {UUID(uuid): state for uuid, state in (states or {}).items()} == self.states
            sums = dict.fromkeys(set(self.states.values()), Decimal(0))
            for uuid, state in self.states.items():
                sums[state] += self.facts[uuid][1]
            assert {state: Decimal(amount) for state, amount in (kept or {}).items()} == sums
            assert spent == self.spent() <= BUDGET

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
