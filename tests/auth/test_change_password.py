"""Taking another password, and the one that is good for coming in once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import Auth
from portal.users.models import User
from tests.auth.people import PASSWORD, WRONG, cookie_of, is_signed_in, sign_in

pytestmark = pytest.mark.database

NEW = "four words, quite new"


def change(
    client: FlaskClient, current: str = PASSWORD, new: str = NEW, again: str | None = None
) -> TestResponse:
    typed = {"current": current, "password": new, "again": new if again is None else again}
    return client.post("/account/password", data=typed)


@pytest.fixture
def one_time(session: Session, asha: User) -> None:
    """Asha's password is one that was made for her."""
    session.execute(text("""UPDATE tbl_auth SET details = '{"oneTimePassword": true, "kept": 1}'"""))


def test_the_new_password_counts_and_the_old_one_no_more(app: Flask, client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    assert change(client).status_code == 303
    assert is_signed_in(client)
    assert sign_in(app.test_client(), "asha").status_code == 422
    assert sign_in(app.test_client(), "asha", NEW).status_code == 303


def test_B6_all_other_sessions_end_and_this_one_gets_another_token(
    app: Flask, client: FlaskClient, asha: User, bimal: User
) -> None:
    other, bystander, thief = app.test_client(), app.test_client(), app.test_client()
    sign_in(client, "asha")
    sign_in(other, "asha")
    sign_in(bystander, "bimal")
    thief.set_cookie("sid", cookie_of(client) or "")
    assert is_signed_in(thief)
    change(client)
    browsers = (client, other, thief, bystander)
    assert [is_signed_in(browser) for browser in browsers] == [True, False, False, True]


def test_A12_the_current_password_is_asked_for_and_guesses_are_counted(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    for _attempt in range(5):
        answer = change(client, current=WRONG)
        assert answer.status_code == 422
        assert "current-error" in answer.text
    assert session.scalars(select(Auth)).one().is_locked
    assert change(client).status_code == 422
    assert sign_in(client, "asha").status_code == 303  # still signed in: sent on, not asked


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("too short", None, "password"),
        (PASSWORD, None, "password"),
        ("asha@example.org1", None, "password"),
        (NEW, NEW + "!", "again"),
        ("", None, "password"),
        ("x" * 1_001, None, "password"),
    ],
)
def test_A6_a_weak_or_mistyped_one_is_refused_at_its_field(
    app: Flask, client: FlaskClient, asha: User, new: str, again: str | None, field: str
) -> None:
    sign_in(client, "asha")
    answer = change(client, new=new, again=again)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sign_in(app.test_client(), "asha").status_code == 303


def test_A11_a_password_for_the_first_time_leads_only_to_choosing_ones_own(
    client: FlaskClient, one_time: None
) -> None:
    sign_in(client, "asha")
    for path in ("/account/sessions", "/beneficiaries"):
        assert client.get(path).location == "/account/password"
    fragment = client.get("/beneficiaries", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, "/account/password")
    assert client.post("/account/sessions/end-others").location == "/account/password"
    assert "Choose a password of your own" in client.get("/account/password").text


def test_A11_and_everything_is_open_once_it_is_chosen(
    client: FlaskClient, session: Session, one_time: None
) -> None:
    sign_in(client, "asha")
    assert change(client).status_code == 303
    assert client.get("/beneficiaries").status_code == 200
    assert session.scalars(select(Auth)).one().details == {"kept": 1}


def test_signing_out_is_possible_before_that(client: FlaskClient, one_time: None) -> None:
    sign_in(client, "asha")
    assert client.post("/sign-out").location == "/sign-in"
