"""A vendor says that a payment is wrong: a grievance about that payment, by them, once."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.enums import GrievanceStatus, GrievanceType, TransactionStatus
from portal.grievances.models import Grievance
from portal.projects.models import Project
from tests.transactions.paying import Ground

pytestmark = pytest.mark.database


def say(desk: FlaskClient, payment: UUID, **typed: Any) -> TestResponse:
    """Open the form and send it."""
    url = f"/desk/payments/{payment}/wrong"
    once = re.search(r'name="once"[^>]* value="([^"]+)"', desk.get(url).text)
    sent = {"what": "amount", "words": "It was 200.", "once": once[1] if once else "", **typed}
    return desk.post(url, data=sent)


def test_what_is_wrong_is_on_record_with_its_payment_and_the_vendor_sees_what_comes_of_it(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    payment = ground.made(TransactionStatus.APPROVED)
    session.commit()
    answer = say(desk, payment)
    assert answer.location == f"/desk/payments/{payment}"
    said = session.scalars(select(Grievance)).one()
    assert (said.transaction_id, said.project_id, said.title, said.description) == (
        payment,
        ground.project.uuid,
        "The amount is wrong",
        "It was 200.",
    )
    assert said.vendor_id == ground.shop.uuid
    assert (said.reported_by, said.status) == (ground.shop.name, GrievanceStatus.NEW)
    assert said.reporter_contact == ground.shop.phone
    for status in ("UNDER_REVIEW", "RESOLVED"):
        session.execute(Grievance.__table__.update().values(status=status, statusReason=f"It is {status}."))
    session.commit()
    page = desk.get(f"/desk/payments/{payment}").text
    assert "It was 200." in page
    assert "Resolved" in page


def test_C4_of_what_others_say_of_a_payment_and_of_what_was_deleted_the_vendor_sees_nothing(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    payment = ground.made(TransactionStatus.APPROVED)
    session.commit()
    for words in ("Mine", "Withdrawn"):
        say(desk, payment, words=words)
    gone = session.scalars(select(Grievance).where(Grievance.description == "Withdrawn")).one()
    gone.deleted_at = dt.datetime.now(dt.UTC)
    session.add(
        Grievance(
            project_id=ground.project.uuid,
            transaction_id=payment,
            reporter_user_id=ground.maker.id,
            reported_by="Maker",
            reporter_contact="maker@example.org",
            title="Odd",
            type=GrievanceType.NON_TECHNICAL,
            description="Staff’s",
        )
    )
    session.commit()
    page = desk.get(f"/desk/payments/{payment}").text
    assert [words in page for words in ("Mine", "Staff’s", "Withdrawn")] == [True, False, False]


def test_E2_the_same_said_twice_is_one_grievance_and_another_word_is_another(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    payment = ground.make()
    session.commit()
    url = f"/desk/payments/{payment}/wrong"
    once = re.search(r'name="once"[^>]* value="([^"]+)"', desk.get(url).text)
    assert once
    for words in ("Once", "Once", "And again"):
        desk.post(url, data={"what": "unpaid", "words": words, "once": once[1]})
    assert sorted(session.scalars(select(Grievance.description))) == ["And again", "Once"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": ""}, "Choose what is wrong."),
        ({"what": "colour"}, "Not a valid choice."),
        ({"words": "  "}, "Write what happened, in a sentence or two."),
        ({"words": "a\0b"}, "This text holds a character that cannot be stored."),
        ({"words": "x" * 2001}, "2000"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    session: Session, ground: Ground, desk: FlaskClient, typed: dict[str, str], said: str
) -> None:
    payment = ground.make()
    session.commit()
    answer = say(desk, payment, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Grievance)).all() == []


def test_in_a_closed_project_nothing_is_put_on_record_and_the_pages_name_another_way(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    payment = ground.made(TransactionStatus.APPROVED)
    session.commit()
    assert "Is something wrong?" not in desk.get(f"/desk/payments/{payment}").text
    session.execute(Project.__table__.update().values(status="CLOSED"))
    session.commit()
    story = desk.get(f"/desk/payments/{payment}").text
    assert "This is wrong" not in story
    answer = say(desk, payment)
    assert answer.status_code == 422
    for page in (story, answer.text):
        assert "This project is closed" in page
        assert "Call or visit the organisation that runs it" in page
        assert str(payment) in page
    assert "<textarea" not in answer.text
    assert session.scalars(select(Grievance)).all() == []
