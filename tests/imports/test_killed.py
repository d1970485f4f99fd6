"""G4: an import whose worker or database is killed at any point leaves none of its rows or all, and goes on."""

import atexit
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import psutil
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
from tests.jobs.conftest import Desk
from tests.jobs.halting import HALTED, Point, halting

pytestmark = pytest.mark.database

ROWS = 100
STAGED = "SELECT count(*) FROM tbl_temp_beneficiaries"
PEOPLE = "SELECT count(*), count(DISTINCT phone) FROM tbl_beneficiaries_pii"
WALLETS = 'SELECT count(*), count(DISTINCT lower("walletAddress")) FROM tbl_beneficiaries'
LOGGED = (
    'SELECT count(*), count(DISTINCT "recordId") FROM tbl_audit_log'
    " WHERE \"tableName\" = 'tbl_beneficiaries' AND action = 'INSERT'"
)


class Import:
    """An import of some people, and the workers at it."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.desk = desk
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


COPYING = Point("UPDATE", "tbl_jobs", when="NEW.step = 'Reading and checking rows' AND NEW.done > 0")
"""A note of progress, which is written while rows are still being copied."""
STAGING = Point("INSERT", "tbl_temp_beneficiaries", ROWS // 2)
ADDING = Point("INSERT", "tbl_beneficiaries_pii", ROWS // 2)
JOINING = Point("INSERT", "tbl_grouped_beneficiaries", ROWS // 2)
REMOVING = Point("DELETE", "tbl_beneficiaries_pii", ROWS // 2)


def test_G4_an_import_whose_worker_is_killed_at_five_points_has_none_of_its_rows_or_all(
    people: Import,
) -> None:
    job = people.begin(CHECK, "CHECKING")
    for point in (COPYING, STAGING):
        people.desk.kill_at(point)
        assert people.ask(STAGED) == (0,)
        assert people.state() == "CHECKING"
    people.desk.finish(job)
    assert people.ask(STAGED) == (ROWS,)
    assert people.ask('SELECT count(DISTINCT "rowNumber") FROM tbl_temp_beneficiaries') == (ROWS,)
    assert people.ask("SELECT counts -> 'NEW' ->> 'rows' FROM tbl_import_batches") == (str(ROWS),)
    assert people.state() == "REVIEW"
    assert people.desk.job(job)["attempts"] == 3

    job = people.begin(TAKE, "TAKING")
    for point in (ADDING, JOINING):
        people.desk.kill_at(point)
        assert people.ask(PEOPLE) == (0, 0)
        assert people.state() == "TAKING"
    people.desk.finish(job)
    assert people.ask(PEOPLE) == people.ask(WALLETS) == people.ask(LOGGED) == (ROWS, ROWS)
    assert people.ask("SELECT count(*) FROM tbl_grouped_beneficiaries") == (ROWS,)
    assert people.state() == "TAKEN"

    job = people.begin(UNDO, "UNDOING")
    people.desk.kill_at(REMOVING)
    assert people.ask(PEOPLE) == (ROWS, ROWS)
    people.desk.finish(job)
    assert people.ask(PEOPLE) == (0, 0)
    assert people.state() == "UNDONE"


def test_G4_a_check_that_kills_each_worker_fails_and_can_be_tried_again(people: Import) -> None:
    job = people.begin(CHECK, "CHECKING")
    people.desk.ask("UPDATE tbl_jobs SET attempts = 2")
    people.desk.kill_at(COPYING)
    people.desk.start_worker()
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
    yield Import(desk, tmp_path / "people.csv"), place / "pg"
    desk.close()
    server.release()
    atexit.unregister(server.release)
    shutil.rmtree(place, ignore_errors=True)


def kill_database(people: Import, folder: Path, point: Point, kind: str, state: str) -> UUID:
    """Ask for a step, and kill the server where it is half-way through a statement."""
    with halting(libpq_url(people.desk.url), point):
        job = people.begin(kind, state)
        people.desk.wait_until(HALTED)
        psutil.Process(int((folder / "postmaster.pid").read_text().split()[0])).kill()
    return job


def test_G4_an_import_whose_database_is_killed_is_done_when_it_is_back(
    own_server: tuple[Import, Path],
) -> None:
    people, folder = own_server
    people.desk.start_worker(PORTAL_INSTANCE=str(folder.parent))
    job = kill_database(people, folder, COPYING, CHECK, "CHECKING")
    people.desk.wait_for(job, "SUCCEEDED")
    assert people.ask(STAGED) == (ROWS,)
    job = kill_database(people, folder, ADDING, TAKE, "TAKING")
    people.desk.wait_for(job, "SUCCEEDED")
    assert people.ask(PEOPLE) == people.ask(WALLETS) == people.ask(LOGGED) == (ROWS, ROWS)
    assert people.state() == "TAKEN"
