"""The cookie: what it holds, where it goes, and what is not taken for one."""

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.auth.queries.sessions import token_hash
from portal.users.models import User
from tests.auth.people import cookie_of, is_signed_in, payload, sessions, sign_in

pytestmark = pytest.mark.database


def test_B1_over_https_the_cookie_is_bound_to_the_host_and_hidden_from_scripts(
    client: FlaskClient, asha: User
) -> None:
    answer = sign_in(client, "asha", base_url="https://portal.example")
    name, *marks = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-sid=")
    assert sorted(marks) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert client.get("/account/sessions", base_url="https://portal.example").status_code == 200


def test_B1_on_ones_own_machine_over_plain_http_it_is_the_same_but_for_https(
    client: FlaskClient, asha: User
) -> None:
    answer = sign_in(client, "asha", base_url="http://127.0.0.1:8000")
    name, *marks = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("sid=")
    assert sorted(marks) == ["HttpOnly", "Path=/", "SameSite=Lax"]


def test_B1_elsewhere_over_plain_http_the_cookie_still_asks_for_https(client: FlaskClient) -> None:
    answer = client.get("/sign-in", base_url="http://portal.example")
    cookie = answer.headers.get("Set-Cookie", "__Host-sid=; Secure")
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie


def test_B1_the_cookie_holds_two_random_values_and_nothing_about_the_person(
    client: FlaskClient, asha: User
) -> None:
    sign_in(client, "asha")
    client.get("/account/sessions")
    held = payload(cookie_of(client) or "")
    assert set(held) == {"_user_id", "csrf_token"}
    assert len(held["_user_id"]) == 43
    assert len(held["csrf_token"]) == 40


def test_B2_the_database_holds_only_the_hash_of_the_token(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    token = payload(cookie_of(client) or "")["_user_id"]
    row = sessions(session)[0]
    assert row.token_hash == token_hash(token)
    dump = str(session.execute(text("SELECT s::text FROM tbl_auth_sessions s")).scalar_one())
    assert token not in dump
    assert token.encode().hex() not in dump


def test_B2_what_stands_in_the_database_does_not_open_a_session(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    row = sessions(session)[0]
    for stolen in ((row.token_hash or b"").hex(), str(row.session_id), str(row.id), str(asha.uuid)):
        thief = app.test_client()
        with thief.session_transaction() as kept:
            kept["_user_id"] = stolen
        assert not is_signed_in(thief)


def forged(app: Flask, token: str, key: str) -> str:
    """A cookie as the portal would write it, signed with some key."""

    class Other:
        secret_key = key
        config = {"SECRET_KEY_FALLBACKS": None}

    serializer = SecureCookieSessionInterface().get_signing_serializer(Other())  # type: ignore[arg-type]
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token}))


@pytest.mark.parametrize(
    "damage", ["tampered", "truncated", "long", "empty", "text", "other key", "not ascii"]
)
def test_B11_a_damaged_cookie_is_nobodys(app: Flask, client: FlaskClient, asha: User, damage: str) -> None:
    sign_in(client, "asha")
    cookie = cookie_of(client) or ""
    token = payload(cookie)["_user_id"]
    assert is_signed_in(client)
    worse = {
        "tampered": ("A" if cookie[0] != "A" else "B") + cookie[1:],
        "truncated": cookie[: len(cookie) // 2],
        "long": cookie + "x" * 10_000,
        "empty": "",
        "text": "asha@example.org",
        "other key": forged(app, token, "another key"),
        "not ascii": "é" * 40,
    }[damage]
    browser = app.test_client()
    browser.set_cookie("sid", worse)
    assert browser.get("/account/sessions").status_code == 303
    assert browser.get("/sign-in").status_code == 200
    assert sign_in(browser, "asha").status_code == 303


def test_B11_the_control_a_cookie_signed_with_our_key_is_taken(
    app: Flask, client: FlaskClient, asha: User
) -> None:
    sign_in(client, "asha")
    token = payload(cookie_of(client) or "")["_user_id"]
    browser = app.test_client()
    browser.set_cookie("sid", forged(app, token, str(app.secret_key)))
    assert is_signed_in(browser)


@pytest.mark.parametrize("value", [5, None, ["a"], {"a": 1}, "", "\0", "x" * 3_000, "ü"])
def test_B11_so_is_a_rightly_signed_one_with_an_odd_token(
    client: FlaskClient, asha: User, value: object
) -> None:
    with client.session_transaction() as kept:
        kept["_user_id"] = value
    assert client.get("/account/sessions").status_code == 303
