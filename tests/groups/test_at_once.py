"""Two people, or one who clicks twice, at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from tests.factories import add_beneficiary, add_group, add_user_with, enter_as

MANY = 6


@pytest.fixture
def browsers(committed_app: Flask) -> list[FlaskClient]:
    """Several windows of one manager, where everything really commits."""
    with committed_app.app_context():
        session = db.session()
        manager = add_user_with(session, "manager", "Manager")
        return [enter_as(committed_app.test_client(), session, manager) for _ in range(MANY)]


def all_at_once(
    browsers: list[FlaskClient], address: str, data: dict[str, str]
) -> list[tuple[int, str | None]]:
    """Send the same form from each window, begun together; the status and where it leads."""
    ready = Barrier(len(browsers))

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        ready.wait(30)
        answer = browser.post(address, data=data)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers))


def groups_called(session: Session, like: str) -> int:
    found = select(func.count()).select_from(BeneficiaryGroup).where(BeneficiaryGroup.name.like(like))
    return session.scalar(found) or 0


def test_E2_one_form_sent_by_many_clicks_at_once_makes_one_group_and_all_see_it(
    committed_app: Flask, browsers: list[FlaskClient]
) -> None:
    once = {"name": "Tailors", "once": "6f1c5f0e-6f0b-4c39-9d6a-0d0a4d1c2b3a"}
    answers = all_at_once(browsers, "/groups/new", once)
    assert {status for status, _where in answers} == {303}
    assert len({where for _status, where in answers}) == 1
    with committed_app.app_context():
        assert groups_called(db.session(), "Tailors") == 1


def test_E5_of_many_edits_from_one_state_one_is_saved(
    committed_app: Flask, browsers: list[FlaskClient]
) -> None:
    with committed_app.app_context():
        uuid = add_group(db.session(), "Widows").uuid
        db.session.commit()
    edit = {"name": "Elders", "purpose": "", "version": "1"}
    answers = all_at_once(browsers, f"/groups/{uuid}/edit", edit)
    assert sorted(status for status, _where in answers) == [303] + [409] * (MANY - 1)


def test_a_group_that_is_split_many_times_at_once_is_split_once(
    committed_app: Flask, browsers: list[FlaskClient]
) -> None:
    with committed_app.app_context():
        session = db.session()
        group = add_group(session, "Widows")
        for gender in ("FEMALE", "OTHER"):
            add_beneficiary(session, groups=[group], gender=gender)
        session.commit()
        uuid = group.uuid
    answers = all_at_once(browsers, f"/groups/{uuid}/split", {"by": "gender", "key": "", "seen": "2"})
    statuses = sorted(status for status, _where in answers)
    assert statuses[0] == 303
    assert set(statuses[1:]) <= {409, 422}
    with committed_app.app_context():
        assert groups_called(db.session(), "Widows:%") == 2
