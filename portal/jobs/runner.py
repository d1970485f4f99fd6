"""Doing one job: begin, call the work, write down how it ended."""

import time
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from portal.core.db import as_actor, db
from portal.core.errors import Refusal, sentence
from portal.core.told import told_by_database
from portal.jobs.lost import is_passing
from portal.jobs.models import Job
from portal.jobs.operations import runs
from portal.jobs.progress import Cancelled, Interrupted, JobProgress, Superseded
from portal.jobs.queries import Run, creator_of
from portal.jobs.stopping import Statements
from portal.jobs.tasks import find

log = structlog.get_logger()

FAULT = sentence("Something went wrong on our side. If you ask for help, name this id: %(id)s")
UNKNOWN = sentence("This version of the portal does not know this kind of work.")
DATABASE_PATIENCE = 120
"""Seconds to wait for the database before an ending stays unwritten; `recovery` then finds the silent run."""


def run_job(
    app: Flask, run: Run, told_to_stop: Callable[[], bool], statements: Statements | None = None
) -> None:
    """Do a job that came out of the queue, if it still waits for this run. The work's errors end here.

    `told_to_stop` is asked now and then; once it is true, the work stops at its next step and is left to
    another worker. By `statements` another thread may stop the one that the work waits for, once the job is cancelled.
    """
    statements = statements or Statements()
    with app.app_context(), bound_contextvars(job=str(run.job)):
        with Session(db.engine, expire_on_commit=False) as session:
            job = runs.begin(session, run)
            creator = creator_of(session, job) if job else None
            session.commit()
        if job is None:
            return
        log.info("job_begun", kind=job.kind, attempt=job.attempts)
        with as_actor(creator.uuid if creator else None, str(run.job)):
            ending = _do(job, JobProgress(run, db.engine, told_to_stop), statements)
        _write(ending)
        log.info("job_left", kind=job.kind)


Ending = Callable[[Session], Any]


def _do(job: Job, progress: JobProgress, statements: Statements) -> Ending:
    """Call the work; what to write about how it ended."""
    run = progress.run
    try:
        result = _call(job, progress, statements)
    except Cancelled:
        return lambda session: runs.end_cancelled(session, run)
    except Interrupted:
        return lambda session: runs.put_back(session, run, counts=False)
    except Superseded:
        return lambda session: None
    except Refusal as refusal:
        return _refused(run, refusal)
    except Exception as error:
        if statements.ended_by(error):
            return lambda session: runs.end_cancelled(session, run)
        refused = told_by_database(error)
        if refused is not None:
            return _refused(run, refused)
        if is_passing(error):
            log.warning("job_interrupted", kind=job.kind, error=type(error).__name__)
            return lambda session: runs.give_up_or_put_back(session, run, job.attempts)
        log.error("job_fault", kind=job.kind, **anonymous_trace(error))
        return lambda session: runs.fail(session, run, FAULT, {"id": str(job.uuid)})
    if progress.finished:  # with its effect; should the work not have committed that, it still runs
        return lambda session: runs.give_up_or_put_back(session, run, job.attempts)
    return lambda session: runs.succeed(session, run, result)


def _refused(run: Run, refusal: Refusal) -> Ending:
    message, params = refusal.message, refusal.params
    return lambda session: runs.fail(session, run, message, params)


def _call(job: Job, progress: JobProgress, statements: Statements) -> dict[str, Any] | None:
    known = find(job.kind)
    if known is None:
        raise Refusal(UNKNOWN)
    arguments = {name: value for name, value in job.arguments.items() if name != "link"}
    statements.follow(db.session())
    try:
        return known.body(progress, **arguments)
    finally:
        statements.leave()
        db.session.remove()


def _write(ending: Ending) -> None:
    """Write how a run ended, and wait for the database where it is away."""
    until = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            with Session(db.engine) as session, session.begin():
                ending(session)
            return
        except Exception as error:
            if not is_passing(error) or time.monotonic() > until:
                log.error("job_ending_lost", **anonymous_trace(error))
                return
            time.sleep(0.5)


def anonymous_trace(error: BaseException) -> dict[str, Any]:
    """Where an error came from, without its message: that may quote people's data, as PostgreSQL's do."""
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    original = getattr(error, "orig", error)
    return {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else None,
        "sqlstate": getattr(original, "sqlstate", None),
        "places": places,
    }


def run_of(job: str, number: int | None) -> Run:
    """The run that a task in the queue stands for."""
    return Run(UUID(job), number or 0)
