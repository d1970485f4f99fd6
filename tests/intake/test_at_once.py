"""Many at the same moment, over connections that really commit: one form is one case, and guesses all count."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.core.db import db
from portal.grievances.models import Grievance, GrievanceEvent
from portal.intake.operations.public_reporter import UUID_OF_PUBLIC
from portal.intake.views.following import CASE_MOST
from portal.users.models import User
from tests.factories import add_project
from tests.intake.pages import fill_in, hidden, keys

pytestmark = pytest.mark.database

THREADS = 20


def at_once(app: Flask, address: str, form: dict[str, str]) -> list[TestResponse]:
    """What twenty browsers get that send one form at the same moment."""
    ready = Barrier(THREADS)

    def one(_number: int) -> TestResponse:
        browser = app.test_client()
        ready.wait(60)
        return browser.post(address, data=form)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.fixture
def address(committed_app: Flask) -> str:
    """The form of a project; nobody has ever complained here."""
    with committed_app.app_context():
        project = add_project(db.session(), "Floods")
        db.session.commit()
        return f"/complain/{project.uuid}"


def test_E2_one_form_sent_twenty_times_at_once_is_one_case_with_one_pin(
    committed_app: Flask, address: str
) -> None:
    form = {**hidden(committed_app.test_client().get(address).text), "words": "It never came."}
    answers = at_once(committed_app, address, form)
    assert {answer.status_code for answer in answers} == {200}
    assert len({keys(answer) for answer in answers}) == 1
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Grievance)) == 1
        assert db.session.scalar(select(func.count()).select_from(GrievanceEvent)) == 1
        assert db.session.scalar(select(func.count()).where(User.uuid == UUID_OF_PUBLIC)) == 1


def test_A5_twenty_guesses_at_once_are_no_more_than_ten(committed_app: Flask, address: str) -> None:
    code, pin = keys(fill_in(committed_app.test_client(), address, words="It never came."))
    page = committed_app.test_client().get("/complain/status").text
    wrong = {**hidden(page), "code": code, "pin": "000000" if pin != "000000" else "000001"}
    statuses = sorted(answer.status_code for answer in at_once(committed_app, "/complain/status", wrong))
    assert statuses == [422] * CASE_MOST + [429] * (THREADS - CASE_MOST)
