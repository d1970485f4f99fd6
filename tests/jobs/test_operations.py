"""The states of a job: who may move it, and that of two who want it one gets it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict
from portal.jobs import operations
from portal.jobs.models import Job
from portal.jobs.operations import recovery, runs
from portal.jobs.progress import Cancelled, Interrupted, JobProgress, Superseded
from portal.jobs.queries import Run
from tests.auth.people import statements

QUEUED = text("SELECT count(*) FROM procrastinate_jobs")
LONG_AGO = dt.timedelta(seconds=-1)
"""A silence that every job has kept: its last sign of life lies before the second to come."""


def a_job(kind: str = "test", **values: Any) -> Job:
    job = operations.start(kind, {}, created_by=None)
    for name, value in values.items():
        setattr(job, name, value)
    db.session.flush()
    return job


def run_of(job: Job) -> Run:
    return Run(job.uuid, job.queue_job_id or 0)


def begun(session: Session, **values: Any) -> Run:
    """The run of a job that a worker has begun."""
    run = run_of(a_job(**values))
    assert runs.begin(session, run) is not None
    return run


def reread(session: Session, run: Run) -> Job:
    session.expire_all()
    return session.get_one(Job, run.job)


def test_a_job_is_enqueued_with_its_row(session: Session) -> None:
    job = operations.start("test", {"batch": "x"}, created_by=None, link="/imports/x")
    assert job.state == "QUEUED"
    assert job.arguments == {"batch": "x", "link": "/imports/x"}
    queued = session.execute(text("SELECT id, args FROM procrastinate_jobs")).one()
    assert queued == (job.queue_job_id, {"job": str(job.uuid)})


def test_a_request_that_is_rolled_back_leaves_no_job_and_nothing_in_the_queue(committed_app: Flask) -> None:
    with committed_app.app_context():
        operations.start("test", {}, created_by=None)
        db.session.rollback()
        assert db.session.scalar(text("SELECT count(*) FROM tbl_jobs")) == 0
        assert db.session.scalar(QUEUED) == 0
        operations.start("test", {}, created_by=None)
        db.session.commit()
        assert db.session.scalar(text("SELECT count(*) FROM tbl_jobs")) == 1
        assert db.session.scalar(QUEUED) == 1


def test_a_job_ends_when_it_ends_and_not_when_its_one_transaction_began(session: Session) -> None:
    run = run_of(a_job())
    runs.begin(session, run)
    assert runs.end_cancelled(session, run)
    ended = reread(session, run).finished_at
    assert ended is not None
    assert ended > session.execute(text("SELECT now()")).scalar_one()


def test_a_waiting_job_is_cancelled_at_once_and_never_begun(session: Session) -> None:
    job = a_job()
    run = run_of(job)
    operations.cancel(session, job.uuid)
    assert reread(session, run).state == "CANCELLED"
    assert reread(session, run).finished_at is not None
    assert runs.begin(session, run) is None
    operations.cancel(session, job.uuid)


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED"])
def test_a_job_that_has_ended_cannot_be_cancelled(session: Session, state: str) -> None:
    job = a_job(state=state)
    with pytest.raises(Conflict):
        operations.cancel(session, job.uuid)
    assert reread(session, run_of(job)).state == state


@pytest.mark.parametrize("state", ["SUCCEEDED", "CANCELLED"])
def test_only_a_failed_job_can_be_retried(session: Session, state: str) -> None:
    job = a_job(state=state)
    with pytest.raises(Conflict):
        operations.retry(session, job.uuid)


def test_a_retry_begins_from_nothing_and_counts_anew(session: Session) -> None:
    run = begun(session)
    runs.fail(session, run, "No.", {})
    operations.retry(session, run.job)
    job = reread(session, run)
    assert (job.state, job.attempts, job.error, job.result, job.finished_at) == (
        "QUEUED",
        0,
        None,
        None,
        None,
    )
    assert job.queue_job_id != run.number
    assert runs.begin(session, run_of(job)) is not None


def test_E2_twenty_retries_at_once_begin_the_job_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        uuid = a_job(state="FAILED").uuid
        db.session.commit()

    def retry(_number: int) -> None:
        with committed_app.app_context():
            operations.retry(db.session(), uuid)
            db.session.commit()

    with ThreadPoolExecutor(6) as people:
        list(people.map(retry, range(20)))
    with committed_app.app_context():
        assert db.session.scalar(QUEUED) == 2
        assert db.session.get_one(Job, uuid).state == "QUEUED"


def test_a_run_that_is_not_the_jobs_own_begins_nothing(session: Session) -> None:
    job = a_job()
    assert runs.begin(session, Run(job.uuid, (job.queue_job_id or 0) + 1)) is None
    assert runs.begin(session, run_of(job)) is not None
    assert runs.begin(session, run_of(job)) is None


def test_G4_a_run_that_was_superseded_can_neither_end_nor_have_its_effect(session: Session) -> None:
    old = begun(session)
    assert runs.put_back(session, old)
    new = run_of(reread(session, old))
    assert runs.begin(session, new) is not None
    assert not runs.succeed(session, old, None)
    assert not runs.fail(session, old, "No.", {})
    assert not runs.end_cancelled(session, old)
    assert not runs.put_back(session, old)
    assert runs.note(session, old, done=5) is None
    with pytest.raises(Superseded):
        _progress(session, old).finish_with(session)
    assert reread(session, new).state == "RUNNING"
    _progress(session, new).finish_with(session, {"rows": 3})
    assert (reread(session, new).state, reread(session, new).result) == ("SUCCEEDED", {"rows": 3})


def test_an_effect_does_not_come_once_the_job_is_to_be_cancelled(session: Session) -> None:
    run = begun(session)
    operations.cancel(session, run.job)
    assert reread(session, run).state == "RUNNING"
    with pytest.raises(Cancelled):
        _progress(session, run).finish_with(session)
    assert runs.end_cancelled(session, run)


def test_the_worker_leaves_a_job_that_it_is_told_to_stop(session: Session) -> None:
    run = begun(session)
    with pytest.raises(Interrupted):
        JobProgress(run, session.connection().engine, lambda: True)._obey(False)
    runs.put_back(session, run, counts=False)
    assert (reread(session, run).state, reread(session, run).attempts) == ("QUEUED", 0)


def test_progress_is_written_at_once_for_a_step_and_seldom_for_rows(committed_app: Flask) -> None:
    with committed_app.app_context():
        run = begun(db.session())
        db.session.commit()
        progress = JobProgress(run, db.engine, lambda: False)
        with statements() as sent:
            progress.step("Reading", 1000)
            for done in range(1000):
                progress.advance(done)
        job = db.session.get_one(Job, run.job)
        assert (job.step, job.total) == ("Reading", 1000)
        assert 1 <= sum("UPDATE tbl_jobs" in statement for statement in sent) < 20


def test_after_three_interruptions_a_job_fails_and_says_so(session: Session) -> None:
    run = begun(session, attempts=2)
    runs.give_up_or_put_back(session, run, 3)
    job = reread(session, run)
    assert job.state == "FAILED"
    assert "interrupted 3 times" in (job.error or "")


def test_a_silent_run_is_begun_anew_and_one_that_gives_signs_is_not(session: Session) -> None:
    run = begun(session)
    runs.beat(session, {run.number})
    assert recovery.recover(session, dt.timedelta(seconds=15)) == 0
    assert recovery.recover(session, LONG_AGO) == 1
    job = reread(session, run)
    assert job.state == "QUEUED"
    assert job.queue_job_id != run.number


def test_a_silent_run_that_was_to_be_cancelled_is_cancelled(session: Session) -> None:
    run = begun(session)
    operations.cancel(session, run.job)
    recovery.recover(session, LONG_AGO)
    assert reread(session, run).state == "CANCELLED"


def test_a_waiting_job_stays_as_long_as_it_stands_in_the_queue(session: Session) -> None:
    run = run_of(a_job())
    assert recovery.recover(session, LONG_AGO) == 0
    session.execute(text("DELETE FROM procrastinate_jobs"))
    assert recovery.recover(session, LONG_AGO) == 1
    assert reread(session, run).queue_job_id != run.number


def test_old_jobs_are_forgotten_and_new_and_open_ones_kept(session: Session) -> None:
    old = begun(session)
    runs.succeed(session, old, None)
    session.execute(text("UPDATE tbl_jobs SET \"finishedAt\" = now() - interval '31 days'"))
    new, open_one = begun(session), run_of(a_job())
    runs.succeed(session, new, None)
    recovery.prune(session, dt.timedelta(days=30))
    left: set[UUID] = set(session.scalars(text("SELECT uuid FROM tbl_jobs")))
    assert left == {new.job, open_one.job}


def _progress(session: Session, run: Run) -> JobProgress:
    return JobProgress(run, session.connection().engine, lambda: False)
