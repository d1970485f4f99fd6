"""What is done about workers that are gone, and about jobs that nobody needs to see any more."""

import datetime as dt

from sqlalchemy import delete, func, text, update
from sqlalchemy.orm import Session

from portal.jobs.models import Job
from portal.jobs.operations.runs import end_cancelled, give_up_or_put_back, waiting
from portal.jobs.queries import ENDED, abandoned_runs, forgotten_jobs
from portal.jobs.queue import put

FORGET_LEFTOVERS = text(
    """
    DELETE FROM procrastinate_jobs AS queued
    WHERE queued.status <> 'todo'
      AND NOT EXISTS (SELECT FROM procrastinate_events AS event
                      WHERE event.job_id = queued.id AND event.at > now() - interval '1 day')
      AND NOT EXISTS (SELECT FROM tbl_jobs AS job
                      WHERE job."queueJobId" = queued.id AND job.state IN ('QUEUED', 'RUNNING'))
    """
)


def recover(session: Session, silent: dt.timedelta) -> int:
    """Set going again what no worker works on any more, and what fell out of the queue; how many jobs.

    procrastinate's own sign of a stalled job is a silent worker. Ours is the silence of the run itself, so a
    job is found too whose worker lives but lost it, and one whose worker was forgotten is not begun twice.
    """
    abandoned = abandoned_runs(session, silent)
    for found in abandoned:
        if found.to_cancel:
            end_cancelled(session, found.run)
        else:
            give_up_or_put_back(session, found.run, found.attempts)
    forgotten = forgotten_jobs(session, silent)
    for uuid in forgotten:
        session.execute(
            update(Job)
            .where(Job.uuid == uuid)
            .values(waiting(put(session, uuid)))
            .execution_options(synchronize_session=False)
        )
    return len(abandoned) + len(forgotten)


def prune(session: Session, older_than: dt.timedelta) -> None:
    """Forget jobs that ended longer ago than that, and what workers that were killed left in the queue."""
    session.execute(FORGET_LEFTOVERS)
    session.execute(
        delete(Job)
        .where(Job.state.in_(ENDED), Job.finished_at < func.now() - older_than)
        .execution_options(synchronize_session=False)
    )
