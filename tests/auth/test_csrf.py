"""D1: what changes something is only taken from our own pages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.models import AuthSession
from portal.users.models import User
from tests.auth.people import PASSWORD, cookie_of, is_signed_in

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def enter(client: FlaskClient) -> None:
    token = token_of(client.get("/sign-in").text)
    answer = client.post(
        "/sign-in", data={"identifier": "asha@example.org", "password": PASSWORD, "csrf_token": token}
    )
    assert answer.status_code == 303


PATHS = ["/sign-in", "/sign-out", "/account/sessions/end-others"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shape", ["form", "multipart", "htmx", "empty token", "foreign token"])
def test_D1_without_our_token_nothing_happens(
    app: Flask, client: FlaskClient, session: Session, asha: User, path: str, shape: str
) -> None:
    enter(client)
    stranger = app.test_client()
    foreign = token_of(stranger.get("/sign-in").text)
    answer = client.post(
        path,
        data={"empty token": {"csrf_token": ""}, "foreign token": {"csrf_token": foreign}}.get(
            shape, {"a": "b"}
        ),
        content_type="multipart/form-data" if shape == "multipart" else None,
        headers={"HX-Request": "true"} if shape == "htmx" else None,
    )
    assert answer.status_code == 400
    assert is_signed_in(client)


@pytest.mark.parametrize("path", PATHS[1:])
def test_D1_the_control_with_our_token_it_does(client: FlaskClient, asha: User, path: str) -> None:
    enter(client)
    token = token_of(client.get("/account/sessions").text)
    assert client.post(path, data={"csrf_token": token}).status_code == 303


def test_D1_the_token_of_before_signing_in_is_void_after(client: FlaskClient, asha: User) -> None:
    before = token_of(client.get("/sign-in").text)
    enter(client)
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert is_signed_in(client)


def test_D1_and_the_token_of_a_session_is_void_after_signing_out(client: FlaskClient, asha: User) -> None:
    enter(client)
    inside = token_of(client.get("/account/sessions").text)
    assert client.post("/sign-out", data={"csrf_token": inside}).status_code == 303
    typed = {"identifier": "asha@example.org", "password": PASSWORD, "csrf_token": inside}
    assert client.post("/sign-in", data=typed).status_code == 400


def test_D1_looking_changes_nothing(client: FlaskClient, session: Session, asha: User) -> None:
    enter(client)
    client.get("/account/sessions")
    cookie = cookie_of(client)
    before = [row.last_seen_at for row in session.scalars(select(AuthSession))]
    for path in ("/account/sessions", "/sign-in", "/sign-out", "/account/sessions/end-others"):
        client.get(path)
        client.head(path)
    assert [row.last_seen_at for row in session.scalars(select(AuthSession))] == before
    assert cookie_of(client) == cookie
    assert is_signed_in(client)
