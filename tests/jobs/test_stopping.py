"""A statement that takes long is stopped when its job is cancelled, and nobody else's is."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.jobs import operations
from portal.jobs.stopping import Statements
from tests.jobs.conftest import Desk

ASLEEP = """SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
    AND query LIKE 'SELECT pg_sleep%%')"""


def test_a_job_that_is_cancelled_during_one_long_statement_stops_at_once(office: Desk) -> None:
    before = office.effects()
    job = office.start("test.slow_statement", seconds=600)
    office.wait_until(ASLEEP)
    office.do(operations.cancel, job)
    office.wait_for(job, "CANCELLED")
    assert not office.ask(ASLEEP)[0][0]
    assert office.effects() == before
    another = office.start("test.rows", rows=1, pause=0)
    office.wait_for(another, "SUCCEEDED")


def test_only_what_was_stopped_here_counts_as_cancelled(committed_app: Flask) -> None:
    with committed_app.app_context(), Session(db.engine) as session:
        statements = Statements()
        statements.follow(session)
        session.execute(text("SET LOCAL statement_timeout = 1"))
        with pytest.raises(OperationalError) as ran_out:
            session.execute(text("SELECT pg_sleep(10)"))
        assert not statements.ended_by(ran_out.value)
        statements.stop()
        assert statements.ended_by(ran_out.value)
        assert not statements.ended_by(ValueError("57014"))


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_a_connection_that_was_given_back_is_left_alone(committed_app: Flask, how: str) -> None:
    with committed_app.app_context(), Session(db.engine) as session:
        statements = Statements()
        statements.follow(session)
        at_work = [statements.at_work]
        session.execute(text("SELECT 1"))
        at_work.append(statements.at_work)
        getattr(session, how)()
        at_work.append(statements.at_work)
        statements.stop()
        session.execute(text("SELECT pg_sleep(0.01)"))
        at_work.append(statements.at_work)
        statements.leave()
        at_work.append(statements.at_work)
    assert at_work == [False, True, False, True, False]
