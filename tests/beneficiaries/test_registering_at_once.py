"""Many who register at the same moment: of one phone there is one person, and a form sent twenty times is one wish."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.beneficiaries.models import BeneficiaryPii
from tests.beneficiaries.people_forms import SITA
from tests.factories import add_user_with, enter_as

pytestmark = pytest.mark.database

NEW = "/beneficiaries/new"


def test_D12_of_twenty_who_register_one_phone_at_once_one_does(committed_app: Flask) -> None:
    clients = _officers(committed_app, 4)
    start = Barrier(20)

    def send(number: int) -> int:
        start.wait(20)
        data = {**SITA, "name": f"Number {number}", "phone": "9801234567", "all_the_same": "y"}
        return clients[number % 4].post(NEW, data=data).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(send, range(20)))
    assert statuses == [303, *[422] * 19]
    assert _phones(committed_app) == ["+9779801234567"]


def test_E2_twenty_times_the_same_form_at_once_make_one_person_and_all_see_them(
    committed_app: Flask,
) -> None:
    (client,) = _officers(committed_app, 1)
    start, data = Barrier(20), {**SITA, "once": str(uuid4())}

    def send(_number: int) -> tuple[int, str]:
        start.wait(20)
        answer = client.post(NEW, data=data)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert _phones(committed_app) == ["+9779801234567"]


def _officers(app: Flask, number: int) -> list[FlaskClient]:
    from portal.core.db import db

    with app.app_context():
        return [
            enter_as(app.test_client(), db.session(), add_user_with(db.session(), f"officer{at}", "Officer"))
            for at in range(number)
        ]


def _phones(app: Flask) -> list[str]:
    from portal.core.db import db

    with app.app_context():
        return list(db.session.scalars(select(BeneficiaryPii.phone)))
