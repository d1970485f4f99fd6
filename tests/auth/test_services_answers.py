"""What comes back from another service and is no proof: refused in plain words, and never a fault."""

import socket

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.auth.client import conversation
from portal.core.enums import Service
from portal.users.models import User
from tests.auth.people import cookie_of, is_signed_in
from tests.auth.services import Running, enter_by, go_there, link, register, settings

pytestmark = pytest.mark.database

MISBEHAVING = {
    "wrong nonce": 422,
    "no nonce": 422,
    "wrong audience": 422,
    "wrong issuer": 422,
    "expired": 422,
    "unsigned": 422,
    "signed with our secret": 422,
    "signed by another": 422,
    "no subject": 422,
    "odd": 422,
    "html": 422,
    "huge": 422,
    "led away": 422,
    "away": 503,
}


@pytest.mark.parametrize(("mode", "status"), MISBEHAVING.items())
def test_what_is_no_proof_lets_nobody_in(
    client: FlaskClient, session: Session, asha: User, service: Running, mode: str, status: int
) -> None:
    link(session, asha, Service.GOOGLE)
    back = go_there(client, "google")
    service.script(mode=mode)
    answer = client.get(back)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("mode", ["odd", "html", "huge", "led away", "no subject", "away"])
def test_nor_does_it_where_a_service_is_asked_who_it_was(
    client: FlaskClient, session: Session, asha: User, service: Running, mode: str
) -> None:
    link(session, asha, Service.GITHUB)
    back = go_there(client, "github")
    service.script(mode=mode)
    assert client.get(back).status_code in {422, 503}
    assert not is_signed_in(client)


def test_a_service_that_says_nothing_keeps_nobody_waiting(
    client: FlaskClient, service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "TIMEOUT", (0.2, 0.2))
    back = go_there(client, "github")
    service.script(mode="slow")
    answer = client.get(back)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "does not answer" in answer.text


def test_a_service_that_is_not_there_is_said_to_be_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "portal_providers", {})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        register(app, settings(Running(f"http://127.0.0.1:{probe.getsockname()[1]}"), Service.GOOGLE))
        assert client.get("/sign-in/google").status_code == 503


def test_A9_what_was_begun_is_over_with_any_answer(client: FlaskClient, service: Running) -> None:
    back = go_there(client, "github")
    service.script(mode="away")
    assert client.get(back).status_code == 503
    service.script(mode="")
    assert client.get(back).status_code == 400


def test_who_says_no_over_there_is_told_that_nothing_happened(client: FlaskClient, service: Running) -> None:
    service.script(mode="denied")
    answer = enter_by(client, "github")
    assert answer.status_code == 422
    assert "You said no at GitHub" in answer.text


def test_A9_an_answer_is_taken_once(
    app: Flask, client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    back = go_there(client, "github")
    before = cookie_of(client) or ""
    assert client.get(back).status_code == 303
    client.post("/sign-out")
    assert client.get(back).status_code == 400
    client.set_cookie("sid", before)  # the service takes no code twice either
    assert client.get(back).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize("mend", ["state=x", "state=", "code="])
def test_an_answer_with_another_state_or_without_code_is_refused(
    client: FlaskClient, session: Session, asha: User, service: Running, mend: str
) -> None:
    link(session, asha, Service.GITHUB)
    path, _, query = go_there(client, "github").partition("?")
    name = mend.partition("=")[0]
    parts = [part for part in query.split("&") if not part.startswith(f"{name}=")]
    assert client.get(f"{path}?{'&'.join([*parts, mend])}").status_code in {400, 422}
    assert not is_signed_in(client)


def test_A9_an_answer_begun_in_another_browser_signs_nobody_in(
    app: Flask, client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    """Or somebody could make others work in an account that they read afterwards."""
    link(session, asha, Service.GITHUB)
    back = go_there(app.test_client(), "github")
    assert client.get(back).status_code == 400
    go_there(client, "github")
    assert client.get(back).status_code == 400
    assert not is_signed_in(client)


def test_an_answer_of_one_service_does_not_count_for_another(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.FACEBOOK)
    back = go_there(client, "github")
    assert client.get(back.replace("github", "facebook")).status_code == 400
    assert not is_signed_in(client)
