"""The portal for a command that works on its data: opened, and its tables brought up to date."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import psycopg
from flask import Flask
from sqlalchemy import inspect, text

NO_DATABASE = "The database does not answer. Is its address in DATABASE_URL right, and does it run?"
WENT_AWAY = "The database went away in the middle of the work. Nothing is half done: begin again."
BEHIND = "The database's tables are not those of this version of the portal. First run: portal upgrade"


@contextmanager
def portal_ready() -> Iterator[Flask]:
    """The portal with an application context, patient enough for long work; its connections close at the end.

    The embedded database is migrated where need be. Raises `ClickException` (exit code 1) where there is no
    database, or one of the user's own is not up to date: that is not for a command to change by the way.
    Being asked to end is like Ctrl-C: the work is rolled back.
    """
    from portal import create_app
    from portal.core.db import JOB_LIMITS
    from portal.core.embedded import EmbeddedError
    from portal.jobs.lost import is_passing

    try:
        app = create_app({"PORTAL_DB_LIMITS": JOB_LIMITS})
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with app.app_context():
            _bring_up_to_date(app)
            yield app
    except Exception as error:
        if isinstance(error, click.ClickException) or not is_passing(error):
            raise
        raise click.ClickException(WENT_AWAY) from error
    finally:
        signal.signal(signal.SIGTERM, before)
        app.extensions["portal_pool"].close()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _bring_up_to_date(app: Flask) -> None:
    from portal.cli.upgrade import bring_up_to_date
    from portal.core.db import libpq_url
    from portal.core.embedded import embedded_server

    try:  # the pool would try again and again for a while
        psycopg.connect(libpq_url(app.config["SQLALCHEMY_DATABASE_URI"]), connect_timeout=10).close()
    except psycopg.Error as error:
        raise click.ClickException(NO_DATABASE) from error
    if _version() == app.extensions["portal_head"]:
        return
    if embedded_server() is None:
        raise click.ClickException(BEHIND)
    bring_up_to_date()


def _version() -> str | None:
    """The migration at which the database stands; None for an empty database."""
    from portal.core.db import db

    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version
