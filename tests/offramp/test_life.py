"""The life of requests, as long random walks: what operations and plain SQL let happen is what the rules list."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import NotFound, Refusal
from portal.offramp.client.adapter import Opened, Report
from portal.offramp.models import OfframpAttempt
from portal.offramp.operations.ending import give_up, withdraw
from portal.offramp.operations.opening import note_opened
from portal.offramp.operations.releasing import release
from portal.offramp.operations.retrying import retry
from portal.offramp.operations.sending import begin_try
from portal.offramp.operations.settling import Outcome, Source, settle
from tests.offramp.engine import make
from tests.offramp.requests import Ground, make_ground

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus
WALKS, STEPS = 40, 50
"""Two thousand steps in all."""
GONE = "GONE"
BY_SQL = """UPDATE tbl_offramps SET status = CAST(:wanted AS "OfframpStatus"), "failedReason" = 'By SQL',
    "completedAt" = NULL WHERE uuid = :uuid AND status <> CAST(:wanted AS "OfframpStatus")"""
TRY_BY_SQL = """INSERT INTO tbl_offramp_attempts ("offrampId", number, "referenceId")
    SELECT :uuid, 100 + count(*), gen_random_uuid()::text FROM tbl_offramp_attempts WHERE "offrampId" = :uuid"""
CHANGES = [
    "amount = 7",
    "token = 'OTHER'",
    '"receiverPhone" = NULL',
    "\"senderAddress\" = 'x'",
    '"createdBy" = NULL',
    "\"requestId\" = 'other'",
]

STANDS = text(
    """SELECT (SELECT jsonb_object_agg(uuid, CASE WHEN "deletedAt" IS NULL THEN status::text ELSE 'GONE' END)
        FROM tbl_offramps),
    (SELECT jsonb_object_agg(status, number || ' ' || trim_scale(amount)) FROM tbl_offramp_sums WHERE number <> 0),
    (SELECT count(*) FROM tbl_offramp_transactions t JOIN tbl_offramps o ON o."requestId" = t."requestId"
        WHERE t.status <> o.status),
    (SELECT jsonb_object_agg(uuid, paid) FROM (SELECT o.uuid, count(a.id) AS paid FROM tbl_offramps o
        LEFT JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid AND a.state <> 'FAILED' GROUP BY 1) standing)"""
)
"""What the database says of all of them: where each stands, the sums, how many transactions stand elsewhere than their
requests, and how many tries of each could have been paid."""


@pytest.fixture
def committed(fresh_database: str) -> Iterator[Ground]:
    """The ground, committed: each walk is a transaction of its own, since one of all walks would get slow."""
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        ground = make_ground(session)
        session.commit()
        yield ground
    engine.dispose()


def test_E4_two_thousand_random_steps_find_no_other_move_and_no_second_payment(committed: Ground) -> None:
    ground = committed
    session, people = ground.session, (ground.maker.id, ground.approver.id)
    who = st.sampled_from(people)

    class Life(RuleBasedStateMachine):
        """Some requests, what is known of each, and everything that can be tried with them."""

        made: Any = Bundle("made")
        tried: Any = Bundle("tried")

        @initialize()
        def begin(self) -> None:
            session.rollback()
            self.states: dict[UUID, str] = {}
            self.large: dict[UUID, bool] = {}
            self.opened: set[UUID] = set()
            self.released: set[UUID] = set()
            self.ended: set[UUID] = set()
            self.contested: set[UUID] = set()
            self.of: dict[int, UUID] = {}
            self.tries: dict[int, str] = {}

        def teardown(self) -> None:
            session.rollback()

        def standing(self, uuid: UUID) -> int | None:
            """The try that has not failed."""
            return next((t for t, of in self.of.items() if of == uuid and self.tries[t] != "FAILED"), None)

        def ready(self, uuid: UUID) -> bool:
            """Whether it waits for nothing but to be sent."""
            released = not self.large[uuid] or uuid in self.released
            return self.states[uuid] == PENDING and uuid in self.opened and released

        @rule(target=made, amount=st.sampled_from(["1", "999.99", "5000"]))
        def make(self, amount: str) -> UUID:
            uuid = make(ground, amount)
            self.states[uuid], self.large[uuid] = PENDING, Decimal(amount) > 1000
            return uuid

        @rule(uuid=made)
        def open(self, uuid: UUID) -> None:
            note_opened(session, uuid, Opened(f"theirs-{uuid}", tx_hash=f"none:{uuid}"))
            if self.states[uuid] != GONE:
                self.opened.add(uuid)

        @rule(uuid=made, by=who)
        def release(self, uuid: UUID, by: int) -> None:
            may = (
                self.states[uuid] == PENDING
                and self.large[uuid]
                and uuid not in self.released
                and by != ground.maker.id
            )
            if self.goes(may, lambda: release(session, uuid, by=by)):
                self.released.add(uuid)

        @rule(target=tried, uuid=made)
        def send(self, uuid: UUID) -> int | None:
            found: list[int] = []
            if not self.goes(self.ready(uuid), lambda: found.append(begin_try(session, uuid)[0])):
                return None
            self.states[uuid], self.of[found[0]], self.tries[found[0]] = PROCESSING, uuid, "SENDING"
            return found[0]

        @rule(attempt=tried, told=st.sampled_from(list(OfframpStatus)), source=st.sampled_from(list(Source)))
        def hear(self, attempt: int | None, told: OfframpStatus, source: Source) -> None:
            if attempt is None:
                return
            before, uuid = self.tries[attempt], self.of[attempt]
            outcome = settle(session, attempt, Report(told, "No float"), source=source)
            over = before in {"COMPLETED", "FAILED"}
            if told in {COMPLETED, FAILED} and over and told != before:
                assert outcome is Outcome.CONFLICT
                self.contested.add(uuid)
            elif told in {COMPLETED, FAILED} and not over:
                assert outcome is Outcome.MOVED
                self.tries[attempt], self.states[uuid] = told.value, told
            else:
                moved = before == "SENDING" and told in {PENDING, PROCESSING}
                assert outcome is (Outcome.MOVED if moved else Outcome.SAME)
                if moved:
                    self.tries[attempt] = "ACCEPTED"

        @rule(uuid=made)
        def retry(self, uuid: UUID) -> None:
            may = self.states[uuid] == FAILED and uuid not in self.ended and uuid not in self.contested
            if self.goes(may, lambda: retry(session, uuid, by=ground.maker.id)):
                self.states[uuid] = PENDING

        @rule(uuid=made)
        def give_up(self, uuid: UUID) -> None:
            may = self.states[uuid] == FAILED and uuid not in self.ended and uuid not in self.contested
            if self.goes(may, lambda: give_up(session, uuid, by=ground.maker.id)):
                self.ended.add(uuid)

        @rule(uuid=made)
        def withdraw(self, uuid: UUID) -> None:
            may = self.states[uuid] == PENDING and uuid not in self.of.values()
            if self.goes(may, lambda: withdraw(session, uuid, by=ground.maker.id, reason="Typed twice")):
                self.states[uuid] = GONE

        @rule(uuid=made, wanted=st.sampled_from(list(OfframpStatus)))
        def move_by_sql(self, uuid: UUID, wanted: OfframpStatus) -> None:
            state = self.states[uuid]
            if state == wanted or (state == GONE and wanted == PENDING):
                return
            standing = self.standing(uuid)
            may = (
                # The moves that SQL may make are those to which the tries have led already.
                state == FAILED and wanted == PENDING and uuid not in self.ended and standing is None
            )
            if self.passes(may, BY_SQL, uuid=uuid, wanted=wanted.value):
                self.states[uuid] = wanted

        @rule(uuid=made)
        def try_by_sql(self, uuid: UUID) -> None:
            standing = self.standing(uuid) is not None
            if self.passes(not standing, TRY_BY_SQL, uuid=uuid):
                # A try beside the program keeps every other away until it has failed.
                newest = select(OfframpAttempt.id).where(OfframpAttempt.offramp_id == uuid)
                attempt = session.scalars(newest.order_by(OfframpAttempt.number.desc()).limit(1)).one()
                session.execute(
                    text(
                        """UPDATE tbl_offramp_attempts SET state = 'FAILED', reason = 'By SQL', "settledAt" = now()
                        WHERE id = :attempt"""
                    ),
                    {"attempt": attempt},
                )
                self.of[attempt], self.tries[attempt] = uuid, "FAILED"

        @rule(uuid=made, change=st.sampled_from(CHANGES))
        def change_by_sql(self, uuid: UUID, change: str) -> None:
            if "requestId" in change and uuid not in self.opened:
                return
            self.passes(False, f"UPDATE tbl_offramps SET {change} WHERE uuid = :uuid", uuid=uuid)

        @rule(
            attempt=tried,
            change=st.sampled_from(["state = 'SENDING'", "number = 9", "\"referenceId\" = 'x'"]),
        )
        def change_try_by_sql(self, attempt: int | None, change: str) -> None:
            if attempt is None or (self.tries[attempt] == "SENDING" and "state" in change):
                return
            self.passes(
                False, f"UPDATE tbl_offramp_attempts SET {change} WHERE id = :attempt", attempt=attempt
            )

        @rule(uuid=made)
        def rewrite_story_by_sql(self, uuid: UUID) -> None:
            self.passes(
                False, """UPDATE tbl_offramp_events SET kind = 'PAID' WHERE "offrampId" = :uuid""", uuid=uuid
            )

        def goes(self, may: bool, deed: Any) -> bool:
            """Whether it was done; it is exactly where it may be."""
            try:
                with session.begin_nested():
                    deed()
            except (Refusal, NotFound):
                assert not may
                return False
            assert may
            return True

        def passes(self, may: bool, statement: str, **values: Any) -> bool:
            """The same of a statement."""
            try:
                with session.begin_nested():
                    session.execute(text(statement), values)
            except DBAPIError:
                assert not may, statement
                return False
            assert may, statement
            return True

        @invariant()
        def nothing_else_has_moved(self) -> None:
            if not hasattr(self, "states"):
                return
            states, sums, elsewhere, standing = session.execute(STANDS).one()
            assert {UUID(uuid): state for uuid, state in (states or {}).items()} == self.states
            live = [state for state in self.states.values() if state != GONE]
            assert {state: int(said.split()[0]) for state, said in (sums or {}).items()} == {
                state: live.count(state) for state in set(live)
            }
            assert elsewhere == 0
            assert all(count <= 1 for count in (standing or {}).values())

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
