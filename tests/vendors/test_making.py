"""Adding a vendor: a user and a vendor of one uuid, with role, wallet and perhaps a project, all of it or nothing."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.enums import Service
from portal.core.wallets import is_checksummed
from portal.messages.models import Message
from portal.users.models import Role, User, UserRole
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import ProjectVendor, Vendor
from tests.beneficiaries.naughty import NAUGHTY
from tests.factories import add_project, add_user_with, enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

WALLET = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


def add(browser: FlaskClient, **facts: Any) -> Any:
    return browser.post("/vendors/new", data={"name": "Tool Depot", **facts})


def only_vendor(session: Session) -> Vendor:
    return session.scalars(select(Vendor)).one()


def test_a_vendor_is_added_with_their_user_role_and_wallet(session: Session, manager: FlaskClient) -> None:
    project = add_project(session, "Winter")
    answer = add(
        manager,
        contact="Ram",
        phone="+977 980-123-4567",
        email="Depot@Example.org",
        location="Dessie Zuria",
        latitude="11.13",
        longitude="39.63",
        project=str(project.uuid),
    )
    shop = only_vendor(session)
    assert (answer.status_code, answer.location) == (303, f"/vendors/{shop.uuid}")
    assert (shop.name, shop.contact, shop.phone, shop.email) == (
        "Tool Depot",
        "Ram",
        "+9779801234567",
        "depot@example.org",
    )
    assert (shop.location, shop.latitude, shop.longitude) == ("Dessie Zuria", 11.13, 39.63)
    assert shop.state == "PENDING"
    assert shop.wallet
    assert is_checksummed(shop.wallet)
    user = session.scalars(select(User).where(User.uuid == shop.uuid)).one()
    held = select(Role.name).join(UserRole).where(UserRole.user_id == user.id)
    assert session.scalars(held).all() == ["Vendor"]
    assert session.query(Auth).filter_by(user_id=user.id).count() == 0
    assert session.query(ProjectVendor.project_id).one() == (project.uuid,)
    assert session.query(Message).count() == 0


def test_who_is_to_sign_in_gets_a_way_in_for_each_address_and_one_link(
    session: Session, manager: FlaskClient
) -> None:
    add(manager, phone="+9779801234567", email="depot@example.org", signs_in="y")
    ways = (
        session.query(Auth.service, Auth.service_id, Auth.password_hash)
        .join(User)
        .filter(User.uuid == only_vendor(session).uuid)
    )
    assert set(ways) == {
        (Service.EMAIL, "depot@example.org", None),
        (Service.PHONE, "+9779801234567", None),
    }
    assert session.query(Message.purpose, Message.to).one() == ("invitation", "depot@example.org")


def test_who_is_to_sign_in_and_cannot_be_reached_is_not_added(session: Session, manager: FlaskClient) -> None:
    refused = add(manager, signs_in="y")
    assert refused.status_code == 422
    assert "the invitation goes there" in refused.text
    assert session.query(Vendor).count() == 0
    assert session.query(User).filter_by(name="Tool Depot").count() == 0


def test_only_who_may_approve_is_offered_it_and_can(session: Session, signed_in_as: SignedInAs) -> None:
    clerk = signed_in_as(Rule("read", "Vendor"), Rule("create", "Vendor"))
    assert 'name="approved"' not in clerk.get("/vendors/new").text
    add(clerk, name="One", approved="y")
    add(signed_in_as("Manager"), name="Two", approved="y")
    assert {row.name: row.state for row in session.query(Vendor.name, Vendor.state)} == {
        "One": "PENDING",
        "Two": "APPROVED",
    }


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "Enter a name."),
        ("name", "x" * 201, "longer than 200"),
        ("name", "a\x00b", "character"),
        ("contact", "a\x00b", "character"),
        ("phone", "12", "phone"),
        ("email", "depot", "is not an e-mail address"),
        ("wallet", "0x12", "is not a wallet address"),
        ("wallet", WALLET[:-1] + "8", "mistyped"),
        ("latitude", "91", "not a latitude"),
        ("latitude", "11.1", "or neither"),
        ("longitude", "181", "not a longitude"),
        ("project", "ced42cc1-afe4-443c-9ca9-308340a69683", "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    session: Session, manager: FlaskClient, field: str, value: str, said: str
) -> None:
    answer = add(manager, **{"contact": "Somebody there", "location": "Dessie", field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Dessie" in answer.text
    assert session.query(Vendor).count() == 0


@pytest.mark.parametrize("field", ["email", "phone", "wallet"])
def test_what_is_somebody_elses_is_refused_at_its_field_and_nothing_is_left(
    session: Session, manager: FlaskClient, field: str
) -> None:
    taken = {"email": "taken@example.org", "phone": "+9779801234567", "wallet": WALLET}
    known: dict[str, Any] = {field: taken[field]}
    add_vendor(session, "Known", **known)
    spelt = {"email": "TAKEN@example.org", "phone": "00977 980 1234567", "wallet": WALLET.lower()}
    answer = add(manager, **{field: spelt[field]})
    assert answer.status_code == 422
    assert "already" in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert session.query(Vendor).count() == 1
    assert session.query(User).filter_by(name="Tool Depot").count() == 0


def test_D12_digits_of_any_script_are_one_number(session: Session, manager: FlaskClient) -> None:
    add(manager, phone="९८०१२३४५६७")
    assert only_vendor(session).phone == "+9779801234567"


def test_E2_one_form_sent_twice_makes_one_vendor_and_both_see_it(
    session: Session, manager: FlaskClient
) -> None:
    key = str(uuid4())
    first, again = (add(manager, once=key) for _time in range(2))
    assert first.location == again.location
    assert session.query(Vendor).count() == 1
    add(manager, once=key, location="Elsewhere")
    assert session.query(Vendor).count() == 2


def test_C7_what_the_form_does_not_ask_for_changes_nothing(
    session: Session, signed_in_as: SignedInAs
) -> None:
    clerk = signed_in_as(Rule("read", "Vendor"), Rule("create", "Vendor"))
    extra = {"state": "APPROVED", "uuid": str(uuid4()), "role": "Admin", "roles": "1", "version": "9"}
    add(clerk, **extra, stateBy="1", deletedAt="2020-01-01", createdAt="2020-01-01")
    shop = only_vendor(session)
    assert (shop.state, shop.version, shop.deleted_at) == ("PENDING", 1, None)
    assert str(shop.uuid) != extra["uuid"]
    held = select(Role.name).join(UserRole).join(User).where(User.uuid == shop.uuid)
    assert session.scalars(held).all() == ["Vendor"]


def test_D2_any_name_is_stored_shown_and_found(session: Session, manager: FlaskClient) -> None:
    printable = [text for text in NAUGHTY if text.strip() and "\0" not in text]
    many = [
        " ".join(" ".join(printable[at : at + 6]).split())[:200].strip() for at in range(0, len(printable), 6)
    ]
    for text in many:
        answer = add(manager, name=text, contact=text, location=text)
        assert answer.status_code == 303, text
        page = manager.get(answer.location)
        assert page.status_code == 200, text
        assert str(escape(text)) in page.text
    assert set(session.scalars(select(Vendor.name))) == set(many)
    assert len(manager.get("/vendors").text.split("row-link")) == len(many) + 1
    assert manager.get("/vendors", query_string={"q": many[0][:60]}).status_code == 200


def test_C4_who_looks_after_one_project_makes_vendors_for_it_and_for_no_other(
    session: Session, client: FlaskClient, here: Ground
) -> None:
    limited = add_user(session, "Limited", "limited@example.org")
    session.add(Auth(user_id=limited.id, service=Service.EMAIL, service_id="limited@example.org"))
    assign_role(session, limited, "Manager", projects=[here.flood.uuid])
    enter_as(client, session, limited)
    assert "Cash for Winter" not in client.get("/vendors/new").text
    nowhere = add(client)
    assert nowhere.status_code == 422
    assert "the vendors of some projects only" in nowhere.text
    assert add(client, project=str(here.winter.uuid)).status_code == 422
    assert (
        add(client, project=str(here.flood.uuid), email="depot@example.org", signs_in="y").status_code == 303
    )
    assert session.query(Vendor).count() == 2


def test_C9_a_role_vendor_that_allows_more_is_given_only_by_who_may_do_as_much(
    session: Session, signed_in_as: SignedInAs
) -> None:
    clerk = signed_in_as(Rule("read", "Vendor"), Rule("create", "Vendor"))
    chief = add_user_with(session, "chief", "Admin")
    role = session.scalars(select(Role).where(Role.name == "Vendor")).one()
    role.updated_by = chief.id  # somebody has edited what vendors may do
    session.flush()
    refused = add(clerk, email="depot@example.org", signs_in="y")
    assert refused.status_code == 422
    assert session.query(Vendor).count() == 0
    assert add(signed_in_as("Admin"), email="depot@example.org", signs_in="y").status_code == 303


def test_a_project_that_is_closed_is_not_offered(session: Session, manager: FlaskClient) -> None:
    closed = add_project(session, "Cyclone", status="CLOSED")
    assert "Cyclone" not in manager.get("/vendors/new").text
    assert add(manager, project=str(closed.uuid)).status_code == 422
    assert session.query(Vendor).count() == 0
