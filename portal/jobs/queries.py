"""Which jobs there are."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.jobs.models import Job
from portal.users.models import User

NEWEST = Sort("-created", (Job.created_at, Job.uuid), descending=True)
ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
"""States that nothing leaves by itself; FAILED is left by a retry."""


@dataclass(frozen=True)
class Run:
    """One run of a job: which job, and the number under which it came out of the queue."""

    job: UUID
    number: int


@dataclass(frozen=True)
class Abandoned:
    """A run that nobody runs any more, how often its job was begun, and whether it was to be cancelled."""

    run: Run
    attempts: int
    to_cancel: bool


def job_with(uuid: UUID) -> Select[Job]:
    """The job of that uuid."""
    return select(Job).where(Job.uuid == uuid)


def page_of_jobs(session: Session, ability: Ability, position: Position = FIRST) -> Page:
    """One page of the jobs this reader may see, newest first, each with the name of who started it."""
    shown: list[Any] = [Job.uuid, Job.kind, Job.state, Job.created_at, Job.finished_at]
    statement = select(*shown, User.name.label("creator")).outerjoin(User, User.id == Job.created_by)
    return page_of(session, ability.accessible(statement, "read", Job), NEWEST, position)


def count_jobs(session: Session, ability: Ability) -> Count:
    """How many jobs this reader may see."""
    return count_up_to(session, ability.accessible(select(Job.uuid), "read", Job))


def creator_of(session: Session, job: Job) -> User | None:
    """Who started a job; nobody where the portal did so by itself."""
    return session.get(User, job.created_by) if job.created_by is not None else None


def abandoned_runs(session: Session, silent: dt.timedelta) -> list[Abandoned]:
    """Runs that have been silent for so long that their worker must be gone; locked until the commit."""
    found = session.scalars(
        select(Job).where(Job.state == "RUNNING", _silent_for(silent)).with_for_update(skip_locked=True)
    )
    return [
        Abandoned(Run(job.uuid, job.queue_job_id or 0), job.attempts, job.cancel_requested_at is not None)
        for job in found
    ]


def forgotten_jobs(session: Session, silent: dt.timedelta) -> list[UUID]:
    """Jobs that wait although nothing stands in the queue for them any more; locked until the commit."""
    not_in_queue = text(
        "NOT EXISTS (SELECT FROM procrastinate_jobs AS queued"
        " WHERE queued.id = tbl_jobs.\"queueJobId\" AND queued.status = 'todo')"
    )
    waiting = select(Job.uuid).where(Job.state == "QUEUED", _silent_for(silent), not_in_queue)
    return list(session.scalars(waiting.with_for_update(skip_locked=True)))


def _silent_for(silent: dt.timedelta) -> Any:
    return func.coalesce(Job.heartbeat_at, Job.created_at) < func.now() - silent
