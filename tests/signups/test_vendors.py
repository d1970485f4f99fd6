"""Vendors ask by the public form too: what it takes, and that approving makes user and vendor, or nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.db import db
from portal.messages.models import Message
from portal.signups.kinds import Kind
from portal.signups.models import SignUp
from portal.signups.operations.asking import Request, ask_for_account
from portal.users.models import Role, User, UserRole
from portal.vendors.models import Vendor
from portal.wallets.operations import claim_one
from tests.auth.people import statements
from tests.beneficiaries.naughty import NAUGHTY
from tests.factories import add_user_with, enter_as
from tests.vendors.shops import add_vendor

SHOP = {
    "organisation": "Inaruwa Grain Store",
    "place": "Main bazaar, Inaruwa",
    "reason": "Rice, lentils and oil.",
    "name": "Ram Chaudhary",
    "phone": "+977 980-123-4567",
    "email": "Grain@Example.org",
}
WALLET = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


@pytest.fixture
def shop(session: Session) -> SignUp:
    """A vendor's request that waits."""
    ask_for_account(
        session,
        Request(
            "Ram Chaudhary",
            "grain@example.org",
            "+9779801234567",
            "Inaruwa Grain Store",
            "Rice",
            "ne",
            Kind.VENDOR,
            "Inaruwa",
            WALLET,
        ),
    )
    session.commit()
    return session.query(SignUp).one()


def approve(browser: FlaskClient, shop: SignUp, standing: str = "approved") -> Any:
    return browser.post(f"/sign-ups/{shop.uuid}/approve", data={"standing": standing})


@pytest.mark.usefixtures("open_form")
def test_a_vendors_request_waits_with_what_was_written(client: FlaskClient, session: Session) -> None:
    assert "/sign-up/vendor" in client.get("/sign-up").text
    assert client.get("/sign-up/vendor").status_code == 200
    answer = client.post("/sign-up/vendor", data={**SHOP, "wallet": WALLET.lower()})
    assert (answer.status_code, answer.location) == (303, "/sign-up/thanks")
    found = session.query(SignUp).one()
    assert found.kind == Kind.VENDOR
    assert found.data == {
        **SHOP,
        "phone": "+9779801234567",
        "email": "grain@example.org",
        "kind": "vendor",
        "wallet": WALLET,
        "language": "en",
    }


def test_a_closed_form_takes_no_vendors_either(client: FlaskClient, session: Session) -> None:
    assert client.get("/sign-up/vendor").status_code == 404
    assert client.post("/sign-up/vendor", data=SHOP).status_code == 404
    assert session.query(SignUp).count() == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("organisation", " ", "Enter the name of your shop."),
        ("place", "", "Say where your shop is."),
        ("reason", "", "Say what you sell"),
        ("phone", "", "Enter your phone number."),
        ("phone", "12", "no phone number"),
        ("email", "sita", "no e-mail address"),
        ("wallet", "0x12", "not a wallet address"),
        ("wallet", WALLET[:-1] + "8", "mistyped"),
        ("place", "a\x00b", "character"),
    ],
)
@pytest.mark.usefixtures("open_form")
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, session: Session, field: str, value: str, said: str
) -> None:
    answer = client.post("/sign-up/vendor", data={**SHOP, field: value})
    assert answer.status_code == 422
    assert said in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert all(word in answer.text for name, word in SHOP.items() if name != field)
    assert session.query(SignUp).count() == 0


@pytest.mark.usefixtures("open_form")
def test_A2_a_vendor_who_is_known_and_one_who_is_not_are_answered_alike(
    client: FlaskClient, session: Session
) -> None:
    add_vendor(session, "Known", email="known@example.org", phone="+9779801111111", wallet=WALLET)
    session.commit()
    seen = []
    for email, phone in (("known@example.org", "+9779801111111"), ("new@example.org", "+9779802222222")):
        with statements() as asked:
            answer = client.post(
                "/sign-up/vendor", data={**SHOP, "email": email, "phone": phone, "wallet": WALLET}
            )
        seen.append((answer.status_code, answer.data, answer.location, len(asked)))
    assert seen[0] == seen[1]


@pytest.mark.usefixtures("open_form")
def test_A5_vendors_and_others_share_what_is_taken_for_one_address(client: FlaskClient) -> None:
    words = {"name": "Ram", "email": "grain@example.org", "organisation": "Relief", "reason": "Help"}
    answers = [client.post("/sign-up", data=words).status_code for _time in range(3)]
    answers += [client.post("/sign-up/vendor", data=SHOP).status_code for _time in range(3)]
    assert answers == [303] * 5 + [429]


@pytest.mark.parametrize(("standing", "state"), [("approved", "APPROVED"), ("pending", "PENDING")])
def test_approving_makes_a_user_and_a_vendor_of_one_uuid_and_invites_them(
    admin: FlaskClient, session: Session, shop: SignUp, standing: str, state: str
) -> None:
    page = admin.get(f"/sign-ups/{shop.uuid}").text
    assert "Name of the shop" in page
    assert 'name="roles"' not in page
    assert approve(admin, shop, standing).status_code == 303
    session.refresh(shop)
    vendor = session.query(Vendor).one()
    user = session.query(User).filter_by(uuid=vendor.uuid).one()
    assert (shop.status, shop.user_id) == ("APPROVED", user.id)
    assert (vendor.name, vendor.contact, vendor.location) == (
        "Inaruwa Grain Store",
        "Ram Chaudhary",
        "Inaruwa",
    )
    assert (vendor.phone, vendor.email, vendor.wallet) == ("+9779801234567", "grain@example.org", WALLET)
    assert vendor.state == state
    held = select(Role.name).join(UserRole, UserRole.role_id == Role.id).where(UserRole.user_id == user.id)
    assert session.scalars(held).all() == ["Vendor"]
    assert session.query(Auth).filter_by(user_id=user.id).count() == 2
    assert [letter.purpose for letter in session.query(Message)] == ["invitation"]
    assert f"/vendors/{vendor.uuid}" in admin.get(f"/sign-ups/{shop.uuid}").text


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ({"email": "grain@example.org"}, "Somebody with this e-mail address is a user already."),
        ({"phone": "+9779801234567"}, "Somebody with this phone number is a user already."),
        ({"wallet": WALLET}, "Another vendor has this wallet already."),
    ],
)
def test_where_something_is_somebody_elses_nothing_is_made_and_the_request_says_why(
    admin: FlaskClient, session: Session, shop: SignUp, taken: dict[str, str], said: str
) -> None:
    known: dict[str, Any] = dict(taken)
    add_vendor(session, "Known", **known)
    session.commit()
    assert approve(admin, shop).status_code == 303
    session.refresh(shop)
    assert (shop.status, shop.failed_reason) == ("FAILED", said)
    assert session.query(Vendor).count() == 1
    assert session.query(Message).count() == 0
    assert said in admin.get(f"/sign-ups/{shop.uuid}").text


def test_C7_whoever_decides_about_requests_and_not_about_vendors_makes_none(
    client: FlaskClient, session: Session, shop: SignUp
) -> None:
    decides = [Rule("read", "SignUp"), Rule("update", "SignUp"), Rule("create", "Vendor")]
    enter_as(client, session, add_user_with(session, "clerk", None, decides))
    refused = approve(client, shop)
    assert refused.status_code == 422
    assert "You may not do this to vendors." in refused.text
    assert session.query(Vendor).count() == 0
    assert approve(client, shop, "pending").status_code == 303
    assert session.query(Vendor.state).one() == ("PENDING",)


def test_a_vendors_request_is_turned_down_like_any_other(
    admin: FlaskClient, session: Session, shop: SignUp
) -> None:
    assert admin.post(f"/sign-ups/{shop.uuid}/reject", data={"reason": "No papers"}).status_code == 303
    session.refresh(shop)
    assert shop.status == "REJECTED"
    assert session.query(Vendor).count() == 0
    assert approve(admin, shop).status_code == 409


@pytest.mark.usefixtures("open_form")
def test_D2_a_shop_of_any_name_is_asked_for_shown_and_made(admin: FlaskClient, session: Session) -> None:
    name = " ".join(word for word in NAUGHTY if word.isprintable())[:200].strip()
    ask_for_account(
        session,
        Request("R", "r@example.org", "+9779801234567", name, "x", None, Kind.VENDOR, name, None),
    )
    session.commit()
    shop = session.query(SignUp).one()
    assert admin.get(f"/sign-ups/{shop.uuid}").status_code == 200
    assert approve(admin, shop).status_code == 303
    assert session.query(Vendor.name, Vendor.location).one() == (name, name)


def test_E1_of_eight_who_approve_at_once_one_makes_the_vendor(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        admin = add_user_with(session, "asha", "Admin")
        browsers = [enter_as(committed_app.test_client(), session, admin) for _time in range(8)]
        claim_one(session)  # the account of wallets is made once, and takes its time
        ask_for_account(
            session,
            Request("R", "r@example.org", "+9779801234567", "Grain", "x", None, Kind.VENDOR, "Here", None),
        )
        session.commit()
        shop = session.query(SignUp).one()
        address = f"/sign-ups/{shop.uuid}/approve"
    ready = Barrier(len(browsers))

    def send(browser: FlaskClient) -> int:
        ready.wait(30)
        return browser.post(address, data={"standing": "approved"}).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = sorted(pool.map(send, browsers))
    assert answers == [303] + [409] * 7
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Vendor)) == 1
