"""E1: of twenty who do the same at once exactly one does it, with real connections."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.jobs.operations import start
from portal.jobs.tasks import Progress
from portal.payouts import tasks
from portal.payouts.models import PayoutList
from portal.payouts.operations import approving, submitting
from portal.payouts.operations.moving import reopen
from portal.settings.operations import set_values
from tests.bulk.test_at_once import at_once
from tests.factories import add_user_with
from tests.payouts.lists import PAGE, make_ground

pytestmark = pytest.mark.database

ROUNDS, THREADS = 15, 20


def test_E1_of_twenty_approvers_at_once_one_gives_the_last_approval(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=2)
        approvers = [add_user_with(session, f"approver{number}", "Approver").id for number in range(THREADS)]
        uuid = ground.submitted().uuid
        session.commit()

    def approve(by: int) -> Callable[[], object]:
        def once() -> object:
            def begin() -> UUID:
                told = {"payout_list": str(uuid), "by": by}
                return start(tasks.PAY, told, created_by=by, link=PAGE).uuid

            seen = db.session.execute(text('SELECT "rowsHash" FROM tbl_payout_lists')).scalar_one()
            approved = approving.approve(db.session(), uuid, seen=seen, by=by, begin=begin)
            db.session.commit()
            return approved.last

        return once

    for round_ in range(ROUNDS):
        results = at_once(committed_app, *map(approve, approvers))
        assert results.count(True) == 1, (round_, results)
        assert sum(isinstance(result, Conflict) for result in results) == THREADS - 1, (round_, results)
        with committed_app.app_context():
            counts = db.session.execute(
                text(
                    'SELECT (SELECT count(*) FROM tbl_payout_approvals WHERE "voidedAt" IS NULL),'
                    " (SELECT count(*) FROM tbl_jobs WHERE kind = 'payouts.pay'),"
                    " (SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_payout_approvals'"
                    " AND action = 'INSERT')"
                )
            ).one()
            assert tuple(counts) == (1, round_ + 1, round_ + 1)
            found = db.session.execute(text('SELECT "jobId" FROM tbl_payout_lists')).scalar_one()
            db.session.execute(text("UPDATE tbl_jobs SET state = 'FAILED' WHERE uuid = :job"), {"job": found})
            reopen(db.session(), uuid)
            db.session.commit()


def test_E3_one_person_who_approves_twenty_times_at_once_gives_one_of_two_approvals(
    committed_app: Flask,
) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=2)
        set_values(session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
        found = ground.submitted()
        uuid, by, seen = found.uuid, ground.approver.id, found.rows_hash or ""
        session.commit()

    def approve() -> object:
        approved = approving.approve(db.session(), uuid, seen=seen, by=by, begin=no_work)
        db.session.commit()
        return approved.last

    results = at_once(committed_app, *[approve] * THREADS)
    assert results.count(False) == 1, results
    assert sum(isinstance(result, Refusal) for result in results) == THREADS - 1, results
    with committed_app.app_context():
        stands = "SELECT state, (SELECT count(*) FROM tbl_payout_approvals) FROM tbl_payout_lists"
        assert tuple(db.session.execute(text(stands)).one()) == ("SUBMITTED", 1)


def no_work() -> UUID:
    raise AssertionError("the list is not to be paid yet")


def test_E3_who_approves_while_another_holds_somebody_out_pays_what_they_saw_or_nothing(
    committed_app: Flask,
) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=3)
        found = ground.submitted()
        uuid, by, other, seen = found.uuid, ground.approver.id, ground.second.id, found.rows_hash or ""
        row = session.execute(text("SELECT uuid FROM tbl_payout_rows WHERE number = 1")).scalar_one()
        session.commit()

    def approve() -> object:
        def begin() -> UUID:
            return start(tasks.PAY, {"payout_list": str(uuid), "by": by}, created_by=by, link=PAGE).uuid

        approving.approve(db.session(), uuid, seen=seen, by=by, begin=begin)
        db.session.commit()
        return "approved"

    def hold_out() -> object:
        approving.hold_out(db.session(), uuid, [row], "Who is that?", by=other)
        db.session.commit()
        return "held"

    for round_ in range(ROUNDS):
        first, second = at_once(committed_app, *((approve, hold_out) if round_ % 2 else (hold_out, approve)))
        results = {type(one).__name__ if isinstance(one, Conflict) else one for one in (first, second)}
        assert "Conflict" in results, (round_, results)
        with committed_app.app_context():
            session = db.session()
            stands = session.execute(
                text(
                    'SELECT state, "rowsHash", payable, (SELECT count(*) FROM tbl_payout_approvals'
                    ' WHERE "voidedAt" IS NULL) FROM tbl_payout_lists'
                )
            ).one()
            if "approved" in results:
                assert tuple(stands) == ("PAYING", seen, 3, 1)
                session.execute(text("UPDATE tbl_jobs SET state = 'FAILED'"))
                reopen(session, uuid)
            else:
                assert (stands[0], stands[2], stands[3]) == ("SUBMITTED", 2, 0)
                assert stands[1] != seen
                approving.let_in(session, uuid, [row], by=other)
            session.commit()


def test_E1_of_twenty_who_submit_at_once_one_begins_the_work(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=2)
        found = ground.draft()
        uuid, by = found.uuid, ground.maker.id
        session.commit()

    def submit() -> object:
        told = {"payout_list": str(uuid), "by": by, "page": PAGE}
        job = start(tasks.SUBMIT, told, created_by=by, link=PAGE).uuid
        version = db.session.execute(text("SELECT version FROM tbl_payout_lists")).scalar_one()
        begun = submitting.begin_submitting(db.session(), uuid, seen=version, job=job)
        db.session.commit() if begun else db.session.rollback()
        return begun

    for round_ in range(ROUNDS):
        results = at_once(committed_app, *[submit] * THREADS)
        assert results.count(True) == 1, (round_, results)
        assert all(result in (True, False) or isinstance(result, Conflict) for result in results)
        with committed_app.app_context():
            job = "SELECT count(*) FROM tbl_jobs WHERE kind = 'payouts.submit'"
            assert db.session.execute(text(job)).scalar_one() == round_ + 1
            db.session.execute(text("UPDATE tbl_jobs SET state = 'FAILED'"))
            reopen(db.session(), uuid)
            db.session.commit()


def test_E2_a_list_that_two_workers_pay_at_once_is_paid_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=20)
        found = ground.submitted()
        told = {"payout_list": str(found.uuid), "by": ground.approver.id}

        def begin() -> UUID:
            return start(tasks.PAY, told, created_by=ground.approver.id, link=PAGE).uuid

        approving.approve(session, found.uuid, seen=found.rows_hash or "", by=ground.approver.id, begin=begin)
        session.commit()
        uuid, by = str(found.uuid), ground.approver.id

    def pay() -> object:
        return tasks.pay(Progress(), payout_list=uuid, by=by)

    results = at_once(committed_app, pay, pay)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "dict"]
    with committed_app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM tbl_transactions")).scalar_one() == 20


def test_E2_a_list_that_is_submitted_beside_another_waits_for_it_and_pays_nobody_twice(
    committed_app: Flask,
) -> None:
    with committed_app.app_context():
        session = db.session()
        ground = make_ground(session, people=2)
        by = ground.maker.id
        first = ground.draft().uuid
        # As if it were the younger one, which stands in nobody's way before it is submitted.
        session.execute(text("ALTER TABLE tbl_payout_lists DISABLE TRIGGER payout_list_moves"))
        session.execute(text("UPDATE tbl_payout_lists SET \"createdAt\" = now() + interval '1 hour'"))
        session.execute(text("ALTER TABLE tbl_payout_lists ENABLE TRIGGER payout_list_moves"))
        begin(session, first, by)
        with Session(db.engine) as other:
            submitting.submit(other, other.get_one(PayoutList, first), by=by)
            second = ground.draft(title="Round 2").uuid
            assert ground.found(second).payable == 2
            begin(session, second, by)
            results: list[object] = []

            def submit(engine: Engine = db.engine, who: int = ground.approver.id) -> None:
                with Session(engine) as third:
                    try:
                        submitting.submit(third, third.get_one(PayoutList, second), by=who)
                        results.append("submitted")
                    except Refusal as refusal:
                        results.append(refusal)

            thread = threading.Thread(target=submit)
            thread.start()
            waits = text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
            while thread.is_alive() and not session.execute(waits).scalar_one():
                thread.join(0.05)
            other.commit()
        thread.join(60)
    assert [type(result) for result in results] == [Refusal], results


def begin(session: Session, uuid: UUID, by: int) -> None:
    """Let a job be at work on submitting the list."""
    job = start(
        tasks.SUBMIT, {"payout_list": str(uuid), "by": by, "page": PAGE}, created_by=by, link=PAGE
    ).uuid
    seen = session.get_one(PayoutList, uuid, populate_existing=True).version
    assert submitting.begin_submitting(session, uuid, seen=seen, job=job)
    session.commit()
