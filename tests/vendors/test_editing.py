"""Changing a vendor: by those who look after them, by themselves, and by two at once."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.enums import Service
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.vendors.models import Vendor
from tests.auth.messages import letters
from tests.factories import add_user_with, enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

WALLET = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


def user_of(session: Session, shop: Vendor) -> User:
    return session.query(User).filter_by(uuid=shop.uuid).one()


def signs_in(session: Session, shop: Vendor) -> None:
    """Give the vendor a way to sign in by e-mail."""
    user = user_of(session, shop)
    session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=user.email))
    session.commit()


def filled(browser: FlaskClient, url: str, **typed: Any) -> dict[str, Any]:
    """What the form holds, with something typed over it."""
    page = browser.get(f"{url}/edit").text
    found = re.findall(r'<input[^>]*\bname="([a-z]+)"[^>]*\bvalue="([^"]*)"', page)
    return {**{name: value for name, value in found if name != "csrf_token"}, **typed}


def edit(browser: FlaskClient, url: str, **typed: Any) -> Any:
    return browser.post(f"{url}/edit", data=filled(browser, url, **typed))


def test_facts_are_changed_and_the_user_follows(here: Ground, manager: FlaskClient) -> None:
    typed = {"name": "Grain & Sons", "phone": "9801234567", "email": "sons@example.org", "wallet": WALLET}
    assert (
        edit(manager, here.url, **typed, contact="Ram", latitude="26.6", longitude="87.1").status_code == 303
    )
    shop, user = here.fresh(), user_of(here.session, here.shop)
    assert (shop.name, shop.phone, shop.email) == ("Grain & Sons", "+9779801234567", "sons@example.org")
    assert (user.name, user.phone, user.email) == (shop.name, shop.phone, shop.email)
    assert (shop.contact, shop.wallet, shop.latitude, shop.longitude) == ("Ram", WALLET, 26.6, 87.1)
    assert shop.location == "Sunsari"


def test_a_name_changed_by_who_looks_after_users_is_the_vendors(
    here: Ground, signed_in_as: SignedInAs
) -> None:
    admin, page = signed_in_as("Admin"), f"/users/{here.shop.uuid}/edit"
    version = re.search(r'name="version"[^>]*value="([^"]*)"', admin.get(page).text)
    assert version
    changed = {"name": "Grain & Sons", "gender": "UNKNOWN", "notes": "", "version": version[1]}
    assert admin.post(page, data=changed).status_code == 303
    assert here.fresh().name == "Grain & Sons"
    assert "Grain &amp; Sons" in admin.get("/vendors").text


def test_empty_fields_take_away_and_an_empty_wallet_stays(here: Ground, manager: FlaskClient) -> None:
    before = here.shop.wallet
    assert edit(manager, here.url, phone="", email="", location="", wallet="").status_code == 303
    shop = here.fresh()
    assert (shop.phone, shop.email, shop.location, shop.wallet) == (None, None, None, before)


def test_nothing_different_changes_nothing(here: Ground, manager: FlaskClient) -> None:
    before = here.shop.version
    assert edit(manager, here.url).status_code == 303
    assert here.fresh().version == before


def test_E5_of_two_edits_from_one_state_the_second_sees_both_values_and_loses_nothing(
    here: Ground, manager: FlaskClient, signed_in_as: SignedInAs
) -> None:
    stale = filled(manager, here.url, location="Morang")
    assert edit(signed_in_as("Manager"), here.url, location="Inaruwa").status_code == 303
    late = manager.post(f"{here.url}/edit", data=stale)
    assert late.status_code == 409
    assert "Inaruwa" in late.text
    assert 'value="Morang"' in late.text
    assert here.fresh().location == "Inaruwa"
    now = re.search(r'name="version"[^>]*value="(\d+)"', late.text)
    assert now
    assert manager.post(f"{here.url}/edit", data={**stale, "version": now[1]}).status_code == 303
    assert here.fresh().location == "Morang"


@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 30, "٣"])
def test_E5_a_form_without_a_version_is_stale(
    here: Ground, manager: FlaskClient, version: str | None
) -> None:
    data = filled(manager, here.url, location="Morang")
    data.pop("version")
    answer = manager.post(f"{here.url}/edit", data=data if version is None else {**data, "version": version})
    assert answer.status_code == 409
    assert here.fresh().location == "Sunsari"


def test_E5_a_user_who_was_renamed_meanwhile_makes_the_vendors_form_stale(
    here: Ground, manager: FlaskClient
) -> None:
    stale = filled(manager, here.url, location="Morang")
    user_of(here.session, here.shop).name = "Grain & Sons"
    here.session.commit()
    assert manager.post(f"{here.url}/edit", data=stale).status_code == 409


@pytest.mark.parametrize("field", ["email", "phone", "wallet"])
def test_what_is_somebody_elses_is_refused_at_its_field(
    here: Ground, manager: FlaskClient, field: str
) -> None:
    taken = {"email": "taken@example.org", "phone": "+9779801234567", "wallet": WALLET}
    known: dict[str, Any] = {field: taken[field]}
    add_vendor(here.session, "Known", **known)
    answer = edit(manager, here.url, **known)
    assert answer.status_code == 422
    assert "already" in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert getattr(here.fresh(), field) != taken[field]


def test_A12_by_what_they_sign_in_is_not_typed_here_but_proved(here: Ground, manager: FlaskClient) -> None:
    signs_in(here.session, here.shop)
    page = manager.get(f"{here.url}/edit").text
    assert 'name="email"' not in page
    assert 'name="phone"' in page
    sent = {**filled(manager, here.url), "email": "thief@example.org", "phone": "+9779801234567"}
    assert manager.post(f"{here.url}/edit", data=sent).status_code == 303
    assert (here.fresh().email, here.fresh().phone) == ("grain@example.org", "+9779801234567")


def test_an_address_that_was_proved_is_the_vendors_too(
    here: Ground, app: Flask, signed_in_as: SignedInAs
) -> None:
    signs_in(here.session, here.shop)
    admin = signed_in_as("Admin")
    offered = admin.post(f"/users/{here.shop.uuid}/address", data={"address": "new@example.org"})
    assert offered.status_code == 303
    link = re.search(r"https?://[^/]+(/\S+token=(\S+))", letters(here.session, "address_offer")[0].body)
    assert link
    answer = app.test_client().post(link[1], data={"token": link[2]})
    assert answer.status_code in (200, 303)
    assert here.fresh().email == "new@example.org"


def test_C7_vendors_themselves_change_where_they_are_and_neither_name_nor_wallet(
    here: Ground, client: FlaskClient
) -> None:
    signs_in(here.session, here.shop)
    enter_as(client, here.session, user_of(here.session, here.shop))
    page = client.get(f"{here.url}/edit").text
    assert all(f'name="{field}"' not in page for field in ("name", "phone", "email", "wallet"))
    typed = {"name": "Sand", "wallet": WALLET, "phone": "+9779801234567", "state": "PENDING"}
    before = here.shop.wallet
    assert edit(client, here.url, **typed, location="Inaruwa", contact="Ram").status_code == 303
    shop = here.fresh()
    assert (shop.location, shop.contact) == ("Inaruwa", "Ram")
    assert (shop.name, shop.wallet, shop.state) == ("Inaruwa Grain Store", before, "APPROVED")


def test_C9_who_is_more_than_a_vendor_is_renamed_only_by_who_may_do_as_much(
    here: Ground, manager: FlaskClient, signed_in_as: SignedInAs
) -> None:
    assign_role(here.session, user_of(here.session, here.shop), "Admin")
    refused = edit(manager, here.url, name="Sand")
    assert refused.status_code == 422
    assert "may do more than you" in refused.text
    assert here.fresh().name == "Inaruwa Grain Store"
    assert edit(manager, here.url, location="Inaruwa").status_code == 303
    assert edit(signed_in_as("Admin"), here.url, name="Grain & Sons").status_code == 303


def test_a_vendor_without_a_user_keeps_who_they_are(session: Session, manager: FlaskClient) -> None:
    shop = Vendor(name="Alone")
    session.add(shop)
    session.commit()
    assert edit(manager, f"/vendors/{shop.uuid}", location="Here", name="Other").status_code == 303
    session.refresh(shop)
    assert (shop.name, shop.location) == ("Alone", "Here")


def test_C3_whom_one_may_not_change_answers_as_whom_there_is_not(
    here: Ground, session: Session, client: FlaskClient
) -> None:
    own = add_vendor(session, "Own")
    rules = [Rule("read", "Vendor"), Rule("update", "Vendor", conditions={"uuid": str(own.uuid)})]
    enter_as(client, session, add_user_with(session, "clerk", None, rules))
    assert client.get(f"/vendors/{own.uuid}/edit").status_code == 200
    assert client.get(f"{here.url}/edit").status_code == 404
    assert client.post(f"{here.url}/edit", data={"name": "Sand"}).status_code == 404
