"""Signing in by wallet: the server's text, once, here, in time, by this key."""

import datetime as dt
import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations import wallets as operations
from portal.auth.operations.sessions import Visit
from portal.auth.views import wallet as views
from portal.auth.wallet_messages import SIGN_IN, WalletMessage, new_nonce, signer_of
from portal.users.models import User
from tests.auth.people import cookie_of, is_signed_in, statements, without_token
from tests.auth.test_sign_in import ELSEWHERE, ended
from tests.auth.wallet_signing import ASK, SIGN, Wallet, ask, link, sign_in, text_of

pytestmark = pytest.mark.database


@pytest.fixture
def wallet() -> Wallet:
    return Wallet()


@pytest.fixture
def auth(session: Session, asha: User, wallet: Wallet) -> Auth:
    return link(session, asha, wallet)


def message(wallet: Wallet, asked_before: dt.timedelta = dt.timedelta()) -> WalletMessage:
    uri, now = "http://localhost/sign-in/wallet", dt.datetime.now(dt.UTC)
    return WalletMessage(SIGN_IN, "localhost", uri, wallet.address, new_nonce(), now - asked_before)


def test_the_text_is_laid_out_as_the_standard_says() -> None:
    issued = dt.datetime(2026, 11, 22, 20, 0, 5, tzinfo=dt.UTC)
    address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    said = WalletMessage(
        "Say yes.", "portal.example:8443", "https://portal.example/x", address, "n0nce123", issued
    )
    assert said.text() == (
        "portal.example:8443 wants you to sign in with your Ethereum account:\n"
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
        "\n"
        "Say yes.\n"
        "\n"
        "URI: https://portal.example/x\n"
        "Version: 1\n"
        "Chain ID: 1\n"
        "Nonce: n0nce123\n"
        "Issued At: 2026-11-22T20:00:05Z\n"
        "Expiration Time: 2026-11-22T20:10:05Z"
    )  # fmt: skip


def test_A10_the_right_signature_leads_in(
    client: FlaskClient, session: Session, auth: Auth, wallet: Wallet
) -> None:
    answer = sign_in(client, wallet)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert auth.last_login_at is not None


def test_A10_the_text_names_host_address_nonce_and_times_and_the_database_keeps_a_hash(
    client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    said = ask(client, wallet)
    assert said.startswith("localhost wants you to sign in")
    assert f"\n{wallet.address}\n" in said
    found = re.search(r"Nonce: ([0-9a-f]{32})\n", said)
    assert found
    times = re.findall(r"(?:Issued At|Expiration Time): (\S+)", said)
    issued, expires = (dt.datetime.fromisoformat(time) for time in times)
    assert expires - issued <= dt.timedelta(minutes=10)
    kept = auth.challenge or ""
    assert re.fullmatch(r"wallet \d+ [0-9a-f]{64}", kept)
    assert found[1] not in kept


def test_A9_A10_a_signature_is_taken_once_and_the_challenge_cleared(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    signature = wallet.sign(ask(client, wallet))
    before = cookie_of(client) or ""
    assert client.post(SIGN, data={"signature": signature}).status_code == 303
    assert auth.challenge is None
    again = app.test_client()
    again.set_cookie("sid", before)
    assert again.post(SIGN, data={"signature": signature}).status_code == 422
    assert not is_signed_in(again)


def test_A9_A10_the_challenge_is_used_up_by_a_wrong_signature_too(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    said = ask(client, wallet)
    before = cookie_of(client) or ""
    assert client.post(SIGN, data={"signature": Wallet().sign(said)}).status_code == 422
    client.set_cookie("sid", before)
    assert client.post(SIGN, data={"signature": wallet.sign(said)}).status_code == 422
    assert auth.false_attempts == 2


def test_A9_A10_only_the_browser_that_asked_can_answer(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    signature = wallet.sign(ask(client, wallet))
    stranger = app.test_client()
    assert stranger.post(SIGN, data={"signature": signature}).location == ASK
    ask(stranger, Wallet())
    assert stranger.post(SIGN, data={"signature": signature}).status_code == 422
    assert not is_signed_in(stranger)


def test_A10_a_newer_question_voids_the_one_before(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    signature = wallet.sign(ask(client, wallet))
    ask(app.test_client(), wallet)
    assert client.post(SIGN, data={"signature": signature}).status_code == 422


def test_A10_a_signature_for_another_host_is_refused(client: FlaskClient, auth: Auth, wallet: Wallet) -> None:
    said = ask(client, wallet)
    client.set_cookie("sid", cookie_of(client) or "", domain="127.0.0.1")
    there = "http://127.0.0.1:8000"
    assert text_of(client.get(SIGN, base_url=there)).startswith("127.0.0.1:8000 wants")
    assert client.post(SIGN, data={"signature": wallet.sign(said)}, base_url=there).status_code == 422


def test_A10_a_text_that_names_another_host_is_refused(
    client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    said = ask(client, wallet).replace("localhost", "portal.evil.example")
    assert client.post(SIGN, data={"signature": wallet.sign(said)}).status_code == 422


def test_A10_the_host_is_that_of_the_configuration_whatever_a_request_calls_us(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PORTAL_URL", "https://portal.example/")
    said = ask(client, wallet)
    assert said.startswith("portal.example wants")
    assert "URI: https://portal.example/sign-in/wallet\n" in said


def test_A10_another_keys_signature_is_refused_and_counted(
    client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    for attempt in range(1, 6):
        assert sign_in(client, wallet, signer=Wallet()).status_code == 422
        assert auth.false_attempts == attempt
    assert auth.is_locked
    assert sign_in(client, wallet).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize(("minutes", "leads_in"), [(9.5, True), (10.1, False)])
def test_A9_A10_an_old_question_is_not_answered_any_more(
    session: Session, auth: Auth, wallet: Wallet, minutes: float, leads_in: bool
) -> None:
    said = message(wallet, dt.timedelta(minutes=minutes))
    operations.ask_wallet(session, said)
    token = operations.sign_in_with_wallet(session, said, wallet.sign(said.text()), Visit(None, None))
    assert (token is not None) is leads_in


def test_A9_A10_nor_does_the_browser_remember_it_for_longer(
    client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    signature = wallet.sign(ask(client, wallet))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11), tick=False):
        assert client.post(SIGN, data={"signature": signature}).location == ASK


def test_A10_an_unknown_wallet_gets_the_same_answers_for_the_same_work(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    other, stranger = Wallet(), app.test_client()
    answers, sent = [], []
    for browser, one in ((client, wallet), (stranger, other)):
        with statements() as seen:
            said = ask(browser, one)
            answer = browser.post(SIGN, data={"signature": Wallet().sign(said)})
        answers.append((answer.status_code, without_token(answer).replace(one.address, "0x")))
        sent.append(seen)
    assert answers[0] == answers[1]
    assert sent[0] == sent[1]
    assert sign_in(stranger, other).status_code == 422


def test_the_cookie_tells_nothing_of_the_wallet(client: FlaskClient, auth: Auth, wallet: Wallet) -> None:
    nonce = re.search(r"Nonce: (\S+)", ask(client, wallet))
    with client.session_transaction() as cookie:
        told = str(dict(cookie))
    assert "errand" in told
    assert nonce
    assert nonce[1] not in told
    assert wallet.address not in told


@pytest.mark.parametrize("what", ["user", "role", "assignment", "no role"])
def test_A13_who_has_left_does_not_come_in_by_wallet(
    client: FlaskClient, session: Session, auth: Auth, wallet: Wallet, what: str
) -> None:
    session.execute(text(ended(what)))
    assert sign_in(client, wallet).status_code == 422
    assert not is_signed_in(client)


def test_A1_the_cookie_changes_with_a_signature_and_the_old_one_stays_nobody(
    app: Flask, client: FlaskClient, auth: Auth, wallet: Wallet
) -> None:
    signature = wallet.sign(ask(client, wallet))
    before = cookie_of(client) or ""
    client.post(SIGN, data={"signature": signature})
    assert cookie_of(client) != before
    stranger = app.test_client()
    stranger.set_cookie("sid", before)
    assert not is_signed_in(stranger)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_A14_a_signature_never_leads_to_another_site(
    client: FlaskClient, auth: Auth, wallet: Wallet, target: str
) -> None:
    assert client.get(ASK, query_string={"next": target}).status_code == 200
    said = ask(client, wallet, next=target)
    assert client.post(SIGN, data={"signature": wallet.sign(said)}).location == "/"


def test_A14_it_leads_back_to_where_one_was(client: FlaskClient, auth: Auth, wallet: Wallet) -> None:
    assert 'value="/account/sessions"' in client.get(f"{ASK}?next=/account/sessions").text
    said = ask(client, wallet, next="/account/sessions")
    assert client.post(SIGN, data={"signature": wallet.sign(said)}).location == "/account/sessions"


@pytest.mark.parametrize("written", [str.lower, str.upper, lambda address: f"  {address} "])
def test_an_address_may_be_in_small_letters_or_capitals(
    client: FlaskClient, auth: Auth, wallet: Wallet, written: object
) -> None:
    digits = wallet.address[2:]
    assert callable(written)
    typed = written(wallet.address) if " " in written("") else "0x" + written(digits)
    assert client.post(ASK, data={"address": typed}).location == SIGN
    assert f"\n{wallet.address}\n" in text_of(client.get(SIGN))


@pytest.mark.parametrize(
    "typed", ["", "0x", "asha@example.org", "0x" + "g" * 40, "0x" + "a" * 41, "\0", "0x" + "a" * 300]
)
def test_what_is_no_address_is_refused_at_its_field(client: FlaskClient, typed: str) -> None:
    answer = client.post(ASK, data={"address": typed})
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_an_address_with_a_mistyped_letter_is_noticed(client: FlaskClient) -> None:
    answer = client.post(ASK, data={"address": "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"})
    assert answer.status_code == 422


@pytest.mark.parametrize("pasted", ["", "0x", "0x" + "f" * 129, "0x" + "z" * 130, "0x" + "f" * 132, "\0"])
def test_what_is_no_signature_costs_no_try(
    client: FlaskClient, auth: Auth, wallet: Wallet, pasted: str
) -> None:
    said = ask(client, wallet)
    assert client.post(SIGN, data={"signature": pasted}).status_code == 422
    assert auth.false_attempts == 0
    assert client.post(SIGN, data={"signature": f" {wallet.sign(said)}\n"}).status_code == 303


@pytest.mark.parametrize("signature", ["0x" + "0" * 130, "0x" + "f" * 130, "0x" + "0" * 128 + "1b"])
def test_numbers_that_are_no_point_of_the_curve_are_nobodys_signature(signature: str) -> None:
    assert signer_of("text", signature) is None


def test_over_plain_http_from_elsewhere_there_is_nothing_to_sign(client: FlaskClient) -> None:
    answer = client.get(ASK, base_url="http://portal.example")
    assert answer.location.endswith("/sign-in")


def test_A5_who_asks_all_the_time_has_to_wait(
    client: FlaskClient, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WALLET_MOST", 2)
    for _ in range(2):
        ask(client, wallet)
    answer = client.post(ASK, data={"address": wallet.address})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
