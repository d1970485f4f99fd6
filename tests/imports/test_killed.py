"""G4: an import whose worker or database is killed at any point leaves none of its rows or all, and goes on."""

import atexit
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import psutil
import psycopg
import pytest

from portal.core.db import db, libpq_url
from portal.core.embedded import Server
from portal.imports.mapping import guess
from portal.imports.operations.batches import StoredFile, create_batch, move
from portal.imports.operations.columns import fix_mapping
from portal.imports.parsing import inspect
from portal.imports.tasks import CHECK, TAKE, UNDO
from portal.jobs import operations
from tests.conftest import FORGETFUL, MEMORY, make_app
from tests.jobs.conftest import PATIENCE, Desk
from tests.jobs.forked import Worker

pytestmark = pytest.mark.database

ROWS = 20_000
STAGED = "SELECT count(*) FROM tbl_temp_beneficiaries"
PEOPLE = "SELECT count(*), count(DISTINCT phone) FROM tbl_beneficiaries_pii"
WALLETS = 'SELECT count(*), count(DISTINCT lower("walletAddress")) FROM tbl_beneficiaries'
LOGGED = (
    'SELECT count(*), count(DISTINCT "recordId") FROM tbl_audit_log'
    " WHERE \"tableName\" = 'tbl_beneficiaries' AND action = 'INSERT'"
)
BUSY_WITH = (
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE %s"
)


class Import:
    """An import of 20,000 people, and the workers at it."""

    def __init__(self, desk: Desk, path: Path, **environment: str) -> None:
        self.desk = desk
        self._environment = environment
        path.write_text("name,phone\n" + "".join(f"Person {n},98{n:08d}\n" for n in range(ROWS)))
        with desk.app.app_context():
            inspection = inspect(path, path.name)
            file = StoredFile(path, path.stat().st_size, uuid4().hex)
            self.batch = create_batch(db.session(), file, path.name, inspection.to_json(), created_by=None)
            mapping = guess(inspection.headers, inspection.sample, "NP")
            fix_mapping(
                db.session(), self.batch, mapping, "NP", group_name="Round 1", project=None, chosen_by=None
            )
            db.session.commit()

    def begin(self, kind: str, state: str) -> UUID:
        """Ask for a step, as a request would."""
        with self.desk.app.app_context():
            job = operations.start(kind, {"batch": str(self.batch)}, created_by=None)
            move(db.session(), self.batch, state, job_id=job.uuid)
            db.session.commit()
            return job.uuid

    def worker(self) -> Worker:
        """A worker."""
        return self.desk.start_worker(**self._environment)

    def finish(self, job: UUID) -> None:
        """Let a worker do the job to its end."""
        worker = self.worker()
        self.desk.wait_for(job, "SUCCEEDED")
        worker.kill()
        worker.wait()

    def kill_at(self, point: str) -> None:
        """Kill a new worker while the database is busy with a statement like this one for it."""
        worker = self.worker()
        self.wait_until_busy(point)
        worker.kill()
        worker.wait()

    def wait_until_busy(self, point: str) -> None:
        """Wait for a statement like this one; some are at work for a few hundredths of a second only."""
        until = time.monotonic() + PATIENCE
        with psycopg.connect(libpq_url(self.desk.url), autocommit=True) as connection:
            while connection.execute(BUSY_WITH, [point]).fetchone() != (True,):
                assert time.monotonic() < until, f"never busy with {point}\n{self.desk.log()}"
                time.sleep(0.003)

    def state(self) -> str:
        """Where the batch stands."""
        return str(self.ask("SELECT state FROM tbl_import_batches")[0])

    def ask(self, statement: str) -> tuple[Any, ...]:
        """The one row that a statement gives."""
        return self.desk.ask(statement)[0]


@pytest.fixture
def people(desk: Desk, tmp_path: Path) -> Import:
    """An import over a database that stays."""
    return Import(desk, tmp_path / "people.csv")


ADDING = "%WITH chosen AS MATERIALIZED%"
JOINING = "%INSERT INTO tbl_grouped_beneficiaries%"
JUDGING = "%twice_reference AS MATERIALIZED%"


def test_G4_an_import_whose_worker_is_killed_at_five_points_has_none_of_its_rows_or_all(
    people: Import,
) -> None:
    job = people.begin(CHECK, "CHECKING")
    for point in ("COPY incoming%", JUDGING):
        people.kill_at(point)
        assert people.ask(STAGED) == (0,)
        assert people.state() == "CHECKING"
    people.finish(job)
    assert people.ask(STAGED) == (ROWS,)
    assert people.ask('SELECT count(DISTINCT "rowNumber") FROM tbl_temp_beneficiaries') == (ROWS,)
    assert people.ask("SELECT counts -> 'NEW' ->> 'rows' FROM tbl_import_batches") == (str(ROWS),)
    assert people.state() == "REVIEW"
    assert people.desk.job(job)["attempts"] == 3

    job = people.begin(TAKE, "TAKING")
    for point in (ADDING, JOINING):
        people.kill_at(point)
        assert people.ask(PEOPLE) == (0, 0)
        assert people.state() == "TAKING"
    people.finish(job)
    assert people.ask(PEOPLE) == people.ask(WALLETS) == people.ask(LOGGED) == (ROWS, ROWS)
    assert people.ask("SELECT count(*) FROM tbl_grouped_beneficiaries") == (ROWS,)
    assert people.state() == "TAKEN"

    job = people.begin(UNDO, "UNDOING")
    people.kill_at("DELETE FROM tbl_%")
    assert people.ask(PEOPLE) == (ROWS, ROWS)
    people.finish(job)
    assert people.ask(PEOPLE) == (0, 0)
    assert people.state() == "UNDONE"


def test_G4_a_check_that_kills_each_worker_fails_and_can_be_tried_again(people: Import) -> None:
    job = people.begin(CHECK, "CHECKING")
    people.desk.ask("UPDATE tbl_jobs SET attempts = 2")
    people.kill_at("COPY incoming%")
    people.worker()
    people.desk.wait_for(job, "FAILED")
    assert "Nothing is half done; try again" in people.desk.job(job)["error"]
    assert people.ask(STAGED) == (0,)
    with people.desk.app.app_context():
        operations.retry(db.session(), job)
        db.session.commit()
    people.desk.wait_for(job, "SUCCEEDED")
    assert people.ask(STAGED) == (ROWS,)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[Import, Path]]:
    """An import on a server of its own, embedded as an installation has it, that may be killed."""
    place = MEMORY / f"portal-tests-{uuid4().hex[:8]}"
    server = Server(
        place / "pg", {**FORGETFUL, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    )
    app = make_app(server.ensure())
    with app.app_context():
        flask_migrate.upgrade()
    app.extensions["portal_pool"].close()
    desk = Desk(server.url(), tmp_path / "worker.log")
    yield Import(desk, tmp_path / "people.csv", PORTAL_INSTANCE=str(place)), place / "pg"
    desk.close()
    server.release()
    atexit.unregister(server.release)
    shutil.rmtree(place, ignore_errors=True)


def kill_database(people: Import, folder: Path, point: str) -> None:
    """Kill the server while it is busy with a statement like this one."""
    people.wait_until_busy(point)
    psutil.Process(int((folder / "postmaster.pid").read_text().split()[0])).kill()


def test_G4_an_import_whose_database_is_killed_is_done_when_it_is_back(
    own_server: tuple[Import, Path],
) -> None:
    people, folder = own_server
    people.worker()
    job = people.begin(CHECK, "CHECKING")
    kill_database(people, folder, "COPY incoming%")
    people.desk.wait_for(job, "SUCCEEDED")
    assert people.ask(STAGED) == (ROWS,)
    job = people.begin(TAKE, "TAKING")
    kill_database(people, folder, ADDING)
    people.desk.wait_for(job, "SUCCEEDED")
    assert people.ask(PEOPLE) == people.ask(WALLETS) == people.ask(LOGGED) == (ROWS, ROWS)
    assert people.state() == "TAKEN"
