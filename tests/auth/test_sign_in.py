"""Signing in with e-mail address and password."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.auth.models import Auth, AuthSession
from portal.auth.passwords import Passwords, passwords_at
from portal.core.db import db
from portal.users.models import Role, User, UserRole
from tests.auth.conftest import AddPerson
from tests.auth.people import (
    PASSWORD,
    WRONG,
    cookie_of,
    is_signed_in,
    person_in,
    sign_in,
    statements,
    without_token,
)

pytestmark = pytest.mark.database


def account(session: Session) -> Auth:
    return session.scalars(select(Auth)).one()


def lock_since(session: Session, minutes: float) -> None:
    session.execute(
        text("UPDATE tbl_auth SET \"lockedOnAt\" = now() - :minutes * interval '1 minute'"),
        {"minutes": minutes},
    )


def test_the_right_password_leads_in_and_is_noted(client: FlaskClient, session: Session, asha: User) -> None:
    answer = sign_in(client, "asha")
    assert answer.status_code == 303
    assert answer.location == "/"
    assert is_signed_in(client)
    assert account(session).last_login_at is not None


def test_an_address_is_the_same_in_any_capitals_and_with_blanks_around_it(
    client: FlaskClient, asha: User
) -> None:
    answer = client.post("/sign-in", data={"identifier": " Asha@Example.ORG ", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"identifier": "asha@example.org"},
        {"password": PASSWORD},
        {"identifier": "asha@example.org\0", "password": PASSWORD},
        {"identifier": "a" * 300, "password": PASSWORD},
        {"identifier": "asha@example.org", "password": "x" * 1_001},
    ],
)
def test_a_form_that_is_not_filled_in_comes_back(
    client: FlaskClient, asha: User, data: dict[str, str]
) -> None:
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert not is_signed_in(client)


def test_a_password_is_never_sent_back(client: FlaskClient, asha: User) -> None:
    assert WRONG not in sign_in(client, "asha", WRONG).text


def test_A1_the_cookie_changes_with_signing_in_and_the_old_one_stays_nobody(
    app: Flask, client: FlaskClient, asha: User
) -> None:
    client.get("/sign-in")
    before = cookie_of(client)
    sign_in(client, "asha")
    after = cookie_of(client)
    assert before
    assert after
    assert before != after
    stranger = app.test_client()
    stranger.set_cookie("sid", before)
    assert not is_signed_in(stranger)
    stranger.set_cookie("sid", after)
    assert is_signed_in(stranger)


def test_A2_unknown_address_wrong_password_and_locked_account_look_alike(
    client: FlaskClient, asha: User
) -> None:
    typed = {"identifier": "asha@example.org", "password": WRONG}
    wrong = client.post("/sign-in", data=typed)
    for _attempt in range(5):
        client.post("/sign-in", data=typed)
    locked = client.post("/sign-in", data={**typed, "password": PASSWORD})
    unknown = client.post("/sign-in", data={**typed, "identifier": "nobody@example.org"})
    assert wrong.status_code == locked.status_code == unknown.status_code == 422
    assert without_token(wrong) == without_token(locked)
    assert without_token(wrong).replace("asha@", "nobody@") == without_token(unknown)


def test_A2_unknown_address_and_wrong_password_cost_the_same_work(
    app: Flask, client: FlaskClient, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of hashing, so it is enough that both hash once, at one cost, and send the same SQL."""
    costs: list[list[str]] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            costs.append(str(hash).split("$")[:4])
            return super().verify(hash, password)

    hasher = Watched(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setitem(app.extensions, "portal_passwords", Passwords(hasher, hasher.hash("nobody's")))
    with statements() as wrong:
        sign_in(client, "asha", WRONG)
    with statements() as unknown:
        sign_in(client, "nobody", WRONG)
    assert costs == [["", "argon2id", "v=19", "m=8,t=1,p=1"]] * 2
    # In each of three transactions who acts; then the address's tries; the account, the entry, the count; and for the
    # page, whether one may ask for an account.
    assert len(wrong) == 8
    assert wrong == unknown


def test_A2_the_decoy_takes_as_much_memory_and_as_many_rounds_as_a_real_password() -> None:
    passwords = passwords_at()
    assert passwords.decoy.split("$")[:4] == passwords.hash(PASSWORD).split("$")[:4]


def test_A3_five_wrong_passwords_lock_the_account(client: FlaskClient, session: Session, asha: User) -> None:
    for attempt in range(1, 6):
        assert not account(session).is_locked
        sign_in(client, "asha", WRONG)
        assert account(session).false_attempts == attempt
    assert account(session).is_locked
    assert account(session).locked_on_at is not None
    assert sign_in(client, "asha").status_code == 422
    assert not is_signed_in(client)


def test_A3_four_wrong_passwords_do_not_and_a_right_one_forgets_them(
    client: FlaskClient, session: Session, asha: User
) -> None:
    for _attempt in range(4):
        sign_in(client, "asha", WRONG)
    assert sign_in(client, "asha").status_code == 303
    assert account(session).false_attempts == 0


@pytest.mark.parametrize(("minutes", "opens"), [(14.99, False), (15, True)])
def test_A3_a_locked_account_opens_after_fifteen_minutes(
    client: FlaskClient, session: Session, asha: User, minutes: float, opens: bool
) -> None:
    for _attempt in range(5):
        sign_in(client, "asha", WRONG)
    lock_since(session, minutes)
    assert (sign_in(client, "asha").status_code == 303) is opens
    assert account(session).is_locked is not opens


def test_A3_after_a_lock_five_attempts_count_anew(client: FlaskClient, session: Session, asha: User) -> None:
    for _attempt in range(5):
        sign_in(client, "asha", WRONG)
    lock_since(session, 20)
    sign_in(client, "asha", WRONG)
    assert account(session).false_attempts == 1
    assert not account(session).is_locked


def test_A3_attempts_on_a_locked_account_do_not_keep_it_locked(
    client: FlaskClient, session: Session, asha: User
) -> None:
    for _attempt in range(5):
        sign_in(client, "asha", WRONG)
    lock_since(session, 14)
    since = account(session).locked_on_at
    sign_in(client, "asha", WRONG)
    assert account(session).locked_on_at == since


def test_A3_an_account_locked_without_a_time_stays_locked(
    client: FlaskClient, session: Session, asha: User
) -> None:
    account(session).is_locked = True
    session.commit()
    assert sign_in(client, "asha").status_code == 422
    sign_in(client, "asha", WRONG)
    assert account(session).is_locked
    assert account(session).locked_on_at is None


def test_A4_twenty_wrong_passwords_at_once_all_count(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    committed_app.extensions["portal_passwords"] = cheap_passwords
    with committed_app.app_context():
        person_in(db.session(), cheap_passwords, "asha", "Admin")
    ready = threading.Barrier(20)

    def attempt(_number: int) -> int:
        client = committed_app.test_client()
        ready.wait()
        return sign_in(client, "asha", WRONG).status_code

    with ThreadPoolExecutor(20) as crowd:
        assert list(crowd.map(attempt, range(20))) == [422] * 20
    with committed_app.app_context():
        assert account(db.session()).false_attempts == 20
        assert account(db.session()).is_locked
    assert sign_in(committed_app.test_client(), "asha").status_code == 422


def test_A8_passwords_are_kept_as_argon2id_at_owasps_least_cost_or_more() -> None:
    kind, version, cost = passwords_at().hash(PASSWORD).split("$")[1:4]
    facts = dict(part.split("=") for part in cost.split(","))
    assert (kind, version) == ("argon2id", "v=19")
    assert int(facts["m"]) >= 19 * 1024
    assert int(facts["t"]) >= 2
    assert int(facts["p"]) == 1


def test_A8_a_password_kept_at_another_cost_is_hashed_anew_on_signing_in(
    client: FlaskClient, session: Session, asha: User
) -> None:
    older = passwords_at({"memory": 16, "rounds": 1, "lanes": 1}).hash(PASSWORD)
    account(session).password_hash = older
    session.commit()
    assert sign_in(client, "asha").status_code == 303
    newer = account(session).password_hash
    assert newer != older
    assert str(newer).startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert sign_in(client, "asha").status_code == 303
    assert account(session).password_hash == newer


def test_an_account_without_a_password_does_not_open_for_any(
    client: FlaskClient, session: Session, asha: User
) -> None:
    account(session).password_hash = None
    session.commit()
    for password in ("", " ", "None", PASSWORD):
        assert sign_in(client, "asha", password).status_code == 422


def ended(what: str) -> str:
    return {
        "user": 'UPDATE tbl_users SET "deletedAt" = now()',
        "role": "UPDATE tbl_auth_roles SET expiry = now() - interval '1 second'",
        "assignment": "UPDATE tbl_users_roles SET expiry = now() - interval '1 second'",
        "no role": "DELETE FROM tbl_users_roles",
    }[what]


@pytest.mark.parametrize("what", ["user", "role", "assignment", "no role"])
def test_A13_who_has_left_or_has_no_role_any_more_stays_outside(
    client: FlaskClient, session: Session, asha: User, what: str
) -> None:
    session.execute(text(ended(what)))
    assert sign_in(client, "asha").status_code == 422
    assert not is_signed_in(client)
    assert session.scalar(select(func.count()).select_from(AuthSession)) == 0


@pytest.mark.parametrize("what", ["user", "role", "assignment", "no role"])
def test_A13_and_is_outside_with_the_next_request(
    client: FlaskClient, session: Session, asha: User, what: str
) -> None:
    sign_in(client, "asha")
    assert is_signed_in(client)
    session.execute(text(ended(what)))
    assert client.get("/account/sessions").status_code == 303


def test_A13_a_role_that_ends_later_still_counts(client: FlaskClient, session: Session, asha: User) -> None:
    session.execute(text("UPDATE tbl_users_roles SET expiry = now() + interval '1 hour'"))
    assert sign_in(client, "asha").status_code == 303


def test_C6_the_rules_of_an_ended_role_are_gone_while_another_stays(
    client: FlaskClient, session: Session, add_person: AddPerson
) -> None:
    user = add_person("asha", "Admin")
    viewer = session.scalars(select(Role).where(Role.name == "Viewer")).one()
    session.add(UserRole(user_id=user.id, role_id=viewer.id))
    session.commit()
    sign_in(client, "asha")
    assert client.get("/jobs").status_code == 200
    session.execute(text("UPDATE tbl_auth_roles SET expiry = now() WHERE name = 'Admin'"))
    assert client.get("/jobs").status_code == 403


ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example/",
    "%2f%2fevil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/a\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "/" + "a" * 3_000,
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_A14_signing_in_never_leads_to_another_site(client: FlaskClient, asha: User, target: str) -> None:
    assert client.get("/sign-in", query_string={"next": target}).status_code == 200
    answer = sign_in(client, "asha", data={"next": target})
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize("target", ["/account/sessions", "/beneficiaries?q=%C3%84&sort=name"])
def test_A14_it_leads_back_to_where_one_was(client: FlaskClient, asha: User, target: str) -> None:
    sent = client.get(target)
    assert sent.status_code == 303
    page = client.get(sent.location)
    found = re.search(r'name="next"[^>]*value="([^"]*)"', page.text)
    assert found
    assert sign_in(client, "asha", data={"next": found[1].replace("&amp;", "&")}).location == target


def test_who_is_signed_in_already_is_sent_on(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    assert client.get("/sign-in?next=/account/sessions").location == "/account/sessions"


def test_over_plain_http_from_elsewhere_the_page_asks_for_https(client: FlaskClient, asha: User) -> None:
    far = "http://portal.example"
    page = client.get("/sign-in", base_url=far)
    assert "This page needs HTTPS" in page.text
    assert 'type="password"' not in page.text
    assert sign_in(client, "asha", base_url=far).status_code == 403
    for near in (
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "https://portal.example",
    ):
        assert 'type="password"' in client.get("/sign-in", base_url=near).text


def test_plain_http_from_elsewhere_can_be_allowed(
    app: Flask, client: FlaskClient, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PORTAL_INSECURE_HTTP", 1)
    far = "http://portal.example"
    assert sign_in(client, "asha", base_url=far).status_code == 303
    assert client.get("/account/sessions", base_url=far).status_code == 200
