"""Approving and suspending vendors, inviting them, and that of many who decide at once one does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.db import db
from portal.messages.models import Message
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.vendors.models import Vendor
from portal.wallets.operations import claim_one
from tests.factories import add_user_with, enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

MANY, ROUNDS = 20, 15


def test_a_vendor_is_approved_suspended_with_a_reason_and_approved_again(
    session: Session, manager: FlaskClient
) -> None:
    shop = add_vendor(session, "Grain", state="PENDING")
    session.commit()
    url = f"/vendors/{shop.uuid}"
    assert "Not approved yet" in manager.get(url).text
    assert manager.post(f"{url}/approve").status_code == 303
    session.refresh(shop)
    assert (shop.state, shop.state_reason) == ("APPROVED", None)
    assert manager.post(f"{url}/suspend", data={"reason": "Sold sand"}).status_code == 303
    session.refresh(shop)
    assert (shop.state, shop.state_reason) == ("SUSPENDED", "Sold sand")
    assert "Sold sand" in manager.get(url).text
    assert manager.post(f"{url}/approve").status_code == 303
    session.refresh(shop)
    assert (shop.state, shop.state_reason) == ("APPROVED", None)


def test_a_suspension_says_why(here: Ground, manager: FlaskClient) -> None:
    assert manager.post(f"{here.url}/suspend", data={"reason": "  "}).status_code == 422
    assert here.fresh().state == "APPROVED"


@pytest.mark.parametrize(
    ("state", "deed"), [("APPROVED", "approve"), ("PENDING", "suspend"), ("SUSPENDED", "suspend")]
)
def test_E4_a_move_that_is_none_is_refused(
    session: Session, manager: FlaskClient, state: str, deed: str
) -> None:
    shop = add_vendor(session, "Grain", state=state, state_reason="Why")
    session.commit()
    assert manager.post(f"/vendors/{shop.uuid}/{deed}", data={"reason": "x"}).status_code == 409
    session.refresh(shop)
    assert shop.state == state


def test_nobody_decides_about_themselves(here: Ground, client: FlaskClient, session: Session) -> None:
    user = session.query(User).filter_by(uuid=here.shop.uuid).one()
    session.add(Auth(user_id=user.id, service="EMAIL", service_id=user.email))
    assign_role(session, user, "Manager")
    session.execute(text("UPDATE tbl_vendors SET state = 'SUSPENDED', \"stateReason\" = 'x'"))
    session.commit()
    enter_as(client, session, user)
    assert f"{here.url}/approve" not in client.get(here.url).text
    for deed in ("approve", "suspend", "delete", "invite"):
        assert client.post(f"{here.url}/{deed}", data={"reason": "x"}).status_code == 422, deed
    for path in ("projects/add", f"projects/{here.winter.uuid}/days", f"projects/{here.winter.uuid}/remove"):
        assert client.post(f"{here.url}/{path}").status_code == 422, path
    shop = here.fresh()
    assert (shop.state, shop.deleted_at) == ("SUSPENDED", None)


def test_C3_whom_one_may_not_approve_answers_as_whom_there_is_not(
    here: Ground, signed_in_as: SignedInAs
) -> None:
    other = add_vendor(here.session, "Other", state="PENDING")
    browser = signed_in_as(
        Rule("read", "Vendor"), Rule("approve", "Vendor", conditions={"uuid": str(here.shop.uuid)})
    )
    assert browser.post(f"/vendors/{other.uuid}/approve").status_code == 404
    assert browser.get(f"{here.url}/suspend").status_code == 200


def test_an_invitation_makes_ways_in_once_and_goes_again_until_they_came(
    here: Ground, manager: FlaskClient, session: Session
) -> None:
    assert "They cannot sign in." in manager.get(here.url).text
    for _time in range(2):
        assert manager.post(f"{here.url}/invite").status_code == 303
    user = session.query(User).filter_by(uuid=here.shop.uuid).one()
    assert session.query(Auth).filter_by(user_id=user.id).count() == 2
    assert session.query(Message).filter_by(purpose="invitation").count() == 2
    assert "never signed in" in manager.get(here.url).text
    session.execute(text('UPDATE tbl_auth SET "lastLoginAt" = now()'))
    assert manager.post(f"{here.url}/invite").status_code == 409


def test_A5_only_so_many_invitations_go_to_one_vendor(here: Ground, manager: FlaskClient) -> None:
    answers = [manager.post(f"{here.url}/invite").status_code for _time in range(6)]
    assert answers == [303] * 5 + [429]


def test_who_cannot_be_reached_is_not_invited(session: Session, manager: FlaskClient) -> None:
    shop = add_vendor(session, "Grain")
    session.query(User).filter_by(uuid=shop.uuid).one().phone = None
    session.commit()
    assert manager.post(f"/vendors/{shop.uuid}/invite").status_code == 422
    assert session.query(Message).count() == 0


@pytest.fixture
def browsers(committed_app: Flask) -> list[FlaskClient]:
    """Several windows of one manager, where everything really commits."""
    with committed_app.app_context():
        session = db.session()
        manager = add_user_with(session, "manager", "Manager")
        found = [enter_as(committed_app.test_client(), session, manager) for _ in range(MANY)]
        claim_one(session)  # the account of wallets is made once, and takes its time
        session.commit()
        return found


def all_at_once(browsers: list[FlaskClient], call: Callable[[FlaskClient], Any]) -> list[Any]:
    """What each window is answered, begun together."""
    ready = Barrier(len(browsers))

    def send(browser: FlaskClient) -> Any:
        ready.wait(60)
        return call(browser)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers))


def _approve(browser: FlaskClient, address: str) -> int:
    return browser.post(address).status_code


def test_E1_of_twenty_who_approve_at_once_exactly_one_does(
    committed_app: Flask, browsers: list[FlaskClient]
) -> None:
    for number in range(ROUNDS):
        with committed_app.app_context():
            uuid = add_vendor(db.session(), f"Grain {number}", state="PENDING").uuid
            db.session.commit()
        answers = all_at_once(browsers, partial(_approve, address=f"/vendors/{uuid}/approve"))
        assert sorted(answers) == [303] + [409] * (MANY - 1)
        with committed_app.app_context():
            moves = select(func.count()).where(
                AuditEntry.table_name == "tbl_vendors",
                AuditEntry.record_id == str(uuid),
                AuditEntry.action == "UPDATE",
            )
            assert db.session.scalar(moves) == 1


def test_E2_one_form_sent_by_many_clicks_at_once_makes_one_vendor_and_all_see_it(
    committed_app: Flask, browsers: list[FlaskClient]
) -> None:
    once = {"name": "Tools", "phone": "+9779801234567", "once": "6f1c5f0e-6f0b-4c39-9d6a-0d0a4d1c2b3a"}

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        answer = browser.post("/vendors/new", data=once)
        return answer.status_code, answer.location

    answers = all_at_once(browsers[:6], send)
    assert {status for status, _where in answers} == {303}
    assert len({where for _status, where in answers}) == 1
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Vendor)) == 1
