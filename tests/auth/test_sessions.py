"""Staying signed in, and ending it."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.auth.operations import sessions as operations
from portal.auth.operations.sessions import Visit, new_token, start_session, touch_session
from portal.auth.queries.people import find_person
from portal.auth.queries.sessions import token_hash
from portal.core.abilities import Ability
from portal.core.person import Person
from portal.jobs.tasks import recurring
from portal.users.models import User
from tests.auth.conftest import AddPerson
from tests.auth.people import cookie_of, is_signed_in, sessions, sign_in, statements

pytestmark = pytest.mark.database

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/beneficiaries?q=a"}


def back(session: Session, column: str, minutes: float) -> None:
    """Move the clock: what happened just now happened so many minutes ago."""
    session.execute(
        text(f"UPDATE tbl_auth_sessions SET \"{column}\" = now() - :minutes * interval '1 minute'"),
        {"minutes": minutes},
    )


def test_F7_sessions_that_have_been_over_for_ninety_days_are_forgotten(session: Session, asha: User) -> None:
    auth_id = session.execute(text("SELECT id FROM tbl_auth")).scalar_one()
    ages = {"an hour": "1 hour", "89 days": "89 days 12 hours", "91 days": "90 days 12 hours 1 minute"}
    kept = {}
    for name, age in ages.items():
        kept[name] = token_hash(start_session(session, auth_id, Visit(None, None)))
        session.execute(
            text(
                'UPDATE tbl_auth_sessions SET "createdAt" = now() - CAST(:age AS interval) WHERE "tokenHash" = :hash'
            ),
            {"age": age, "hash": kept[name]},
        )
    work = {name: due for name, due in recurring.items() if name.startswith("auth.")}
    for due in work.values():
        due.body(session, {})
    assert {row.token_hash for row in sessions(session)} == {kept["an hour"], kept["89 days"]}


def test_B3_ten_thousand_tokens_are_all_different_and_long(session: Session, asha: User) -> None:
    tokens = {new_token() for _number in range(10_000)}
    assert len(tokens) == 10_000
    assert {len(token) * 6 // 256 for token in tokens} == {1}
    auth_id = session.execute(text("SELECT id FROM tbl_auth")).scalar_one()
    first, second = (start_session(session, auth_id, Visit(None, None)) for _number in range(2))
    assert first != second
    assert len(first) == len(new_token())


def test_B4_a_session_ended_elsewhere_ends_with_its_next_request(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    phone = app.test_client()
    sign_in(client, "asha")
    sign_in(phone, "asha")
    assert is_signed_in(phone)
    answer = client.post(f"/account/sessions/{sessions(session)[1].session_id}/end")
    assert answer.status_code == 303
    gone = phone.get("/account/sessions")
    assert gone.status_code == 303
    assert gone.location == "/sign-in?next=/account/sessions"
    assert phone.post("/account/sessions/end-others").status_code == 401
    assert is_signed_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
def test_B4_and_a_fragment_is_told_to_go_and_sign_in(
    client: FlaskClient, session: Session, asha: User, method: str
) -> None:
    sign_in(client, "asha")
    path = {"get": "/account/sessions", "post": "/account/sessions/end-others"}[method]
    assert getattr(client, method)(path, headers=HTMX).status_code in {200, 204}
    session.execute(text('UPDATE tbl_auth_sessions SET "revokedAt" = now()'))
    answer = getattr(client, method)(path, headers=HTMX)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/beneficiaries?q%3Da"
    assert answer.text == ""


def test_B4_all_other_sessions_end_at_once(
    app: Flask, client: FlaskClient, session: Session, asha: User, bimal: User
) -> None:
    others = [app.test_client() for _number in range(3)]
    for browser in (client, *others):
        sign_in(browser, "asha")
    bystander = app.test_client()
    sign_in(bystander, "bimal")
    answer = client.post("/account/sessions/end-others", follow_redirects=True)
    assert "3 other sessions have ended." in answer.text
    assert [is_signed_in(browser) for browser in (client, *others)] == [True, False, False, False]
    assert is_signed_in(bystander)


def test_B5_signing_out_ends_the_session_on_the_server_too(
    app: Flask, client: FlaskClient, asha: User
) -> None:
    sign_in(client, "asha")
    cookie = cookie_of(client) or ""
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"
    thief = app.test_client()
    thief.set_cookie("sid", cookie)
    assert not is_signed_in(thief)
    assert not is_signed_in(client)


def test_F9_signing_out_tells_the_browser_to_forget(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    assert client.get("/account/sessions").headers["Cache-Control"] == "no-store"
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_twice_is_no_fault(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    assert client.post("/sign-out").status_code == client.post("/sign-out").status_code == 303


@pytest.mark.parametrize(
    ("column", "minutes", "open_still"),
    [
        ("lastSeenAt", 29.9, True),
        ("lastSeenAt", 30, False),
        ("createdAt", 719, True),
        ("createdAt", 720, False),
    ],
)
def test_B7_a_session_ends_after_half_an_hour_unused_or_twelve_hours(
    client: FlaskClient, session: Session, asha: User, column: str, minutes: float, open_still: bool
) -> None:
    sign_in(client, "asha")
    back(session, column, minutes)
    assert is_signed_in(client) is open_still


def test_B7_use_puts_off_the_idle_limit_and_not_the_absolute_one(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    row = sessions(session)[0]
    created, over = row.created_at, row.expires_at
    back(session, "lastSeenAt", 29)
    assert is_signed_in(client)
    row = sessions(session)[0]
    assert row.last_seen_at == session.scalar(select(func.now()))
    assert (row.created_at, row.expires_at) == (created, over)
    back(session, "createdAt", 720)
    assert not is_signed_in(client)


def test_B7_a_session_can_be_given_an_earlier_end(client: FlaskClient, session: Session, asha: User) -> None:
    sign_in(client, "asha")
    back(session, "expiresAt", 0)
    assert not is_signed_in(client)


def test_B8_a_request_in_flight_does_not_revive_a_revoked_session(session: Session, asha: User) -> None:
    auth_id = session.execute(text("SELECT id FROM tbl_auth")).scalar_one()
    token = start_session(session, auth_id, Visit(None, None))
    back(session, "lastSeenAt", 5)
    person = find_person(session, token, "a request")
    assert person is not None
    session.execute(text('UPDATE tbl_auth_sessions SET "revokedAt" = now()'))
    before = session.execute(text("SELECT s::text FROM tbl_auth_sessions s")).scalar_one()
    touch_session(session, person)
    assert session.execute(text("SELECT s::text FROM tbl_auth_sessions s")).scalar_one() == before
    assert find_person(session, token, "another request") is None


def test_B9_the_list_names_each_browser_and_which_is_this_one(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha", headers={"User-Agent": CHROME}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    phone = app.test_client()
    sign_in(phone, "asha", headers={"User-Agent": PHONE}, environ_base={"REMOTE_ADDR": "2001:db8::9"})
    page = client.get("/account/sessions").text
    for words in ("Chrome on Windows", "Firefox on Android", "192.0.2.7", "2001:db8::9"):
        assert words in page
    assert page.count("This browser") == 1
    assert page.count("<time datetime=") == 4


def test_B9_nobody_sees_or_ends_the_sessions_of_others(
    app: Flask, client: FlaskClient, session: Session, asha: User, bimal: User
) -> None:
    sign_in(client, "asha", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    other = app.test_client()
    sign_in(other, "bimal", environ_base={"REMOTE_ADDR": "192.0.2.8"})
    assert "192.0.2.7" not in other.get("/account/sessions").text
    theirs = other.post(f"/account/sessions/{sessions(session)[0].session_id}/end")
    unknown = other.post(f"/account/sessions/{uuid4()}/end")
    assert theirs.status_code == unknown.status_code == 404
    assert is_signed_in(client)


def test_ending_this_session_leads_to_signing_in(client: FlaskClient, session: Session, asha: User) -> None:
    sign_in(client, "asha")
    answer = client.post(f"/account/sessions/{sessions(session)[0].session_id}/end")
    assert answer.location == "/sign-in"
    assert not is_signed_in(client)


def test_B10_knowing_the_person_takes_one_statement(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    with statements() as seen:
        assert client.get("/beneficiaries/nothing-here").status_code == 404
        assert seen == []
        assert client.post("/account/sessions/end-others", headers=HTMX).status_code == 204
    assert "set_config" in seen[0]
    assert "tokenHash" in seen[0]
    # The rest is the view's own: its UPDATE, and for the new transaction after its commit nothing more.
    assert ["UPDATE" in one for one in seen] == [False, True]


def test_B10_a_browser_file_asks_the_database_nothing(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    with statements() as seen:
        for path in ("/assets/0/css/app.css", "/healthz"):
            assert client.get(path).status_code == 200
    assert seen == []


def test_B10_the_last_use_is_written_at_most_once_a_minute(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")

    def touches() -> int:
        with statements() as seen:
            assert is_signed_in(client)
        return sum("lastSeenAt" in one and one.startswith("UPDATE") for one in seen)

    assert touches() == 0
    back(session, "lastSeenAt", 0.99)
    assert touches() == 0
    back(session, "lastSeenAt", 1.01)
    assert [touches(), touches(), touches()] == [1, 0, 0]


def test_B10_two_requests_at_once_write_it_once(session: Session, asha: User) -> None:
    auth_id = session.execute(text("SELECT id FROM tbl_auth")).scalar_one()
    token = start_session(session, auth_id, Visit(None, None))
    back(session, "lastSeenAt", 5)
    first, second = find_person(session, token, "one"), find_person(session, token, "two")
    assert first is not None
    assert second is not None
    assert first.seen_long_ago
    assert second.seen_long_ago
    version = text("SELECT xmin::text || ctid::text FROM tbl_auth_sessions")
    touch_session(session, first)
    written = session.execute(version).scalar_one()
    touch_session(session, second)
    assert session.execute(version).scalar_one() == written


def test_B12_looking_makes_no_session(app: Flask, session: Session, asha: User) -> None:
    for number in range(200):
        browser = app.test_client()
        browser.get(("/sign-in", "/", "/account/sessions", "/nowhere")[number % 4])
    assert sessions(session) == []
    sign_in(app.test_client(), "asha")
    assert len(sessions(session)) == 1


def test_the_audit_log_learns_who_acts_in_which_request(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    answer = client.post(f"/account/sessions/{sessions(session)[0].session_id}/end")
    entry = session.execute(
        text(
            'SELECT actor, "requestId" FROM tbl_audit_log'
            " WHERE \"tableName\" = 'tbl_auth_sessions' AND action = 'UPDATE' ORDER BY id DESC LIMIT 1"
        )
    ).one()
    assert entry.actor == asha.uuid
    assert entry.requestId == answer.headers["X-Request-Id"]


def test_nobody_can_end_sessions_in_anothers_name(
    session: Session, asha: User, add_person: AddPerson
) -> None:
    """The operation itself keeps to the person's own, whatever a view hands it."""
    bimal = add_person("bimal")
    auth_id = session.execute(text("SELECT id FROM tbl_auth ORDER BY id LIMIT 1")).scalar_one()
    start_session(session, auth_id, Visit(None, None))
    stranger = Person(
        bimal.id, bimal.uuid, None, None, (), Ability(()), {}, "token", session_id=0, session_uuid=uuid4()
    )
    assert operations.end_other_sessions(session, stranger) == 0
    assert sessions(session)[0].revoked_at is None
