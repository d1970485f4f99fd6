"""The queue: procrastinate's tables, in the same database and so in the same transaction as the job's row."""

from uuid import UUID

import procrastinate
from sqlalchemy.orm import Session

QUEUE = "portal"
TASK = "portal.run_job"
"""The one task in the queue. It is told a job's uuid and finds everything else in the job's row."""

_sender = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def put(session: Session, job: UUID) -> int:
    """Enqueue a job within the session's transaction; the number that its run will come under."""
    connection = session.connection().connection.driver_connection
    return _sender.configure_task(TASK, queue=QUEUE, connection=connection).defer(job=str(job))
