"""Signing in by another service, at real servers on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.auth.models import Auth, AuthSession
from portal.auth.views import services as views
from portal.core.enums import Service
from portal.users.models import User
from portal.web import logs
from portal.web.logs import configure_logs
from tests.auth.people import cookie_of, is_signed_in
from tests.auth.service_process import CLIENT, SECRET
from tests.auth.services import (
    Running,
    consent,
    enter_by,
    go_there,
    independent_service,
    link,
    register,
    settings,
)
from tests.auth.test_sign_in import ELSEWHERE, ended

pytestmark = pytest.mark.database

OPEN_ID = [Service.GOOGLE, Service.LINKEDIN, Service.APPLE]
PLAIN = [Service.GITHUB, Service.FACEBOOK, Service.TWITTER]


@pytest.fixture
def independent() -> Iterator[Running]:
    with independent_service() as service:
        yield service


def test_somebody_signs_in_at_an_independent_provider(
    app: Flask,
    client: FlaskClient,
    session: Session,
    asha: User,
    independent: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.extensions, "portal_providers", {})
    register(app, settings(independent, Service.GOOGLE))
    link(session, asha, Service.GOOGLE, "asha-over-there")
    sent = client.get("/sign-in/google").location
    back = consent(sent, {"sub": "asha-over-there"})
    assert client.get(back).location == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("kind", [*PLAIN, Service.GOOGLE])
def test_somebody_signs_in_by_a_linked_account(
    client: FlaskClient, session: Session, asha: User, service: Running, kind: Service
) -> None:
    auth = link(session, asha, kind)
    answer = enter_by(client, kind.lower())
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert auth.last_login_at is not None


def test_linkedin_is_sent_neither_verifier_nor_nonce_and_needs_none(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    service.script(pkce=False, mode="no nonce")
    link(session, asha, Service.LINKEDIN)
    sent = client.get("/sign-in/linkedin").location
    assert "code_challenge" not in sent
    assert "nonce" not in sent
    assert client.get(consent(sent)).status_code == 303


def test_apple_gets_a_secret_that_its_key_has_signed(
    app: Flask, client: FlaskClient, session: Session, asha: User, service: Running, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "AuthKey_KEY1.p8"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    config = {
        **settings(service, Service.APPLE),
        "PORTAL_APPLE_KEY_FILE": str(file),
        "PORTAL_APPLE_TEAM_ID": "TEAM1",
        "PORTAL_APPLE_KEY_ID": "KEY1",
    }
    register(app, config)
    service.script(apple=public.decode())
    link(session, asha, Service.APPLE)
    sent = client.get("/sign-in/apple").location
    assert "scope=openid&" in sent + "&"  # with more, Apple would answer by a form from its own site
    assert client.get(consent(sent)).status_code == 303
    register(app, {**config, "PORTAL_APPLE_KEY_ID": "KEY2"})
    assert enter_by(app.test_client(), "apple").status_code == 422


def test_the_browser_is_sent_there_with_everything_that_binds_the_answer(
    client: FlaskClient, service: Running
) -> None:
    sent = client.get("/sign-in/google").location
    for part in (
        f"{service.url}/authorize?",
        "response_type=code",
        f"client_id={CLIENT}",
        "redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in%2Fgoogle%2Fanswer",
        "code_challenge_method=S256",
        "state=",
        "nonce=",
    ):
        assert part in sent
    assert client.get("/sign-in/google").location != sent


def test_an_unknown_account_makes_none_and_finds_none_by_its_address(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    before = session.scalar(select(func.count()).select_from(Auth))
    answer = enter_by(client, "google")  # over there, they are asha@example.org too
    assert answer.status_code == 403
    assert "ask an administrator" in answer.text
    assert not is_signed_in(client)
    assert session.scalar(select(func.count()).select_from(Auth)) == before


def test_G1_a_refused_account_is_on_record_without_its_name(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    enter_by(client, "google")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.action == "SIGN_IN_FAILED"
    assert entry.details == {"service": "GOOGLE"}


@pytest.mark.parametrize("what", ["user", "role", "assignment", "no role"])
def test_A13_who_has_left_does_not_come_in_by_a_service(
    client: FlaskClient, session: Session, asha: User, service: Running, what: str
) -> None:
    link(session, asha, Service.GITHUB)
    session.execute(text(ended(what)))
    assert enter_by(client, "github").status_code == 403
    assert session.scalar(select(func.count()).select_from(AuthSession)) == 0


def test_a_locked_way_to_sign_in_stays_locked(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB).is_locked = True
    session.commit()
    assert enter_by(client, "github").status_code == 403


def test_A1_the_cookie_changes_with_a_service_and_the_old_one_stays_nobody(
    app: Flask, client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    back = go_there(client, "github")
    before = cookie_of(client) or ""
    client.get(back)
    assert cookie_of(client) != before
    stranger = app.test_client()
    stranger.set_cookie("sid", before)
    assert not is_signed_in(stranger)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_A14_a_service_never_leads_to_another_site(
    client: FlaskClient, session: Session, asha: User, service: Running, target: str
) -> None:
    link(session, asha, Service.GITHUB)
    assert enter_by(client, "github", next=target).location == "/"


def test_A14_it_leads_back_to_where_one_was(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    page = client.get("/sign-in?next=/account/sessions").text
    assert "/sign-in/github?next=/account/sessions" in page.replace("%2F", "/")
    assert enter_by(client, "github", next="/account/sessions").location == "/account/sessions"


def test_only_what_is_configured_is_offered_and_there(
    app: Flask, client: FlaskClient, running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "portal_providers", {})
    register(app, settings(running_service, Service.GITHUB))
    page = client.get("/sign-in").text
    assert ">GitHub</a>" in page
    assert ">Google</a>" not in page
    for path in ("/sign-in/google", "/sign-in/google/answer", "/sign-in/nobody", "/sign-in/email"):
        assert client.get(path).status_code == 404


def test_who_is_signed_in_already_is_sent_on(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    enter_by(client, "github")
    assert client.get("/sign-in/github").location == "/"


def test_over_plain_http_from_elsewhere_nothing_is_begun(client: FlaskClient, service: Running) -> None:
    answer = client.get("/sign-in/github", base_url="http://portal.example")
    assert answer.location.endswith("/sign-in")


def test_secrets_codes_and_tokens_stand_in_no_log_and_on_no_page(
    app: Flask,
    client: FlaskClient,
    session: Session,
    asha: User,
    service: Running,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = structlog.get_config()
    configure_logs()  # a logger keeps the file it began with
    monkeypatch.setattr(logs, "log", structlog.get_logger())
    monkeypatch.setattr(views, "log", structlog.get_logger())
    link(session, asha, Service.GITHUB)
    pages = [client.get("/sign-in").text]
    back = go_there(client, "github")
    service.script(mode="away")
    pages.append(client.get(back).text)
    service.script(mode="")
    pages += [enter_by(client, "google").text, enter_by(client, "github").text]
    code = back.partition("code=")[2].partition("&")[0]
    seen = "".join([*pages, *capsys.readouterr(), repr(app.extensions["portal_providers"])])
    structlog.configure(**before)
    assert "service_refused" in seen
    for secret in (SECRET, code, "4711", "asha-at-github"):
        assert secret not in seen


def test_A5_who_comes_back_all_the_time_has_to_wait(
    client: FlaskClient, service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SERVICE_MOST", 1)
    assert enter_by(client, "github").status_code == 403
    assert enter_by(client, "github").status_code == 429
