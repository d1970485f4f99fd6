"""Signing in with a code that is sent by e-mail or SMS."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.challenges import Challenge, hashed_code, new_code, read_code
from portal.auth.limits import CODE_ASKED, CODE_DIGITS, CODES_FROM_ADDRESS
from portal.auth.models import Auth
from portal.auth.operations.accounts import add_phone_account
from portal.auth.passwords import Passwords
from portal.core.db import db
from portal.users.models import User
from tests.auth.conftest import AddPerson
from tests.auth.messages import letter, letters
from tests.auth.people import cookie_of, is_signed_in, payload, person_in, sign_in, statements, without_token

pytestmark = pytest.mark.database

ASHA = "asha@example.org"


def ask(client: FlaskClient, who: str = ASHA, **more: str) -> TestResponse:
    return client.post("/sign-in/code", data={"identifier": who, **more})


def enter(client: FlaskClient, code: str, **more: str) -> TestResponse:
    return client.post("/sign-in/code/enter", data={"code": code, **more})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def account(session: Session) -> Auth:
    return session.scalars(select(Auth)).one()


def test_a_code_that_comes_by_mail_leads_in(client: FlaskClient, session: Session, asha: User) -> None:
    answer = ask(client, " Asha@Example.ORG ")
    assert (answer.status_code, answer.location) == (303, "/sign-in/code/enter")
    assert "8 digits" in client.get(answer.location).text
    sent = letter(session, "code")
    assert sent.to == ASHA
    answer = enter(client, sent.code)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert account(session).last_login_at is not None


def test_who_has_no_password_comes_in_by_phone(
    client: FlaskClient, session: Session, add_person: AddPerson
) -> None:
    user = add_person("bimal", phone="+9779812345678")
    session.execute(text("DELETE FROM tbl_auth"))
    add_phone_account(session, user)
    ask(client, "981-2345678")
    sent = letter(session, "code")
    assert (sent.to, sent.subject) == ("+9779812345678", None)
    assert len(sent.body) <= 306  # two parts of an SMS
    enter(client, sent.code)
    assert is_signed_in(client)


def test_a_code_may_be_typed_with_blanks_and_in_any_digits(
    client: FlaskClient, session: Session, asha: User
) -> None:
    ask(client)
    code = letter(session, "code").code
    assert enter(client, f" {code[:4]} {code[4:]}").status_code == 303
    assert read_code("१२३४ ५६७८") == read_code("1234-5678") == "12345678"


def test_it_leads_back_to_where_one_was_and_nowhere_else(
    client: FlaskClient, session: Session, asha: User
) -> None:
    answer = ask(client, next="/beneficiaries?q=a")
    page = client.get(answer.location or "")
    assert 'name="next" value="/beneficiaries?q=a"' in page.text.replace('id="next" ', "").replace(
        'type="hidden" ', ""
    )
    code = letter(session, "code").code
    assert enter(client, code, next="//evil.example").location == "/"


def test_A9_a_code_counts_once(app: Flask, client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    code = letter(session, "code").code
    before = cookie_of(client) or ""
    assert enter(client, code).status_code == 303
    assert account(session).challenge is None
    again = app.test_client()
    again.set_cookie("sid", before)
    assert enter(again, code).status_code == 422
    assert not is_signed_in(again)


def test_A9_a_code_counts_for_ten_minutes(client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    code = letter(session, "code").code
    challenge = Challenge.of(account(session).challenge)
    assert challenge
    now = session.execute(text("SELECT floor(extract(epoch FROM now()))::bigint")).scalar_one()
    assert challenge.until - now == 600
    late = Challenge(challenge.browser, challenge.code, now, challenge.tries)
    session.execute(text("UPDATE tbl_auth SET challenge = :late"), {"late": str(late)})
    assert enter(client, code).status_code == 422
    last = Challenge(challenge.browser, challenge.code, now + 1, challenge.tries)
    session.execute(text("UPDATE tbl_auth SET challenge = :last"), {"last": str(last)})
    assert enter(client, code).status_code == 303


def test_A9_a_code_counts_only_in_the_browser_that_asked(
    app: Flask, client: FlaskClient, session: Session, asha: User, bimal: User
) -> None:
    ask(client)
    code = letter(session, "code").code
    stranger = app.test_client()
    assert enter(stranger, code).location == "/sign-in"
    ask(stranger, "bimal@example.org")
    assert enter(stranger, code).status_code == 422
    assert not is_signed_in(stranger)
    assert enter(client, code).status_code == 303


def test_A9_the_newest_code_counts_and_no_other(client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    old = letter(session, "code").code
    ask(client)
    (new,) = [one.code for one in letters(session, "code") if one.code != old]
    assert enter(client, old).status_code == 422
    assert enter(client, new).status_code == 303


def test_A9_five_wrong_codes_make_it_void_and_lock_the_account(
    client: FlaskClient, session: Session, asha: User
) -> None:
    ask(client)
    code = letter(session, "code").code
    for _try in range(5):
        answer = enter(client, wrong(code))
        assert (answer.status_code, "code-error" in answer.text) == (422, True)
    assert account(session).challenge is None
    assert account(session).is_locked
    assert enter(client, code).status_code == 422
    assert sign_in(client, "asha").status_code == 422


def test_A9_four_wrong_ones_do_not(client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    code = letter(session, "code").code
    for _try in range(4):
        enter(client, wrong(code))
    assert enter(client, code).status_code == 303
    assert account(session).false_attempts == 0


def test_A9_twenty_guesses_at_once_are_no_more_than_five(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    committed_app.extensions["portal_passwords"] = cheap_passwords
    first = committed_app.test_client()
    with committed_app.app_context():
        person_in(db.session(), cheap_passwords, "asha", "Admin")
    ask(first)
    with committed_app.app_context():
        code = letter(db.session(), "code").code
    ready = threading.Barrier(20)

    def guess(number: int) -> int:
        client = committed_app.test_client()
        client.set_cookie("sid", cookie_of(first) or "")
        ready.wait()
        return enter(client, f"{(int(code) + 1 + number) % 10**CODE_DIGITS:08d}").status_code

    with ThreadPoolExecutor(20) as crowd:
        assert list(crowd.map(guess, range(20))) == [422] * 20
    with committed_app.app_context():
        assert account(db.session()).challenge is None
        assert account(db.session()).is_locked
    assert enter(first, code).status_code == 422


def test_A9_codes_are_random_and_long_enough() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) > 990
    assert {len(code) for code in codes} == {8}
    assert 10**CODE_DIGITS >= 2**20


def test_A9_what_is_kept_of_a_code_is_good_for_one_account_one_browser_and_one_key() -> None:
    kept = {
        hashed_code(key, account, browser, "12345678")
        for key in ("key", "other")
        for account in (1, 2)
        for browser in ("b", "c")
    }
    assert len(kept) == 8
    assert not any("12345678" in hashed for hashed in kept)


def test_A9_how_often_codes_are_sent_to_one_address_is_limited_whoever_asks(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    for at in range(CODE_ASKED):
        assert ask(app.test_client(), ASHA if at % 2 else ASHA.upper()).status_code == 303
    refused = ask(client)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert len(letters(session, "code")) == CODE_ASKED
    unknown = [ask(client, "nobody@example.org").status_code for _ in range(CODE_ASKED + 1)]
    assert unknown == [303] * CODE_ASKED + [429]


def test_A9_and_so_is_how_often_one_place_asks(client: FlaskClient, session: Session) -> None:
    asked = [ask(client, f"person{at}@example.org").status_code for at in range(CODES_FROM_ADDRESS + 1)]
    assert asked == [303] * CODES_FROM_ADDRESS + [429]


def test_A2_asking_for_a_code_tells_nobody_who_has_an_account(
    app: Flask, session: Session, asha: User
) -> None:
    """The same answers, and the same work: what is written for nobody is taken back."""
    answers, work = [], []
    for who in (ASHA, "nobody@example.org"):
        client = app.test_client()
        with statements() as sent:
            asked = ask(client, who)
        page, refused = client.get("/sign-in/code/enter"), enter(client, "00000000")
        answers.append((asked.status_code, asked.location, without_token(page), without_token(refused)))
        work.append(sent)
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert [one.to for one in letters(session)] == [ASHA]
    assert session.execute(text("SELECT count(*) FROM tbl_jobs")).scalar_one() == 1


@pytest.mark.parametrize("who", ["", "asha", "9" * 300, "asha@example.org\0", "asha@", "@", "+1"])
def test_what_is_no_address_gets_no_message_and_no_fault(
    client: FlaskClient, session: Session, who: str
) -> None:
    answer = ask(client, who)
    assert answer.status_code == 303 or 'id="identifier-error"' in answer.text
    assert answer.status_code in (303, 422)
    assert letters(session) == []


def test_A13_who_has_left_gets_none(client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    code = letter(session, "code").code
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    assert enter(client, code).status_code == 422
    ask(client)
    assert len(letters(session)) == 1


def test_B1_the_cookie_holds_a_random_value_and_not_who_asked(client: FlaskClient, asha: User) -> None:
    ask(client)
    kept = payload(cookie_of(client) or "")
    assert "asha" not in str(kept)
    assert set(kept) <= {"asked", "csrf_token"}


def test_B1_and_forgets_it_on_signing_in(client: FlaskClient, session: Session, asha: User) -> None:
    ask(client)
    enter(client, letter(session, "code").code)
    assert "asked" not in payload(cookie_of(client) or "")


def test_B12_looking_at_the_page_for_codes_changes_nothing(client: FlaskClient, session: Session) -> None:
    assert client.get("/sign-in/code/enter").location == "/sign-in"
    assert client.get("/sign-in/code/enter?next=/beneficiaries").location == "/sign-in?next=/beneficiaries"
    assert client.get("/sign-in/code").status_code == 405


def test_F1_a_code_stands_in_no_log_no_job_and_no_clear_column(
    client: FlaskClient, session: Session, asha: User, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(client)
    code = letter(session, "code").code
    enter(client, wrong(code))
    enter(client, code)
    said = capsys.readouterr().err
    assert '"endpoint": "auth.enter_code"' in said
    assert code not in said
    tables = (
        "tbl_jobs",
        "procrastinate_jobs",
        "procrastinate_events",
        "tbl_messages",
        "tbl_auth",
        "tbl_audit_log",
    )
    rows = "".join(
        str(row)
        for table in tables
        for row in session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
    )
    assert ASHA in rows  # the messages are there
    assert code not in rows
