"""A session gets another token when what its person may do has changed, and requests under way are not thrown out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import (
    Visit,
    note_second_factor,
    renew_token,
    revoke_sessions,
    start_session,
)
from portal.auth.passwords import Passwords
from portal.auth.queries.people import find_person
from portal.auth.queries.sessions import token_hash
from portal.core.db import db
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from tests.auth.people import cookie_of, is_signed_in, payload, person_in, sessions, sign_in, statements
from tests.factories import add_project

pytestmark = pytest.mark.database

CHANGES = {
    "a role more": None,
    "a rule more": """INSERT INTO tbl_auth_permissions ("roleId", action, subject)
        SELECT id, 'read', 'Job' FROM tbl_auth_roles WHERE name = 'Viewer'""",
    "a rule less": """DELETE FROM tbl_auth_permissions WHERE id = (SELECT max(p.id) FROM tbl_auth_permissions p
        JOIN tbl_auth_roles r ON r.id = p."roleId" WHERE r.name = 'Viewer')""",
    "a rule turned round": """UPDATE tbl_auth_permissions SET inverted = true, reason = 'Not now.'
        WHERE id = (SELECT max(p.id) FROM tbl_auth_permissions p
        JOIN tbl_auth_roles r ON r.id = p."roleId" WHERE r.name = 'Viewer')""",
    "a limit": """UPDATE tbl_users_roles SET conditions = jsonb_build_object('projects',
        jsonb_build_array(gen_random_uuid()))""",
    "another name": "UPDATE tbl_auth_roles SET name = 'Onlooker' WHERE name = 'Viewer'",
}


def token_of(client: FlaskClient) -> str:
    """The token in a browser's cookie."""
    return payload(cookie_of(client) or "")["_user_id"]


def with_token_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    twin = app.test_client()
    twin.set_cookie("sid", cookie_of(client) or "")
    return twin


def moment_passes(session: Session) -> None:
    """Move the clock so far that replaced tokens are no longer taken."""
    session.execute(text("UPDATE tbl_auth_sessions SET \"rotatedAt\" = now() - interval '11 seconds'"))
    session.commit()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_one_may_do_changes_the_token(
    app: Flask, client: FlaskClient, session: Session, bimal: User, change: str
) -> None:
    sign_in(client, "bimal")
    assert is_signed_in(client)
    before, twin = token_of(client), with_token_of(app, client)
    statement = CHANGES[change]
    if statement is None:
        assign_role(session, bimal, "Officer")
    else:
        session.execute(text(statement))
    session.commit()
    assert is_signed_in(client)
    assert token_of(client) != before
    moment_passes(session)
    assert twin.get("/account/sessions").location.startswith("/sign-in?")
    assert is_signed_in(client)
    after = token_of(client)
    assert is_signed_in(client)
    assert token_of(client) == after


def test_so_does_a_role_that_ends(app: Flask, client: FlaskClient, session: Session, bimal: User) -> None:
    assign_role(session, bimal, "Officer")
    session.commit()
    sign_in(client, "bimal")
    before = token_of(client)
    session.execute(
        text("""UPDATE tbl_users_roles SET expiry = now() FROM tbl_auth_roles r
            WHERE r.id = "roleId" AND r.name = 'Officer'""")
    )
    assert is_signed_in(client)
    assert token_of(client) != before


def test_without_a_change_the_token_stays_and_costs_nothing(
    client: FlaskClient, session: Session, asha: User, bimal: User
) -> None:
    sign_in(client, "bimal")
    before = token_of(client)
    assign_role(session, asha, "Officer")
    session.execute(text("UPDATE tbl_users SET name = 'Another Name'"))
    session.commit()
    with statements() as seen:
        assert is_signed_in(client)
    assert not any(one.startswith("UPDATE") for one in seen)
    assert token_of(client) == before


def test_the_new_rules_bite_on_the_request_that_changes_the_token(
    client: FlaskClient, session: Session, bimal: User
) -> None:
    sign_in(client, "bimal")
    before = token_of(client)
    assert client.get("/beneficiaries").status_code == 200
    session.execute(text("DELETE FROM tbl_auth_permissions"))
    assert client.get("/beneficiaries").status_code == 403
    assert token_of(client) != before


def test_a_request_under_way_with_the_old_token_passes_and_does_not_bring_it_back(
    app: Flask, client: FlaskClient, session: Session, bimal: User
) -> None:
    sign_in(client, "bimal")
    late = with_token_of(app, client)
    assign_role(session, bimal, "Officer")
    session.commit()
    assert is_signed_in(client)
    answer = late.post("/account/sessions/end-others")  # flashes, and so would write the cookie
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    fragment = late.get("/account/sessions", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert len(sessions(session)) == 1
    moment_passes(session)
    assert not is_signed_in(late)
    assert is_signed_in(client)


def test_changes_one_after_another_do_not_throw_such_requests_out(
    app: Flask, client: FlaskClient, session: Session, bimal: User
) -> None:
    sign_in(client, "bimal")
    late = with_token_of(app, client)
    for role in ("Officer", "Approver"):
        assign_role(session, bimal, role)
        session.commit()
        assert is_signed_in(client)
    assert is_signed_in(late)
    second = token_of(client)
    moment_passes(session)
    assert is_signed_in(client)
    assert token_of(client) != second  # the second change is made up for


def test_signing_out_with_the_old_token_ends_the_session(
    app: Flask, client: FlaskClient, session: Session, bimal: User
) -> None:
    sign_in(client, "bimal")
    late = with_token_of(app, client)
    assign_role(session, bimal, "Officer")
    session.commit()
    assert is_signed_in(client)
    answer = late.post("/sign-out")
    assert "sid=;" in answer.headers["Set-Cookie"]
    assert not is_signed_in(client)


def test_a_fragment_brings_the_new_token_too(client: FlaskClient, session: Session, bimal: User) -> None:
    sign_in(client, "bimal")
    before = token_of(client)
    assign_role(session, bimal, "Officer")
    session.commit()
    assert client.get("/account/sessions", headers={"HX-Request": "true"}).status_code == 200
    assert token_of(client) != before


def test_what_is_being_typed_can_still_be_sent(
    app: Flask, client: FlaskClient, session: Session, bimal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.auth.test_csrf import token_of as form_token_of

    sign_in(client, "bimal")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    secret = form_token_of(client.get("/account/sessions").text)
    before = token_of(client)
    assign_role(session, bimal, "Officer")
    session.commit()
    assert client.post("/account/sessions/end-others", data={"csrf_token": secret}).status_code == 303
    assert token_of(client) != before
    assert client.post("/account/sessions/end-others", data={"csrf_token": secret}).status_code == 303


def test_B2_the_database_holds_only_hashes_of_both_tokens(
    app: Flask, client: FlaskClient, session: Session, bimal: User
) -> None:
    sign_in(client, "bimal")
    before = token_of(client)
    assign_role(session, bimal, "Officer")
    session.commit()
    is_signed_in(client)
    after = token_of(client)
    row = sessions(session)[0]
    assert (row.token_hash, row.former_token_hash) == (token_hash(after), token_hash(before))
    dump = session.execute(
        text(
            "SELECT (SELECT string_agg(s::text, '') FROM tbl_auth_sessions s)"
            " || (SELECT string_agg(l::text, '') FROM tbl_audit_log l)"
        )
    ).scalar_one()
    assert "rotatedAt" in dump
    log = dump.partition("rotatedAt")[2]
    for token in (before, after):
        assert token not in dump
        assert token_hash(token).hex() not in log


def test_B8_a_new_token_does_not_revive_a_session_that_was_revoked(session: Session, bimal: User) -> None:
    auth_id = session.execute(text("SELECT id FROM tbl_auth")).scalar_one()
    token = start_session(session, auth_id, Visit(None, None))
    assign_role(session, bimal, "Officer")
    person = find_person(session, token, "a request")
    assert person is not None
    assert person.gained_or_lost
    revoke_sessions(session, bimal.id)
    assert renew_token(session, person) is None
    assert find_person(session, token, "another request") is None


def test_of_twenty_requests_at_once_one_brings_the_new_token_and_none_is_thrown_out(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    app = committed_app
    app.extensions["portal_passwords"] = cheap_passwords
    with app.app_context():
        user = person_in(db.session(), cheap_passwords, "bimal", "Viewer")
        client = app.test_client()
        sign_in(client, "bimal")
        before = token_of(client)
        assign_role(db.session(), user, "Officer", projects=[add_project(db.session(), "Here").uuid])
        db.session.commit()
    browsers = [with_token_of(app, client) for _number in range(20)]
    ready = threading.Barrier(20)

    def ask(browser: FlaskClient) -> tuple[int, bool]:
        ready.wait()
        answer = browser.get("/beneficiaries")
        return answer.status_code, "Set-Cookie" in answer.headers

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(ask, browsers))
    assert [status for status, _cookie in answers] == [200] * 20
    assert [cookie for _status, cookie in answers].count(True) == 1
    winner = browsers[[cookie for _status, cookie in answers].index(True)]
    assert token_of(winner) != before
    with app.app_context():
        moment_passes(db.session())
    assert [is_signed_in(browser) for browser in browsers].count(True) == 1
    assert is_signed_in(winner)


def test_a_token_given_up_before_the_second_factor_comes_not_back_with_it(
    session: Session, bimal: User
) -> None:
    """The moment for which a replaced token is still taken must not begin again for the one before."""
    auth = session.query(Auth).filter_by(user_id=bimal.id).one()
    first = start_session(session, auth.id, Visit(None, None))
    person = find_person(session, first, "a request")
    assert person
    second = renew_token(session, person)
    assert second
    assert find_person(session, first, "a request under way")
    moment_passes(session)
    assert find_person(session, first, "a late request") is None
    person = find_person(session, second, "a request")
    assert person
    third = note_second_factor(session, person)
    assert third
    assert [find_person(session, token, "a request") is None for token in (first, second, third)] == [
        True,
        True,
        False,
    ]
