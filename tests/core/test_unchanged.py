"""Kept answers: used while nothing is written, by whoever asks the same, and never after."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from portal.core.unchanged import AS_OF, reads_as_of, while_unchanged
from tests.auth.people import statements
from tests.conftest import make_app
from tests.factories import add_beneficiary, add_group, add_user_with, enter_as

Asked = Callable[[], int]


@pytest.fixture
def app(committed_app: Flask) -> Iterator[Flask]:
    with committed_app.app_context():
        yield committed_app


class Question:
    """How many groups there are; it knows how often it was really asked."""

    def __init__(self) -> None:
        self.key = uuid4()
        self.times = 0

    def of(self, session: Session) -> int:
        def ask() -> int:
            self.times += 1
            return session.scalar(select(func.count()).select_from(BeneficiaryGroup)) or 0

        return while_unchanged(session, self.key, ask)


def begin() -> Session:
    """A transaction that knows in which state it began, as each request's does."""
    db.session.remove()
    session = db.session()
    reads_as_of(session, session.scalar(select(AS_OF)))
    return session


def test_the_same_is_asked_once_while_nothing_is_written(app: Flask) -> None:
    question = Question()
    for _ in range(3):
        db.session.remove()
        session = db.session()
        reads_as_of(session, "the same state")
        assert question.of(session) == 0
    assert question.times == 1


def test_what_anybody_writes_is_seen_at_once(app: Flask) -> None:
    question = Question()
    for number in range(4):
        assert question.of(begin()) == number
        with ThreadPoolExecutor(1) as other:
            other.submit(write_a_group, app).result()
    assert question.times == 4


def write_a_group(app: Flask) -> None:
    with app.app_context():
        add_group(db.session(), f"Group {uuid4().hex}")
        db.session.commit()


def test_a_transaction_still_running_counts_from_its_commit_on(app: Flask) -> None:
    question = Question()
    assert question.of(begin()) == 0
    with app.extensions["portal_pool"].connection() as other:
        other.execute("""INSERT INTO tbl_beneficiaries_group (name) VALUES ('Later')""")
        assert question.of(begin()) == 0
        other.commit()
    assert question.of(begin()) == 1


def test_what_the_transaction_itself_wrote_is_seen(app: Flask) -> None:
    question = Question()
    session = begin()
    assert question.of(session) == 0
    add_group(session, "Mine")
    session.flush()
    assert question.of(session) == 1
    session.rollback()
    assert question.of(begin()) == 0


def test_a_transaction_that_has_written_has_no_state_to_name(app: Flask) -> None:
    session = begin()
    assert session.scalar(select(AS_OF))
    session.execute(text("INSERT INTO tbl_beneficiaries_group (name) VALUES ('Mine')"))
    assert session.scalar(select(AS_OF)) is None


def test_another_question_and_another_day_are_asked_anew(app: Flask) -> None:
    first, second = Question(), Question()
    session = begin()
    for question in (first, second):
        question.of(session)
    assert (first.times, second.times) == (1, 1)
    state = session.scalar(select(AS_OF))
    assert str(state).endswith(str(session.scalar(select(func.current_date()))))


def test_two_applications_do_not_share_answers(app: Flask) -> None:
    question = Question()
    session = begin()
    question.of(session)
    again = make_app(app.config["SQLALCHEMY_DATABASE_URI"])
    with again.app_context():
        assert question.of(begin()) == 0
    again.extensions["portal_pool"].close()
    assert question.times == 2


def test_a_list_is_counted_again_when_somebody_was_added(app: Flask) -> None:
    for number in range(60):
        add_beneficiary(db.session(), f"Person {number}")
    browser = enter_as(app.test_client(), db.session(), add_user_with(db.session(), "asha", "Admin"))
    db.session.remove()
    assert len(asked_for(browser, "/beneficiaries", "60")) == 5
    for _ in range(50):  # other tests write to the same server, which is a change as well
        if len(asked_for(browser, "/beneficiaries?sort=created", "60")) == 2:
            break
    else:
        pytest.fail("The number and the choices are asked each time, though nobody wrote anything.")

    add_beneficiary(db.session(), "One more")
    db.session.commit()
    assert len(asked_for(browser, "/beneficiaries", "61")) == 5


def asked_for(browser: FlaskClient, address: str, number: str) -> list[str]:
    """The statements that a page of the list asks, which has `number` people."""
    with statements() as seen:
        assert f"of {number}" in Context().run(browser.get, address).text
    return seen
