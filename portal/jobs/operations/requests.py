"""What people and modules ask for: have work done, stop it, try it again."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict
from portal.jobs.models import Job
from portal.jobs.operations.runs import waiting
from portal.jobs.queue import put


def start(
    kind: str,
    arguments: dict[str, Any],
    *,
    created_by: int | None,
    link: str | None = None,
    session: Session | None = None,
) -> Job:
    """Have work of `kind` done in the background, in the name of the user with the id `created_by`.

    The job is added and enqueued in the transaction of `session`, by default `db.session`: rolled back, it never
    was. `arguments` are the work's own (plain JSON; ids, never personal data); `link` is the path where the reader
    goes on.
    """
    uuid = uuid4()
    session = session or db.session()
    kept = {**arguments, "link": link} if link else dict(arguments)
    job = Job(uuid=uuid, kind=kind, arguments=kept, created_by=created_by, queue_job_id=put(session, uuid))
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, uuid: UUID) -> None:
    """Stop a job: at once if it waits, else at the next step of its work. Asking twice is asking once.

    Raises Conflict when it has already ended otherwise.
    """
    state = session.scalar(
        update(Job)
        .where(Job.uuid == uuid, Job.state.in_(("QUEUED", "RUNNING")))
        .values(
            cancel_requested_at=func.coalesce(Job.cancel_requested_at, func.now()),
            finished_at=case((Job.state == "QUEUED", func.now())),
            state=case((Job.state == "QUEUED", "CANCELLED"), else_=Job.state),
        )
        .returning(Job.state)
        .execution_options(synchronize_session=False)
    )
    if state is None and session.scalar(select(Job.state).where(Job.uuid == uuid)) != "CANCELLED":
        raise Conflict("This job has already ended, so there is nothing left to cancel.")


def retry(session: Session, uuid: UUID) -> None:
    """Begin a failed job anew, with the same arguments. Asking twice begins it once.

    Raises Conflict when it ended well or was cancelled.
    """
    state = session.scalar(select(Job.state).where(Job.uuid == uuid).with_for_update())
    if state in {"SUCCEEDED", "CANCELLED"}:
        raise Conflict("Only a job that failed can be tried again.")
    if state != "FAILED":
        return
    anew = {"attempts": 0, "error": None, "finished_at": None, "cancel_requested_at": None}
    session.execute(
        update(Job)
        .where(Job.uuid == uuid)
        .values({**waiting(put(session, uuid)), **anew})
        .execution_options(synchronize_session=False)
    )
