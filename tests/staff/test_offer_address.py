"""Another address for a user: offered by an administrator, taken by the link that was sent to it."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.auth.models import Auth, OneTimeToken
from portal.core.enums import Service
from portal.users.models import Role, User
from tests.auth.messages import letter, letters
from tests.factories import add_user_with, enter_as
from tests.staff.conftest import SignedInAs

pytestmark = pytest.mark.database

OFFER = "address_offer"


def offer(client: FlaskClient, user: User, address: str, **more: Any) -> int:
    data = {"address": address, **more}
    return client.post(f"/users/{user.uuid}/address", data=data).status_code


def take(app: Flask, link: str) -> int:
    token = link.partition("token=")[2]
    return app.test_client().post(link.partition("?")[0], data={"token": token}).status_code


def ways(session: Session, user: User) -> dict[Service, str]:
    rows = session.execute(select(Auth.service, Auth.service_id).where(Auth.user_id == user.id))
    return {row.service: row.service_id for row in rows}


def test_A12_an_address_changes_only_when_the_link_is_used_and_the_old_one_is_told(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    assert offer(admin, asha, " New@Example.ORG ") == 303
    sent = letter(session, OFFER)
    assert sent.to == "new@example.org"
    assert (asha.email, ways(session, asha)) == ("asha@example.org", {Service.EMAIL: "asha@example.org"})
    shown = app.test_client().get(sent.link)
    assert (shown.status_code, shown.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert "new@example.org" in shown.text
    assert asha.email == "asha@example.org"
    assert take(app, sent.link) == 303
    assert (asha.email, ways(session, asha)) == ("new@example.org", {Service.EMAIL: "new@example.org"})
    assert letter(session, "address_changed").to == "asha@example.org"


def test_a_phone_is_added_as_a_way_to_sign_in(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    assert offer(admin, asha, "980-123-4567") == 303
    sent = letter(session, OFFER)
    assert sent.to == "+9779801234567"
    assert take(app, sent.link) == 303
    assert asha.phone == "+9779801234567"
    assert ways(session, asha) == {Service.EMAIL: "asha@example.org", Service.PHONE: "+9779801234567"}


def test_the_link_is_good_once_for_a_day_and_until_another_is_sent(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    assert offer(admin, asha, "one@example.org") == 303
    first = letter(session, OFFER).link
    assert offer(admin, asha, "two@example.org") == 303
    second = next(one.link for one in letters(session, OFFER) if one.to == "two@example.org")
    assert take(app, first) == 404
    assert take(app, second.replace("email", "phone")) == 404
    assert (take(app, second), take(app, second)) == (303, 404)
    assert asha.email == "two@example.org"
    assert offer(admin, asha, "three@example.org") == 303
    third = next(one.link for one in letters(session, OFFER) if one.to == "three@example.org")
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.used_at.is_(None))
        .values(expires_at=OneTimeToken.expires_at - dt.timedelta(hours=24))
    )
    session.commit()
    assert take(app, third) == 404


def test_only_the_hash_of_the_link_is_stored(session: Session, admin: FlaskClient, asha: User) -> None:
    assert offer(admin, asha, "new@example.org") == 303
    token = letter(session, OFFER).link.partition("token=")[2]
    stored = session.scalars(select(OneTimeToken.token_hash)).one()
    assert token.encode() not in stored
    assert len(stored) == 32


@pytest.mark.parametrize("typed", ["", "nobody", "a@b@c", "12", "a b@example.org", "x\0@example.org", "@"])
def test_what_is_no_address_is_refused(session: Session, admin: FlaskClient, asha: User, typed: str) -> None:
    answer = admin.post(f"/users/{asha.uuid}/address", data={"address": typed})
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text
    assert letters(session) == []


def test_E9_an_address_of_somebody_else_is_refused_when_offered_and_when_taken(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    add_user_with(session, "bimal", "Viewer")
    assert offer(admin, asha, "bimal@example.org") == 422
    assert offer(admin, asha, "asha@example.org") == 422
    assert offer(admin, asha, "free@example.org") == 303
    add_user_with(session, "free", "Viewer")
    assert take(app, letter(session, OFFER).link) == 422
    assert asha.email == "asha@example.org"


def test_C9_the_address_of_who_may_more_is_out_of_reach(
    session: Session, keeper: FlaskClient, admin: FlaskClient, chief: User
) -> None:
    assert keeper.get(f"/users/{chief.uuid}/address").status_code == 422
    assert offer(keeper, chief, "mine@example.org") == 422
    assert letters(session) == []
    assert offer(admin, chief, "mine@example.org") == 422  # one's own is changed in one's profile


def test_nobody_sends_more_than_a_few_and_none_for_who_is_deactivated(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    answers = [offer(admin, asha, f"new{at}@example.org") for at in range(6)]
    assert answers == [303] * 5 + [429]
    bimal = add_user_with(session, "bimal", "Viewer")
    bimal.deleted_at = dt.datetime.now(dt.UTC)
    session.commit()
    assert offer(admin, bimal, "new@example.org") == 409


def test_C7_the_form_takes_one_address_and_nothing_else(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    assert offer(admin, asha, "new@example.org", email="x@example.org", user_id="1", kind="phone") == 303
    assert [one.to for one in letters(session)] == ["new@example.org"]
    assert session.scalar(select(func.count()).select_from(OneTimeToken)) == 1


def test_the_persons_own_page_still_works_while_an_offer_waits(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    hers = enter_as(app.test_client(), session, asha)
    assert offer(admin, asha, "new@example.org") == 303
    for path in ("/account", "/account/email", "/account/email/confirm"):
        assert hers.get(path).status_code in {200, 303}
    assert hers.post("/account/email/confirm", data={"code": "12345678"}).status_code == 422
    assert asha.email == "asha@example.org"


def test_a_keeper_changes_the_address_of_who_may_less(
    app: Flask, session: Session, signed_in_as: SignedInAs, keeper: FlaskClient
) -> None:
    small = add_user_with(session, "small", None, [])
    assert offer(keeper, small, "new@example.org") == 303
    assert take(app, letter(session, OFFER).link) == 303
    assert small.email == "new@example.org"


def test_C9_an_offer_made_while_somebody_could_do_less_is_void_when_they_can_do_more(
    app: Flask, session: Session, keeper: FlaskClient, admin: FlaskClient
) -> None:
    small = add_user_with(session, "small", None, [])
    assert offer(keeper, small, "mine@example.org") == 303
    role = session.scalars(select(Role.id).where(Role.name == "Admin")).one()
    assert admin.post(f"/users/{small.uuid}/roles/give", data={"role": role}).status_code == 303
    assert take(app, letter(session, OFFER).link) == 404
    assert small.email == "small@example.org"
