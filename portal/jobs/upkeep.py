"""What a worker does besides its jobs: give signs of life, look for lost jobs, do what recurs."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import as_actor, db
from portal.jobs.operations import recovery, runs
from portal.jobs.tasks import every, recurring

log = structlog.get_logger()

SILENCE = 15.0
"""Seconds without a sign of life after which a run counts as dead; `PORTAL_JOB_SILENCE` changes it.

A running job gives five signs in that time, and each worker looks three times for silent ones."""

KEEP_DAYS = 30

_next_time: dict[str, float] = {}


def keep_alive(app: Flask, numbers: set[int]) -> None:
    """Say that the runs with these numbers are alive."""
    if not numbers:
        return
    with app.app_context(), Session(db.engine) as session, session.begin():
        runs.beat(session, numbers)


def cancelled(app: Flask, numbers: set[int]) -> set[int]:
    """Which of the runs with these numbers somebody has cancelled."""
    if not numbers:
        return set()
    with app.app_context(), Session(db.engine) as session:
        return runs.to_cancel(session, numbers)


def recover_jobs(app: Flask, silence: float) -> None:
    """Begin the jobs of dead workers anew: of those that have been silent for so many seconds."""
    with app.app_context(), Session(db.engine) as session, session.begin():
        recovered = recovery.recover(session, dt.timedelta(seconds=silence))
    if recovered:
        log.warning("jobs_recovered", jobs=recovered)


def do_recurring(app: Flask) -> None:
    """Do what is due of the recurring work, each in its own transaction and by one worker at a time."""
    for name, due in list(recurring.items()):
        if time.monotonic() < _next_time.get(name, 0.0):
            continue
        _next_time[name] = time.monotonic() + due.seconds
        with app.app_context(), as_actor(None, name), Session(db.engine) as session, session.begin():
            if session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(name)))):
                due.body(session, app.config)


@every(3600, "jobs.prune")
def prune_jobs(session: Session, config: Mapping[str, Any]) -> None:
    """Forget jobs that ended a month ago, or so many days ago as `PORTAL_JOB_DAYS` says."""
    recovery.prune(session, dt.timedelta(days=config.get("PORTAL_JOB_DAYS", KEEP_DAYS)))
