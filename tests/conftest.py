"""What tests stand on: a throw-away PostgreSQL in memory, migrated once, and a copy of it for each worker.

`session` and `client` work inside one transaction that is rolled back after the test. Tests that need several
connections or processes take `fresh_database` or `committed_app`: a copy of their own that really commits.
"""

import fcntl
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from contextvars import Context
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from portal.cli.upgrade import bring_up_to_date
from portal.core.embedded import Server
from tests.sharing import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]

gc.disable()  # until all tests are loaded: so much comes to stay that looking for garbage took a third of the time

for name in list(os.environ):  # nothing of the user's own settings, least of all a database, gets in
    wanted = name in {"PORTAL_PG_BIN", "PORTAL_PG_USER", "PORTAL_SCREENSHOTS", "PORTAL_README_SCREENSHOT"}
    if name in {"DATABASE_URL", "HOST", "PORT"} or (name.startswith(("PORTAL_", "FLASK_")) and not wanted):
        del os.environ[name]

FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "250",
}
TEMPLATE = "portal_template"
SECRET = "only for tests, and long enough to be taken"


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not among what was loaded."""
    gc.freeze()
    gc.enable()


def _roomy(place: str) -> bool:
    return os.access(place, os.W_OK) and shutil.disk_usage(place).free > 1_000_000_000


MEMORY = Path("/dev/shm" if _roomy("/dev/shm") else tempfile.gettempdir())
PLACE = MEMORY / f"portal-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
"""This run's own folder, for all its workers."""


@pytest.fixture(scope="session")
def memory() -> Path:
    """A folder that is quick to write, for servers that need not last."""
    return MEMORY


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for all workers of a run. What a killed run left is cleared away an hour later."""
    for old in MEMORY.glob("portal-tests-*"):
        with suppress(FileNotFoundError):  # every worker clears away, and one of them is first
            if time.time() - old.stat().st_mtime > 3600 and Server(old / "pg").remove_if_unused():
                shutil.rmtree(old, ignore_errors=True)
    PLACE.mkdir(exist_ok=True)
    running = Server(PLACE / "pg", FORGETFUL)
    running.ensure()
    yield running
    if running.release():
        shutil.rmtree(PLACE, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and uploads of the tests lie here, not in the checkout's instance folder."""
    place = tmp_path_factory.mktemp("instance")
    os.environ["PORTAL_INSTANCE"] = str(place)
    return place


def make_app(url: str, **config: Any) -> Flask:
    """The portal over the database at `url`, without CSRF fields unless a test asks for them."""
    from portal import create_app

    usual = {
        "TESTING": True,
        "WTF_CSRF_ENABLED": False,
        "SECRET_KEY": SECRET,
        "SQLALCHEMY_DATABASE_URI": url,
        "PORTAL_PASSWORD_COST": {"memory": 8, "rounds": 1, "lanes": 1},
    }
    app = create_app({**usual, **config})
    if PLACE.exists():  # what one process compiled of the templates serves the others of this run
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(PLACE))
    return app


def _administer(server: Server) -> psycopg.Connection[Any]:
    return psycopg.connect(server.conninfo("postgres", "postgres"), autocommit=True)


def _begin_log(server: Server, database: str) -> None:
    """Take out of the log what setting up has written there: what tests find in it is their own."""
    with psycopg.connect(server.conninfo("postgres", database)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("TRUNCATE tbl_audit_log RESTART IDENTITY")


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of a database as `portal upgrade` leaves it, with an empty log, to make copies of."""
    with server.data.with_name("template.lock").open("w") as lock, _administer(server) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            admin.execute("DROP DATABASE IF EXISTS unfinished WITH (FORCE)")
            admin.execute("CREATE DATABASE unfinished OWNER portal")
            app = make_app(server.url(database="unfinished"))
            with app.app_context():
                bring_up_to_date()
            app.extensions["portal_pool"].close()
            _begin_log(server, "unfinished")
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'unfinished'"
            )
            admin.execute(f"ALTER DATABASE unfinished RENAME TO {TEMPLATE}")
    return TEMPLATE


def _clone(server: Server, template: str, name: str) -> Iterator[str]:
    with _administer(server) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy OWNER portal")
        yield server.url(database=name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(server: Server, template: str) -> Iterator[str]:
    """The address of this worker's own copy."""
    yield from _clone(server, template, f"worker_{uuid4().hex}")


@pytest.fixture
def fresh_database(server: Server, template: str) -> Iterator[str]:
    """The address of a copy for this test alone: it may commit, connect many times, start processes."""
    yield from _clone(server, template, f"fresh_{uuid4().hex}")


@pytest.fixture
def committed_app(fresh_database: str) -> Iterator[Flask]:
    """The portal over a copy for this test alone; nothing is rolled back."""
    app = make_app(fresh_database)
    yield app
    app.extensions["portal_pool"].close()


@pytest.fixture(scope="session")
def app(database: str) -> Iterator[Flask]:
    """The portal over this worker's copy."""
    app = make_app(database)
    app.test_client_class = FreshContextClient
    yield app
    app.extensions["portal_pool"].close()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """`db.session` in an application context. Commits are real to the test and gone after it."""
    from portal.core.db import db

    with app.app_context():
        engine, engines = db.engine, cast(dict[str | None, Any], db.engines)
        with engine.connect() as connection:
            outer = connection.begin()
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            engines[None] = connection
            try:
                yield db.session()
            finally:
                db.session.remove()
                engines[None] = engine
                db.session.configure(join_transaction_mode="conditional_savepoint")
                outer.rollback()


class FreshContextClient(FlaskClient):
    """Each request gets a context of its own, as on a server, although the test has one open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send what the test has added to the database, ask, and let the test's objects be read again."""
        from portal.core.db import db

        if has_app_context():
            db.session.flush()
        answer = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return answer


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without JavaScript, inside the test's transaction."""
    return app.test_client()
