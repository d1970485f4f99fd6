"""One's own ways to sign in: which there are, linking a service or a wallet, unlinking."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import Auth, AuthSession
from portal.auth.passwords import Passwords
from portal.core.db import db
from portal.core.enums import Service
from portal.users.models import User
from tests.auth.messages import letters
from tests.auth.people import PASSWORD, WRONG, is_signed_in, person_in, sign_in, statements
from tests.auth.services import (
    METHODS,
    Running,
    consent,
    enter_by,
    go_there,
    link,
    register,
    settings,
)
from tests.auth.wallet_signing import Wallet, text_of
from tests.auth.wallet_signing import link as link_wallet
from tests.auth.wallet_signing import sign_in as sign_in_by_wallet

pytestmark = pytest.mark.database

OWN_WALLET, OWN_SIGNATURE = "/account/wallet", "/account/wallet/signature"


@pytest.fixture(autouse=True)
def some_services(app: Flask, service: Running) -> None:
    """Not all, so that one can be added and one not."""
    register(app, settings(service, Service.GITHUB, Service.GOOGLE))


@pytest.fixture
def inside(client: FlaskClient, asha: User) -> FlaskClient:
    """Asha's browser, signed in by e-mail."""
    sign_in(client, "asha")
    return client


def ways(session: Session, user: User) -> list[str]:
    found = session.scalars(select(Auth).where(Auth.user_id == user.id).order_by(Auth.service))
    return [f"{auth.service} {auth.service_id}" for auth in found]


def link_github(client: FlaskClient) -> TestResponse:
    """Link an account as a person does: password, way there, back."""
    sent = client.post(f"{METHODS}/github", data={"current": PASSWORD})
    assert sent.location == f"{METHODS}/github/way"
    found = re.search(r'href="(http://127[^"]+)"', client.get(sent.location).text)
    assert found
    return client.get(consent(found[1].replace("&amp;", "&")))


def id_of(session: Session, service: Service) -> int:
    return session.scalars(select(Auth.id).where(Auth.service == service)).one()


def unlink(client: FlaskClient, method_id: int, password: str = PASSWORD) -> TestResponse:
    return client.post(f"{METHODS}/{method_id}/unlink", data={"current": password})


def test_the_list_shows_ones_own_ways_and_what_could_be_added(
    inside: FlaskClient, session: Session, asha: User, bimal: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    link(session, bimal, Service.GOOGLE, "0815")
    page = inside.get(METHODS).text
    assert "asha@example.org" in page
    assert "bimal" not in page
    assert f"{METHODS}/google" in page
    assert f"{METHODS}/github" not in page
    assert "4711" not in page


def test_the_list_takes_two_statements_however_many_ways_there_are(
    inside: FlaskClient, session: Session, asha: User
) -> None:
    link(session, asha, Service.GITHUB)
    link_wallet(session, asha, Wallet())
    with statements() as sent:
        assert inside.get(METHODS).status_code == 200
    assert len(sent) == 2  # who it is, and their ways to sign in


def test_A12_a_service_is_linked_after_the_password_and_told_by_mail(
    app: Flask, inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    assert link_github(inside).location == METHODS
    assert "asha-at-github" in inside.get(METHODS).text
    (told,) = letters(session, "method")
    assert told.to == "asha@example.org"
    assert "GitHub" in told.body
    stranger = app.test_client()
    assert enter_by(stranger, "github").status_code == 303
    assert is_signed_in(stranger)


def test_A12_without_the_password_nothing_is_begun_and_guesses_are_counted(
    inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    for path in (f"{METHODS}/github", OWN_WALLET):
        data = {"current": WRONG, "address": Wallet().address}
        assert inside.post(path, data=data).status_code == 422
    assert inside.get(f"{METHODS}/github/way").location == f"{METHODS}/github"
    assert inside.get(OWN_SIGNATURE).location == OWN_WALLET
    assert session.scalars(select(Auth.false_attempts)).one() == 2


def test_who_has_no_password_must_have_signed_in_lately(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    session.execute(text('UPDATE tbl_auth SET "passwordHash" = NULL'))
    link(session, asha, Service.GOOGLE)
    enter_by(client, "google")
    page = client.get(f"{METHODS}/github")
    assert 'type="password"' not in page.text
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '11 minutes'"))
    assert client.post(f"{METHODS}/github").status_code == 422
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '9 minutes'"))
    assert client.post(f"{METHODS}/github").status_code == 303


def test_an_account_of_somebody_else_is_refused_without_telling_whose(
    inside: FlaskClient, session: Session, asha: User, bimal: User, service: Running
) -> None:
    link(session, bimal, Service.GITHUB)
    assert link_github(inside).location == METHODS
    page = inside.get(METHODS).text
    assert "cannot be linked to your account" in page
    assert "imal" not in page
    assert ways(session, asha) == ["EMAIL asha@example.org"]
    assert letters(session, "method") == []


def test_a_second_account_of_one_service_is_refused_and_the_same_again_is_not(
    inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link_github(inside)
    link_github(inside)
    service.script(subject="4712")
    link_github(inside)
    assert "You have linked another account of this service" in inside.get(METHODS).text
    assert ways(session, asha) == ["EMAIL asha@example.org", "GITHUB 4711"]


def test_A9_an_answer_that_was_begun_for_signing_in_links_nothing(
    app: Flask, inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    """Nor one that somebody else began: else they could come in by their own account afterwards."""
    assert inside.get(go_there(app.test_client(), "github")).status_code == 400
    inside.post(f"{METHODS}/github", data={"current": PASSWORD})
    assert inside.get(go_there(app.test_client(), "github")).status_code == 400
    assert ways(session, asha) == ["EMAIL asha@example.org"]


def test_A9_an_answer_begun_by_one_person_links_nothing_to_another(
    app: Flask, inside: FlaskClient, session: Session, bimal: User
) -> None:
    sent = inside.post(f"{METHODS}/github", data={"current": PASSWORD}).location
    found = re.search(r'href="(http://127[^"]+)"', inside.get(sent).text)
    assert found
    other = app.test_client()
    sign_in(other, "bimal")
    with inside.session_transaction() as hers, other.session_transaction() as his:
        his["errand"] = hers["errand"]
    assert other.get(consent(found[1].replace("&amp;", "&"))).status_code == 404
    assert ways(session, bimal) == ["EMAIL bimal@example.org"]


def test_a_way_is_unlinked_with_the_password_its_sessions_end_and_it_is_told(
    app: Flask, inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    elsewhere = app.test_client()
    enter_by(elsewhere, "github")
    assert is_signed_in(elsewhere)
    github = id_of(session, Service.GITHUB)
    assert unlink(inside, github, WRONG).status_code == 422
    assert unlink(inside, github).location == METHODS
    assert ways(session, asha) == ["EMAIL asha@example.org"]
    assert not is_signed_in(elsewhere)
    assert is_signed_in(inside)
    assert enter_by(elsewhere, "github").status_code == 403
    (told,) = letters(session, "method")
    assert "any more" in told.body
    assert len(session.scalars(select(AuthSession)).all()) == 2  # their history stays


def test_the_session_that_unlinks_its_own_way_lives_on(
    client: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    link(session, asha, Service.GITHUB)
    enter_by(client, "github")
    assert unlink(client, id_of(session, Service.GITHUB)).status_code == 303
    assert is_signed_in(client)


def test_the_last_way_cannot_be_unlinked(
    app: Flask, inside: FlaskClient, session: Session, asha: User, service: Running
) -> None:
    email = id_of(session, Service.EMAIL)
    assert f"/{email}/unlink" not in inside.get(METHODS).text
    assert unlink(inside, email).status_code == 422
    link(session, asha, Service.GITHUB)
    assert f"/{email}/unlink" in inside.get(METHODS).text
    register(app, {})  # a service that is switched off here leads nobody in
    assert unlink(inside, email).status_code == 422
    assert ways(session, asha) == ["EMAIL asha@example.org", "GITHUB 4711"]
    register(app, settings(service, Service.GITHUB))
    assert unlink(inside, email).status_code == 303
    assert ways(session, asha) == ["GITHUB 4711"]


@pytest.mark.parametrize("number", ["0", "2147483647"])
def test_C3_others_ways_and_none_answer_alike(
    inside: FlaskClient, session: Session, bimal: User, number: str
) -> None:
    others = session.scalars(select(Auth.id).where(Auth.user_id == bimal.id)).one()
    for method in ("get", "post"):
        theirs = inside.open(f"{METHODS}/{others}/unlink", method=method, data={"current": PASSWORD})
        nobodys = inside.open(f"{METHODS}/{number}/unlink", method=method, data={"current": PASSWORD})
        assert theirs.status_code == nobodys.status_code == 404
    assert inside.get(f"{METHODS}/99999999999999/unlink").status_code == 404
    assert ways(session, bimal) == ["EMAIL bimal@example.org"]


def test_of_two_that_are_unlinked_at_once_one_stays(
    committed_app: Flask, cheap_passwords: Passwords, running_service: Running
) -> None:
    register(committed_app, settings(running_service, Service.GITHUB))
    committed_app.extensions["portal_passwords"] = cheap_passwords
    for round in range(5):
        name = f"asha{round}"
        with committed_app.app_context():
            session = db.session()
            user = person_in(session, cheap_passwords, name, "Viewer")
            link(session, user, Service.GITHUB, name)
            ids = session.scalars(select(Auth.id).where(Auth.user_id == user.id)).all()
            user_id = user.id
        browsers = [committed_app.test_client(), committed_app.test_client()]
        for browser in browsers:
            sign_in(browser, name)
        ready = threading.Barrier(2)

        def go(
            at: int,
            browsers: list[FlaskClient] = browsers,
            ids: object = ids,
            ready: threading.Barrier = ready,
        ) -> int:
            ready.wait()
            return unlink(browsers[at], list(ids)[at]).status_code  # type: ignore[call-overload]

        with ThreadPoolExecutor(2) as two:
            answers = sorted(two.map(go, range(2)))
        assert answers[0] == 303
        assert answers[1] in {303, 422} or answers[1] == 401
        with committed_app.app_context():
            left = db.session().scalars(select(Auth).where(Auth.user_id == user_id)).all()
            assert len(left) == 1


# --- wallets ---


def prove(client: FlaskClient, wallet: Wallet) -> str:
    """Name the wallet and the password; the text to sign."""
    data = {"address": wallet.address, "current": PASSWORD}
    assert client.post(OWN_WALLET, data=data).location == OWN_SIGNATURE
    return text_of(client.get(OWN_SIGNATURE))


def test_A12_a_wallet_is_proved_stands_in_the_profile_and_leads_in(
    app: Flask, inside: FlaskClient, session: Session, asha: User
) -> None:
    wallet = Wallet()
    said = prove(inside, wallet)
    assert "Link this wallet to my account" in said
    assert inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)}).location == METHODS
    assert asha.wallet == wallet.address
    assert ways(session, asha) == ["EMAIL asha@example.org", f"WALLET {wallet.address}"]
    assert len(letters(session, "method")) == 1
    assert sign_in_by_wallet(app.test_client(), wallet).status_code == 303


def test_another_wallet_takes_its_place_and_ends_what_the_first_had_opened(
    app: Flask, inside: FlaskClient, session: Session, asha: User
) -> None:
    first, second = Wallet(), Wallet()
    link_wallet(session, asha, first)
    elsewhere = app.test_client()
    sign_in_by_wallet(elsewhere, first)
    said = prove(inside, second)
    assert inside.post(OWN_SIGNATURE, data={"signature": second.sign(said)}).status_code == 303
    assert ways(session, asha) == ["EMAIL asha@example.org", f"WALLET {second.address}"]
    assert not is_signed_in(elsewhere)
    assert sign_in_by_wallet(elsewhere, first).status_code == 422


def test_A9_A10_a_wallet_is_not_ones_own_by_another_signature_nor_by_one_used_before(
    app: Flask, inside: FlaskClient, session: Session, asha: User
) -> None:
    wallet = Wallet()
    said = prove(inside, wallet)
    assert inside.post(OWN_SIGNATURE, data={"signature": Wallet().sign(said)}).status_code == 422
    assert inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)}).location == OWN_WALLET
    again = prove(inside, wallet)
    assert inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)}).status_code == 422
    assert again != said
    assert ways(session, asha) == ["EMAIL asha@example.org"]
    assert asha.wallet is None


def test_A10_a_signature_for_signing_in_links_no_wallet(
    inside: FlaskClient, session: Session, asha: User
) -> None:
    wallet = Wallet()
    said = prove(inside, wallet).replace("Link this wallet to my account at", "Sign in to")
    assert inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)}).status_code == 422
    assert ways(session, asha) == ["EMAIL asha@example.org"]


def test_a_wallet_of_somebody_else_is_refused_without_telling_whose(
    inside: FlaskClient, session: Session, asha: User, bimal: User
) -> None:
    wallet, own = Wallet(), Wallet()
    link_wallet(session, bimal, wallet)
    said = prove(inside, wallet)
    answer = inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)})
    assert answer.status_code == 422
    assert "cannot be linked" in answer.text
    assert "imal" not in answer.text
    link_wallet(session, asha, own)
    said = prove(inside, wallet)
    assert inside.post(OWN_SIGNATURE, data={"signature": wallet.sign(said)}).status_code == 422
    assert ways(session, asha) == ["EMAIL asha@example.org", f"WALLET {own.address}"]
    assert ways(session, bimal) == ["EMAIL bimal@example.org", f"WALLET {wallet.address}"]
