"""What a worker notes of a run: begun, how far, ended.

What a run writes names the run's number; once the job has got another number, the old run changes nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from portal.core.errors import sentence
from portal.jobs.models import Job
from portal.jobs.queries import Run
from portal.jobs.queue import put

MOST_ATTEMPTS = 3
"""How often a job is begun by itself, when its worker or the database went away."""

STOPPED_TOO_OFTEN = sentence(
    "This was interrupted %(times)s times and not finished. Nothing is half done; try again."
)


def begin(session: Session, run: Run) -> Job | None:
    """Take a waiting job for this run; None where it was cancelled, or is by now another run's."""
    return session.scalars(
        update(Job)
        .where(Job.uuid == run.job, Job.state == "QUEUED", Job.queue_job_id == run.number)
        .values(state="RUNNING", attempts=Job.attempts + 1, started_at=func.now(), heartbeat_at=func.now())
        .returning(Job)
    ).one_or_none()


def note(session: Session, run: Run, **values: Any) -> bool | None:
    """Write how far a run is. Whether somebody asked to cancel it; None where the job is another's by now."""
    return session.scalars(
        update(Job)
        .where(*_still(run))
        .values(heartbeat_at=func.now(), **values)
        .returning(Job.cancel_requested_at.is_not(None))
        .execution_options(synchronize_session=False)
    ).one_or_none()


def succeed(
    session: Session, run: Run, result: dict[str, Any] | None, *, unless_cancelled: bool = False
) -> bool:
    """The work is done.

    False, and nothing is changed, where the job is no longer this run's, or (with `unless_cancelled`) where
    somebody asked to cancel it before.
    """
    still = (*_still(run), Job.cancel_requested_at.is_(None)) if unless_cancelled else _still(run)
    done = case((Job.total.is_not(None), Job.total), else_=Job.done)
    return _end(session, still, state="SUCCEEDED", result=result, done=done)


def fail(session: Session, run: Run, message: str, params: dict[str, Any]) -> bool:
    """The work cannot be done. People read `message` with its `params`; both are kept, to be translated."""
    said = message % params if params else message
    refusal = {"message": message, "params": {name: str(value) for name, value in params.items()}}
    return _end(session, _still(run), state="FAILED", error=said, result={"refusal": refusal})


def end_cancelled(session: Session, run: Run) -> bool:
    """The work stopped because it was asked to."""
    return _end(session, _still(run), state="CANCELLED", result=None)


def put_back(session: Session, run: Run, *, counts: bool = True) -> bool:
    """Let another run begin the job anew. `counts` False: this one was stopped in good order, no attempt."""
    if session.scalar(select(Job.uuid).where(*_still(run)).with_for_update()) is None:
        return False
    values = waiting(put(session, run.job))
    if not counts:
        values["attempts"] = Job.attempts - 1
    session.execute(
        update(Job).where(*_still(run)).values(values).execution_options(synchronize_session=False)
    )
    return True


def give_up_or_put_back(session: Session, run: Run, attempts: int) -> None:
    """After an interruption that nobody wanted: begin anew, or fail where that was done often enough."""
    if attempts >= MOST_ATTEMPTS:
        fail(session, run, STOPPED_TOO_OFTEN, {"times": attempts})
    else:
        put_back(session, run)


def beat(session: Session, numbers: set[int]) -> None:
    """The runs with these numbers are alive. A row that is being written just now says so by itself."""
    free = select(Job.uuid).where(Job.state == "RUNNING", Job.queue_job_id.in_(numbers))
    session.execute(
        update(Job)
        .where(Job.uuid.in_(free.with_for_update(skip_locked=True)))
        .values(heartbeat_at=func.now())
        .execution_options(synchronize_session=False)
    )


def to_cancel(session: Session, numbers: set[int]) -> set[int]:
    """Those of the runs with these numbers that are to be cancelled."""
    asked = Job.cancel_requested_at.is_not(None)
    found = select(Job.queue_job_id).where(Job.state == "RUNNING", Job.queue_job_id.in_(numbers), asked)
    return {number for number in session.scalars(found) if number is not None}


def waiting(number: int) -> dict[str, Any]:
    """The values of a job that has just been put into the queue under `number`."""
    return {
        "state": "QUEUED",
        "queue_job_id": number,
        "step": None,
        "done": 0,
        "total": None,
        "result": None,
        "started_at": None,
        "heartbeat_at": func.now(),
    }


def _still(run: Run) -> tuple[ColumnElement[bool], ...]:
    """The job runs, and it is this run that runs it."""
    return Job.uuid == run.job, Job.state == "RUNNING", Job.queue_job_id == run.number


def _end(session: Session, still: tuple[ColumnElement[bool], ...], **values: Any) -> bool:
    ended = session.scalars(
        update(Job)
        .where(*still)
        .values(finished_at=func.clock_timestamp(), **values)  # now() is when its one transaction began
        .returning(Job.uuid)
        .execution_options(synchronize_session=False)
    )
    return ended.one_or_none() is not None
