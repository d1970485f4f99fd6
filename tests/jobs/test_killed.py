"""What becomes of jobs when workers, or the database, are killed or told to end."""

import atexit
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import flask_migrate
import psutil
import pytest

from portal.core.embedded import Server
from tests.conftest import FORGETFUL, MEMORY, make_app
from tests.jobs.conftest import Desk


def test_G4_a_killed_workers_job_is_done_by_the_next_one_and_once(desk: Desk) -> None:
    first = desk.start_worker()
    job = desk.start("test.rows", rows=20, pause=0.1)
    desk.wait_until("SELECT state = 'RUNNING' AND done > 0 FROM tbl_jobs WHERE uuid = %s", job)
    first.kill()
    first.wait()
    assert desk.effects() == 0
    desk.let_time_pass()
    desk.start_worker()
    desk.wait_for(job, "SUCCEEDED")
    assert desk.effects() == 1
    assert desk.job(job)["attempts"] == 2


def test_G4_a_job_that_kills_each_worker_fails_in_the_end(desk: Desk) -> None:
    job = desk.start("test.fatal")
    desk.ask("UPDATE tbl_jobs SET attempts = 1")
    for _ in range(2):
        desk.start_worker().wait()
        desk.let_time_pass()
    desk.start_worker()
    desk.wait_for(job, "FAILED")
    assert desk.job(job)["attempts"] == 3
    assert desk.job(job)["error"].startswith("This was interrupted 3 times")


def test_two_workers_do_each_job_once(desk: Desk) -> None:
    desk.start_worker()
    desk.start_worker()
    jobs = [desk.start("test.careless") for _ in range(20)]
    for job in jobs:
        desk.wait_for(job, "SUCCEEDED")
    assert desk.effects() == 20
    assert {desk.job(job)["attempts"] for job in jobs} == {1}


def test_a_worker_asked_to_end_finishes_what_is_short(desk: Desk) -> None:
    worker = desk.start_worker()
    job = desk.start("test.rows", rows=5, pause=0.1)
    desk.wait_for(job, "RUNNING")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    assert desk.job(job)["state"] == "SUCCEEDED"
    assert desk.effects() == 1


def test_a_worker_asked_twice_to_end_leaves_its_job_to_another(desk: Desk) -> None:
    worker = desk.start_worker()
    job = desk.start("test.rows", rows=1000, pause=0.1)
    desk.wait_until("SELECT done > 0 FROM tbl_jobs WHERE uuid = %s", job)
    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=60) == 0
    assert (desk.job(job)["state"], desk.job(job)["attempts"]) == ("QUEUED", 0)
    assert desk.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == [(1,)]
    assert desk.effects() == 0


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Desk]:
    """A database on a server of its own, embedded as an installation has it, that may be killed."""
    place = MEMORY / f"portal-tests-{uuid4().hex[:8]}"
    # What is committed stays: this server is killed, and its machine is not.
    server = Server(place / "pg", {**FORGETFUL, "synchronous_commit": "on"})
    app = make_app(server.ensure())
    with app.app_context():
        flask_migrate.upgrade()
    app.extensions["portal_pool"].close()
    desk = Desk(server.url(), tmp_path / "worker.log")
    desk.ask("CREATE TABLE effects (who text)")
    yield desk
    desk.close()
    server.release()
    atexit.unregister(server.release)
    shutil.rmtree(place, ignore_errors=True)


def test_G4_a_job_whose_database_is_killed_is_done_when_it_is_back_and_once(own_server: Desk) -> None:
    folder = Path(own_server.url.partition("host=")[2].partition("&")[0].replace("%2F", "/"))
    own_server.start_worker(PORTAL_INSTANCE=str(folder.parent))
    job = own_server.start("test.slow_statement", seconds=2)
    own_server.wait_until("SELECT step = 'Asking' FROM tbl_jobs WHERE uuid = %s", job)
    psutil.Process(int((folder / "postmaster.pid").read_text().split()[0])).kill()
    own_server.wait_for(job, "SUCCEEDED")
    assert own_server.effects() == 1
    own_server.wait_for(own_server.start("test.careless"), "SUCCEEDED")
