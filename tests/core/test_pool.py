"""The connections that are lent out: tested before, the same after."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.core.db import PooledConnection, db
from portal.users.models import User


def prepared(app: Flask) -> int:
    """How many statements the one connection of the pool has prepared."""
    with app.extensions["portal_pool"].connection() as connection:
        found = connection.execute("SELECT count(*) FROM pg_prepared_statements", prepare=False).fetchone()
    return int(found[0])


def test_a_statement_stays_prepared_when_its_transaction_is_undone(committed_app: Flask) -> None:
    with committed_app.app_context():
        for _ in range(8):
            db.session.execute(select(User.id)).all()
            db.session.remove()
        assert prepared(committed_app) == 1


def test_a_failed_transaction_is_undone_and_the_connection_goes_on(committed_app: Flask) -> None:
    with committed_app.app_context():
        with pytest.raises(Exception, match="division by zero"):
            db.session.execute(text("SELECT 1 / 0"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1


def test_what_a_request_did_not_commit_is_gone(committed_app: Flask) -> None:
    with committed_app.app_context():
        db.session.execute(text("INSERT INTO tbl_beneficiaries_group (name) VALUES ('Gone')"))
        db.session.remove()
        assert db.session.scalar(text("SELECT count(*) FROM tbl_beneficiaries_group")) == 0


def test_borrowing_a_connection_leaves_nothing_behind(committed_app: Flask) -> None:
    """SQLAlchemy adds its handler of notices each time; a list of them would grow with every request."""
    heard: list[str | None] = []

    def hear(said: psycopg.errors.Diagnostic) -> None:
        heard.append(said.message_primary)

    with committed_app.app_context():
        for _ in range(5):
            db.session.execute(text("SELECT 1"))
            db.session.remove()
        with committed_app.extensions["portal_pool"].connection() as connection:
            assert isinstance(connection, PooledConnection)
            connection.add_notice_handler(hear)
            connection.add_notice_handler(hear)
            connection.execute("DO $$ BEGIN RAISE NOTICE 'heard once'; END $$")
    assert len(connection._notice_handlers) == 2
    assert heard == ["heard once"]


def test_a_connection_that_the_server_closed_is_not_lent_out(
    committed_app: Flask, fresh_database: str
) -> None:
    with committed_app.app_context():
        process = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
        with psycopg.connect(fresh_database.replace("+psycopg", "")) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != process
