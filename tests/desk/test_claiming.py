"""A vendor's claim: for a person of the project before them, once, and never by trying out numbers."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject
from portal.core.db import db
from portal.core.enums import TransactionStatus
from portal.desk.views import claiming
from portal.transactions.models import Transaction
from tests.beneficiaries.conftest import SignedInAs
from tests.desk.conftest import let_in
from tests.factories import add_beneficiary, add_project
from tests.transactions.paying import Ground, make_ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

CLAIM = "/desk/claim"


def hidden(page: str) -> dict[str, str]:
    """The values that a page's form sends along by itself."""
    form = page.partition('class="portal-form"')[2]
    return dict(re.findall(r'type="hidden"[^>]*? name="(\w+)" value="([^"]*)"', form)) | dict(
        re.findall(r'name="(once)"[^>]* value="([^"]*)"', form)
    )


def ask(desk: FlaskClient, ground: Ground, **typed: Any) -> TestResponse:
    """Fill in the form and go on."""
    page = desk.get(CLAIM).text
    filled = {
        "project": str(ground.project.uuid),
        "amount": "25.50",
        "currency": "NPR",
        **hidden(page),
        **typed,
    }
    return desk.post(CLAIM, data=filled)


def project_of(desk: FlaskClient) -> str:
    """The one project that the form knows."""
    return hidden(desk.get(CLAIM).text)["project"]


def claims(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Transaction)) or 0


@pytest.fixture
def sita(session: Session, ground: Ground) -> dict[str, str]:
    """Somebody of the project, by each thing that stands on a card."""
    person = add_beneficiary(session, "Sita Tharu", "+9779812345678", projects=[ground.project])
    session.commit()
    return {
        "phone": "981-234 5678",
        "reference": str(person.uuid),
        "wallet": person.wallet_address.upper().replace("0X", "0x"),
    }


@pytest.mark.parametrize("by", ["phone", "reference", "wallet"])
def test_a_person_is_found_by_what_stands_on_their_card_and_the_claim_waits(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str], by: str
) -> None:
    sure = ask(desk, ground, person=sita[by])
    assert sure.status_code == 200
    assert "S••• T•••" in sure.text
    assert claims(session) == 0, "nothing is claimed before the vendor is sure"
    sent = desk.post(CLAIM, data=hidden(sure.text))
    assert sent.status_code == 303
    made = session.scalars(select(Transaction)).one()
    assert sent.location == f"/desk/payments/{made.uuid}"
    assert (made.status, str(made.amount.normalize()), made.vendor_id) == (
        TransactionStatus.PENDING,
        "25.5",
        ground.shop.uuid,
    )
    assert str(made.beneficiary_id) == sita["reference"]
    assert "You claimed it." in desk.get(sent.location).text


def test_E2_a_claim_that_is_sent_twice_is_one(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str]
) -> None:
    filled = hidden(ask(desk, ground, person=sita["phone"]).text)
    first, second = desk.post(CLAIM, data=filled), desk.post(CLAIM, data=filled)
    assert first.location == second.location
    assert claims(session) == 1
    other = desk.post(CLAIM, data={**filled, "amount": "99"})
    assert other.status_code == 409
    assert claims(session) == 1


def test_being_sure_of_somebody_else_asks_again(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str]
) -> None:
    maya = add_beneficiary(session, "Maya Rai", "+9779800000001", projects=[ground.project])
    session.commit()
    filled = hidden(ask(desk, ground, person=sita["phone"]).text)
    answer = desk.post(CLAIM, data={**filled, "person": "+9779800000001"})
    assert "M••• R•••" in answer.text
    assert claims(session) == 0
    assert str(maya.uuid) in answer.text


def test_C4_somebody_of_another_project_answers_like_nobody(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    other = add_project(session, "Elsewhere")
    add_beneficiary(session, "Maya Rai", "+9779800000001", projects=[other])
    session.commit()
    known, unknown = ask(desk, ground, person="+9779800000001"), ask(desk, ground, person="+9779800000002")
    for answer in (known, unknown):
        assert answer.status_code == 422
        assert "Nobody in this project has this phone or code." in answer.text


@pytest.mark.parametrize("gone", [Beneficiary, BeneficiaryProject])
def test_E9_who_was_deleted_or_left_the_project_answers_like_nobody(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str], gone: Any
) -> None:
    own = {Beneficiary: Beneficiary.uuid, BeneficiaryProject: BeneficiaryProject.beneficiary_id}[gone]
    session.execute(update(gone).where(own == UUID(sita["reference"])).values(deleted_at=func.now()))
    session.commit()
    for card in sita.values():
        answer = ask(desk, ground, person=card)
        assert answer.status_code == 422
        assert "Nobody in this project has this phone or code." in answer.text


def test_F1_people_cannot_be_tried_out(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "LOOKS_MOST", 2)
    with committed_app.app_context():
        ground = make_ground(db.session())
        desk = let_in(committed_app, db.session(), ground.shop)
    tried = [
        desk.post(
            CLAIM, data={"project": project_of(desk), "person": number, "amount": "5", "currency": "NPR"}
        ).status_code
        for number in ("+9779800000001", "+9779800000002", "+9779800000003")
    ]
    assert tried == [422, 422, 429]


@pytest.mark.parametrize("amount", ["", "0", "-5", "1,000", "NaN", "1e400", "0.123456789", "ten"])
def test_D11_what_is_no_amount_is_refused_at_its_field_and_stays(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str], amount: str
) -> None:
    answer = ask(desk, ground, person=sita["phone"], amount=amount)
    assert answer.status_code == 422
    assert 'id="amount-error"' in answer.text
    assert f'value="{amount}"' in answer.text
    assert sita["phone"] in answer.text
    assert claims(session) == 0


def test_E8_a_claim_above_the_budget_says_what_is_left(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str]
) -> None:
    sure = ask(desk, ground, person=sita["phone"], amount="1000.01")
    answer = desk.post(CLAIM, data=hidden(sure.text))
    assert answer.status_code == 422
    assert "1000 NPR are left" in answer.text


def test_only_projects_in_which_the_shop_works_are_offered_and_taken(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    other = add_project(session, "Elsewhere")
    add_beneficiary(session, "Maya Rai", "+9779800000001", projects=[other])
    session.commit()
    assert "Elsewhere" not in desk.get(CLAIM).text
    answer = ask(desk, ground, person="+9779800000001", project=str(other.uuid))
    assert answer.status_code == 422
    assert claims(session) == 0


def test_a_shop_without_an_open_project_is_told_so(
    app: Flask, session: Session, signed_in_as: SignedInAs
) -> None:
    shop = add_vendor(session, "Corner Shop", [add_project(session, "Over", status="NOT_READY")])
    page = let_in(app, session, shop).get(CLAIM)
    assert page.status_code == 200
    assert "nothing to claim" in page.text
    assert '<form class="portal-form"' not in page.text


def test_C7_who_is_paid_and_how_it_stands_cannot_be_slipped_in(
    session: Session, ground: Ground, desk: FlaskClient, sita: dict[str, str]
) -> None:
    other = add_vendor(session, "Corner Shop", [ground.project])
    session.commit()
    filled = hidden(ask(desk, ground, person=sita["phone"]).text)
    desk.post(
        CLAIM, data={**filled, "vendor": str(other.uuid), "vendorId": str(other.uuid), "status": "APPROVED"}
    )
    made = session.scalars(select(Transaction)).one()
    assert (made.vendor_id, made.status) == (ground.shop.uuid, TransactionStatus.PENDING)
