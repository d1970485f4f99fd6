"""E4: a list moves as the table says, whatever is tried, and is paid only as it was approved by others."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.payouts.models import PayoutList
from portal.payouts.moves import MOVES, State
from portal.payouts.operations import approving, paying, submitting
from portal.payouts.operations.drafting import set_amount
from portal.payouts.operations.moving import hold
from portal.settings.operations import set_values
from tests.payouts.lists import Ground, add_list, make_ground

pytestmark = pytest.mark.database

CHECK = """
SELECT l.state, l."stepsNeeded",
    (SELECT count(*) FROM tbl_payout_approvals a WHERE a."listId" = l.uuid AND a."voidedAt" IS NULL
        AND a."rowsHash" = l."rowsHash"
        AND a."approverId" <> ALL (array[l."createdBy", l."editedBy", l."submittedBy"])),
    (SELECT count(*) FROM tbl_transactions t WHERE t."payoutListId" = l.uuid), l.payable,
    (SELECT sum(t.amount) FROM tbl_transactions t WHERE t."payoutListId" = l.uuid), l.total
FROM tbl_payout_lists l WHERE l.uuid = :list
"""

GIVE_UP = (
    "UPDATE tbl_payout_lists SET state = 'SUBMITTED', \"decidedBy\" = NULL WHERE state = 'PAYING'",
    "UPDATE tbl_payout_lists SET state = 'DRAFT' WHERE state IN ('FILLING', 'CHECKING')",
    "UPDATE tbl_payout_lists SET state = 'CANCELLED' WHERE state IN ('DRAFT', 'SUBMITTED', 'RETURNED')",
)


@pytest.mark.parametrize("state", list(State))
def test_E4_the_database_refuses_every_move_that_is_not_on_the_table(ground: Ground, state: State) -> None:
    session = ground.session
    found, _row = add_list(session, ground.project, ground.vendor, ground.people[:2], ground.maker)
    session.execute(text("ALTER TABLE tbl_payout_lists DISABLE TRIGGER payout_list_moves"))
    facts: dict[str, Any] = {"reason": "x", "rows_hash": "0", "submitted_by": ground.maker.id}
    facts |= {"submitted_at": found.created_at, "state": State.SUBMITTED}
    session.execute(update(PayoutList).values(**facts))
    decided: dict[str, Any] = (
        {"decided_by": ground.approver.id} if state in (State.PAYING, State.APPROVED) else {}
    )
    ended: dict[str, Any] = {"decided_at": found.created_at} if state is State.APPROVED else {}
    session.execute(update(PayoutList).values(state=state, **decided, **ended))
    session.execute(text("ALTER TABLE tbl_payout_lists ENABLE TRIGGER payout_list_moves"))
    for to in set(State) - {state, *MOVES[state]}:
        with pytest.raises(DBAPIError) as refused, session.begin_nested():
            session.execute(text("UPDATE tbl_payout_lists SET state = :to"), {"to": to.value})
        assert refused.value.orig.sqlstate == "RP010", to  # type: ignore[union-attr]


SELDOM = st.integers(0, 5)
"""What would undo the others' work each time is tried one time in six."""


class Life(RuleBasedStateMachine):
    """One list after the other, in the hands of its maker, two approvers, and somebody with SQL."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.session: Session = self.ground.session
        ground = self.ground
        for change in GIVE_UP:  # nobody is in two open lists
            self.session.execute(text(change))
        found, _row = add_list(self.session, ground.project, ground.vendor, ground.people[:3], ground.maker)
        self.uuid, self.before = found.uuid, State.DRAFT

    @property
    def found(self) -> PayoutList:
        return self.ground.found(self.uuid)

    def attempt(self, do: Any) -> None:
        """Do it, or nothing at all."""
        try:
            with self.session.begin_nested():
                do()
        except (Refusal, DBAPIError):
            self.session.expire_all()

    @rule()
    def begin_submitting(self) -> None:
        seen = self.found.version
        self.attempt(lambda: submitting.begin_submitting(self.session, self.uuid, seen=seen, job=uuid4()))

    @rule()
    def submit(self) -> None:
        def do() -> None:
            found = hold(self.session, self.uuid, State.CHECKING)
            submitting.submit(self.session, found, by=self.ground.maker.id)

        self.attempt(do)

    @rule(chance=SELDOM)
    def take_back(self, chance: int) -> None:
        if not chance:
            self.attempt(lambda: submitting.take_back(self.session, self.uuid, by=self.ground.maker.id))

    @rule(chance=SELDOM)
    def cancel(self, chance: int) -> None:
        if not chance:
            self.attempt(lambda: submitting.cancel(self.session, self.uuid, "Not needed"))

    @rule(who=st.sampled_from(["maker", "approver", "second"]), fresh=SELDOM)
    def approve(self, who: str, fresh: int) -> None:
        by, seen = getattr(self.ground, who).id, self.found.rows_hash or "" if fresh else "0"
        self.attempt(lambda: approving.approve(self.session, self.uuid, seen=seen, by=by, begin=uuid4))

    @rule(who=st.sampled_from(["maker", "approver"]), chance=SELDOM)
    def return_it(self, who: str, chance: int) -> None:
        by = getattr(self.ground, who).id
        if not chance:
            self.attempt(lambda: approving.return_list(self.session, self.uuid, "Too much", by=by))

    @rule(
        who=st.sampled_from(["maker", "approver"]), place=st.integers(0, 2), out=st.booleans(), chance=SELDOM
    )
    def hold_or_let_in(self, who: str, place: int, out: bool, chance: int) -> None:
        if chance:
            return
        by, row = getattr(self.ground, who).id, self.ground.rows(self.found)[place].uuid
        if out:
            self.attempt(lambda: approving.hold_out(self.session, self.uuid, [row], "Moved", by=by))
        else:
            self.attempt(lambda: approving.let_in(self.session, self.uuid, [row], by=by))

    @rule(place=st.integers(0, 2))
    def change_amount(self, place: int) -> None:
        found, row = self.found, self.ground.rows(self.found)[place]
        amount, by = (row.amount or Decimal(0)) + 1, self.ground.maker.id
        self.attempt(lambda: set_amount(self.session, self.uuid, row.uuid, amount, seen=found.version, by=by))

    @rule()
    def pay(self) -> None:
        def do() -> None:
            found = hold(self.session, self.uuid, State.PAYING)
            try:
                with self.session.begin_nested():
                    paying.check_approved(self.session, found)
                    paying.pay(self.session, found)
            except Refusal as refusal:
                found = hold(self.session, self.uuid, State.PAYING)
                paying.give_back(self.session, found, refusal)

        self.attempt(do)

    @rule(to=st.sampled_from(list(State)), chance=SELDOM)
    def state_by_sql(self, to: State, chance: int) -> None:
        if chance:
            return
        told = {"to": to.value, "list": self.uuid, "who": self.ground.approver.id}
        decided = ', "decidedBy" = :who' if to in (State.PAYING, State.APPROVED) else ""
        statement = text(f"UPDATE tbl_payout_lists SET state = :to{decided} WHERE uuid = :list")
        self.attempt(lambda: self.session.execute(statement, told))

    @rule(chance=SELDOM)
    def amount_by_sql(self, chance: int) -> None:
        if chance:
            return
        statement = text(
            'UPDATE tbl_payout_rows SET amount = amount + 1 WHERE number = 1 AND "listId" = :list'
        )
        self.attempt(lambda: self.session.execute(statement, {"list": self.uuid}))

    @invariant()
    def only_listed_moves_happened_and_what_is_paid_was_approved(self) -> None:
        told = self.session.execute(text(CHECK), {"list": self.uuid}).one()
        state, steps, given, paid, payable, amount, total = told
        assert state == self.before or state in MOVES[self.before], (self.before, state)
        self.before = State(state)
        if state in (State.PAYING, State.APPROVED):
            assert given >= steps or state == State.PAYING
        assert (paid, amount) == ((payable, total) if state == State.APPROVED else (0, None)), told


def test_E4_two_thousand_random_steps_find_no_other_way(session: Session) -> None:
    Life.ground = make_ground(session, people=3)
    set_values(session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "302"})
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25,
            stateful_step_count=80,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    states = {state for (state,) in session.query(PayoutList.state)}
    assert State.APPROVED in states
