"""Workers as real processes over a database that commits, and jobs for them."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.orm import Session

from portal.core.db import db, libpq_url
from portal.core.embedded import Server
from portal.jobs import operations
from tests.auth.conftest import add_person, app, cheap_passwords  # noqa: F401 - fixtures
from tests.conftest import _clone as clone
from tests.conftest import make_app
from tests.jobs.forked import Worker
from tests.jobs.halting import HALTED, Point, halting

PATIENCE = 60
"""Seconds that a job may take to come back after a worker or the database was killed."""
SILENCE = 6.0
"""Seconds without a sign of life after which a worker counts as gone: more than a busy machine keeps one waiting."""
LONG_SILENT = """UPDATE tbl_jobs SET "heartbeatAt" = now() - interval '1 minute' WHERE state = 'RUNNING'"""


class Desk:
    """A database that commits, the workers over it, and what came of it."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.app = make_app(url)
        self._log = log
        self._workers: list[Worker] = []

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, on a connection of its own."""
        with psycopg.connect(libpq_url(self.url), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def start(self, kind: str, created_by: int | None = None, **arguments: Any) -> UUID:
        """Start a job, as a request would."""
        with self.app.app_context():
            job = operations.start(kind, arguments, created_by=created_by)
            db.session.commit()
            return job.uuid

    def do(self, operation: Callable[[Session, UUID], None], job: UUID) -> None:
        """Cancel or retry a job, as a request would."""
        with self.app.app_context():
            operation(db.session(), job)
            db.session.commit()

    def start_worker(self, **environment: str) -> Worker:
        """A worker that counts as gone after some seconds of silence."""
        worker = Worker(self.url, SILENCE, self._log, {**os.environ, **environment})
        self._workers.append(worker)
        return worker

    def kill_at(self, point: Point) -> None:
        """Kill a new worker where its work is half-way through a statement, and let time pass until it is missed."""
        with halting(libpq_url(self.url), point):
            worker = self.start_worker()
            self.wait_until(HALTED)
            worker.kill()
            worker.wait()
        self.let_time_pass()

    def let_time_pass(self) -> None:
        """Until whoever is dead counts as gone."""
        self.ask(LONG_SILENT)

    def finish(self, job: UUID) -> None:
        """Let a worker do the job to its end."""
        worker = self.start_worker()
        self.wait_for(job, "SUCCEEDED")
        worker.kill()
        worker.wait()

    def wait_until(self, statement: str, *values: Any) -> None:
        """Wait until a statement gives true; a database that is away gives nothing."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.ask(statement, *values)[0][0]:
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"never true: {statement} {values}\n{self.log()}")

    def wait_for(self, job: UUID, *states: str) -> None:
        """Wait until the job is in one of the states."""
        self.wait_until("SELECT state = ANY(%s) FROM tbl_jobs WHERE uuid = %s", list(states), job)

    def job(self, job: UUID) -> dict[str, Any]:
        """The job's row."""
        return dict(self.ask("SELECT to_jsonb(j) FROM tbl_jobs j WHERE uuid = %s", job)[0][0])

    def effects(self) -> int:
        """How often an effect was brought about."""
        return int(self.ask("SELECT count(*) FROM effects")[0][0])

    def log(self) -> str:
        """What the workers said."""
        return self._log.read_text() if self._log.exists() else ""

    def close(self) -> None:
        """End the workers that still run."""
        for worker in self._workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
        self.app.extensions["portal_pool"].close()


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[Desk]:
    """A database for this test alone, whose workers it may kill."""
    yield from _open(fresh_database, tmp_path)


@pytest.fixture(scope="module")
def office(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A database with one worker, for tests that only give it something to do."""
    for url in clone(server, template, f"office_{uuid4().hex}"):
        for desk in _open(url, tmp_path_factory.mktemp("office")):
            desk.start_worker()
            yield desk


def _open(url: str, place: Path) -> Iterator[Desk]:
    desk = Desk(url, place / "worker.log")
    desk.ask("CREATE TABLE effects (who text)")
    yield desk
    desk.close()
