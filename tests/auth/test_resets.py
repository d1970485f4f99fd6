"""Choosing a password by a link that was sent: after one forgot it, and when one is invited."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.letters import send_invitation
from portal.auth.limits import CODE_ASKED
from portal.auth.models import Auth, OneTimeToken, SecondFactor
from portal.auth.operations.accounts import add_email_account, add_phone_account
from portal.auth.operations.tokens import forget_old_tokens
from portal.core.errors import Refusal
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.roles import ensure_system_roles
from portal.users.operations.users import add_user
from tests.auth.messages import letter, letters
from tests.auth.people import PASSWORD, WRONG, is_signed_in, sign_in, statements, without_token

pytestmark = pytest.mark.database

ASHA = "asha@example.org"
NEW = "four words, quite new"


def ask(client: FlaskClient, who: str = ASHA) -> TestResponse:
    return client.post("/password-reset", data={"identifier": who})


def choose(client: FlaskClient, link: str, new: str = NEW, again: str | None = None) -> TestResponse:
    path, _, token = link.partition("?token=")
    typed = {"token": token, "password": new, "again": new if again is None else again}
    return client.post(path, data=typed)


@pytest.fixture
def link(client: FlaskClient, session: Session, asha: User) -> str:
    """The link that Asha was sent."""
    ask(client)
    return letter(session, "reset").link


def invite(app: Flask, session: Session, user: User) -> str:
    """Send an invitation, as a page does; the link."""
    before = {one.link for one in letters(session, "invitation")}
    with app.test_request_context():
        send_invitation(session, user)
    (link,) = {one.link for one in letters(session, "invitation")} - before
    return link


@pytest.fixture
def newcomer(session: Session) -> User:
    """Somebody who is invited and has not come yet."""
    ensure_system_roles(session)
    user = add_user(session, "Gita Rai", "gita@example.org")
    add_email_account(session, user, None)
    assign_role(session, user, "Viewer")
    return user


def test_a_link_that_comes_by_mail_sets_another_password(app: Flask, client: FlaskClient, link: str) -> None:
    assert "Choose your new password" in client.get(link).text
    answer = choose(client, link)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Your password is set" in client.get("/sign-in").text
    assert sign_in(client, "asha").status_code == 422
    assert sign_in(client, "asha", NEW).status_code == 303


def test_a_link_by_sms_does_the_same(client: FlaskClient, session: Session, asha: User) -> None:
    asha.phone = "+9779812345678"
    add_phone_account(session, asha)
    ask(client, "9812345678")
    sent = letter(session, "reset")
    assert (sent.to, sent.subject) == ("+9779812345678", None)
    choose(client, sent.link)
    answer = client.post("/sign-in", data={"identifier": "9812345678", "password": NEW})
    assert answer.status_code == 303
    assert sign_in(client, "asha", NEW).status_code == 303  # one password, by whatever address


def test_A9_a_link_counts_once(client: FlaskClient, link: str) -> None:
    choose(client, link)
    assert client.get(link).status_code == 404
    answer = choose(client, link, "five words, all quite new")
    assert (answer.status_code, "not good any more" in answer.text) == (404, True)
    assert sign_in(client, "asha", NEW).status_code == 303


def test_A9_a_link_counts_for_ten_minutes(client: FlaskClient, session: Session, link: str) -> None:
    age = text("SELECT \"expiresAt\" - now() = interval '10 minutes' FROM tbl_auth_tokens")
    assert session.execute(age).scalar_one()
    session.execute(text('UPDATE tbl_auth_tokens SET "expiresAt" = now()'))
    assert client.get(link).status_code == 404
    assert choose(client, link).status_code == 404
    session.execute(text("UPDATE tbl_auth_tokens SET \"expiresAt\" = now() + interval '1 second'"))
    assert choose(client, link).status_code == 303


def test_A9_the_newest_link_counts_and_no_other(client: FlaskClient, session: Session, link: str) -> None:
    ask(client)
    (newer,) = [one.link for one in letters(session, "reset") if one.link != link]
    assert client.get(link).status_code == 404
    assert client.get(newer).status_code == 200


def test_A9_a_link_is_void_once_its_owner_has_changed_the_password(client: FlaskClient, link: str) -> None:
    assert sign_in(client, "asha").status_code == 303
    form = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert client.post("/account/password", data=form).status_code == 303
    assert client.get(link).status_code == 404


def test_A9_a_link_is_for_one_purpose_and_one_person(
    app: Flask, client: FlaskClient, link: str, bimal: User
) -> None:
    token = link.partition("?")[2]
    assert client.get(f"/invitation?{token}").status_code == 404
    for strange in (
        "",
        "?token=",
        "?token=x",
        f"?{token}x",
        f"?{token[:-1]}",
        "?token=%00",
        "?token=" + "x" * 5_000,
    ):
        assert client.get(f"/password-reset/choose{strange}").status_code == 404, strange
    choose(client, link)
    assert sign_in(app.test_client(), "bimal").status_code == 303


def test_A9_looking_at_a_link_changes_nothing(client: FlaskClient, session: Session, link: str) -> None:
    """Programs that scan mail open every link, some more than once."""
    before = session.execute(text("SELECT * FROM tbl_auth_tokens")).all()
    for _time in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert session.execute(text("SELECT * FROM tbl_auth_tokens")).all() == before
    assert choose(client, link).status_code == 303


def test_A9_the_database_holds_only_the_hash_of_the_link(
    client: FlaskClient, session: Session, link: str
) -> None:
    token = link.partition("?token=")[2]
    assert len(token) >= 43  # 256 bits
    tables = ("tbl_auth_tokens", "tbl_messages", "tbl_jobs", "procrastinate_jobs", "tbl_audit_log")
    rows = "".join(
        str(row)
        for table in tables
        for row in session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
    )
    assert ASHA in rows
    assert token not in rows


def test_A9_a_link_is_told_to_no_other_page(client: FlaskClient, link: str) -> None:
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert choose(client, link, "short").headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


def test_A9_how_often_links_are_sent_to_one_address_is_limited(client: FlaskClient, asha: User) -> None:
    for who in (ASHA, "nobody@example.org"):
        asked = [ask(client, who).status_code for _ in range(CODE_ASKED + 1)]
        assert asked == [303] * CODE_ASKED + [429]


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("too short", None, "password"),
        ("password1234567", None, "password"),
        ("asha@example.org!", None, "password"),
        (NEW, NEW + "!", "again"),
        ("", None, "password"),
    ],
)
def test_A6_a_weak_one_is_refused_at_its_field_and_the_link_stays_good(
    client: FlaskClient, link: str, new: str, again: str | None, field: str
) -> None:
    answer = choose(client, link, new, again)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert choose(client, link).status_code == 303


def test_A6_eight_characters_do_for_who_has_confirmed_a_second_factor(
    client: FlaskClient, session: Session, link: str, asha: User
) -> None:
    short = "k7#pw2zt"
    session.add(SecondFactor(user_id=asha.id, secret="sealed"))
    assert "At least 15 characters" in client.get(link).text
    assert choose(client, link, short).status_code == 422
    session.execute(text('UPDATE tbl_auth_second_factors SET "confirmedAt" = now()'))
    assert "At least 8 characters" in client.get(link).text
    assert choose(client, link, "k7#pw2z").status_code == 422
    assert choose(client, link, short).status_code == 303


def test_B6_a_reset_ends_every_session_and_nobody_elses(
    app: Flask, client: FlaskClient, link: str, bimal: User
) -> None:
    one, other, bystander = (app.test_client() for _ in range(3))
    sign_in(one, "asha")
    sign_in(other, "asha")
    sign_in(bystander, "bimal")
    choose(client, link)
    assert [is_signed_in(browser) for browser in (one, other, client, bystander)] == [
        False,
        False,
        False,
        True,
    ]


def test_a_reset_opens_a_locked_account(client: FlaskClient, session: Session, asha: User) -> None:
    for _attempt in range(5):
        sign_in(client, "asha", WRONG)
    ask(client)
    choose(client, letter(session, "reset").link)
    assert not session.scalars(select(Auth)).one().is_locked
    assert sign_in(client, "asha", NEW).status_code == 303


def test_a_password_for_the_first_time_is_replaced_by_a_reset(
    client: FlaskClient, session: Session, link: str
) -> None:
    session.execute(text("""UPDATE tbl_auth SET details = '{"oneTimePassword": true}'"""))
    choose(client, link)
    sign_in(client, "asha", NEW)
    assert is_signed_in(client)


def test_A12_a_reset_is_told_and_on_record(client: FlaskClient, session: Session, link: str) -> None:
    choose(client, link)
    told = letter(session, "password_changed")
    assert told.to == ASHA
    assert NEW not in told.body
    entry = text(
        "SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_auth' AND after ->> 'passwordHash' = '(hidden)'"
        " AND action = 'UPDATE'"
    )
    assert session.execute(entry).scalar_one() == 1


def test_A2_asking_for_a_link_tells_nobody_who_has_an_account(
    app: Flask, session: Session, asha: User
) -> None:
    answers, work = [], []
    for who in (ASHA, "nobody@example.org"):
        with statements() as sent:
            answer = ask(app.test_client(), who)
        answers.append((answer.status_code, answer.location, without_token(answer)))
        work.append(sent)
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert [one.to for one in letters(session)] == [ASHA]


def test_A13_who_has_left_chooses_no_password(client: FlaskClient, session: Session, link: str) -> None:
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    assert client.get(link).status_code == 404
    assert choose(client, link).status_code == 404


def test_the_link_begins_with_the_portals_own_address_whatever_the_request_calls_it(
    app: Flask, client: FlaskClient, session: Session, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PORTAL_URL", "https://portal.example.org/")
    client.post("/password-reset", data={"identifier": ASHA}, base_url="http://evil.example")
    assert "https://portal.example.org/password-reset/choose?token=" in letter(session, "reset").body
    assert "evil" not in letter(session, "reset").body


@pytest.mark.parametrize("who", [ASHA, "nobody@example.org"])
def test_without_an_own_address_no_link_goes_out_that_a_stranger_could_turn_elsewhere(
    client: FlaskClient, session: Session, asha: User, who: str
) -> None:
    answer = client.post("/password-reset", data={"identifier": who}, base_url="http://evil.example")
    assert answer.status_code == 422
    assert "set PORTAL_URL" in answer.text
    assert letters(session) == []


def test_who_is_invited_chooses_a_password_and_comes_in(
    app: Flask, client: FlaskClient, session: Session, newcomer: User
) -> None:
    invite(app, session, newcomer)
    sent = letter(session, "invitation")
    assert sent.to == "gita@example.org"
    assert "Welcome, Gita Rai" in client.get(sent.link).text
    assert choose(client, sent.link).location == "/sign-in"
    assert sign_in(client, "gita", NEW).status_code == 303
    assert client.get(sent.link).status_code == 404


def test_who_is_invited_may_also_come_by_phone(app: Flask, client: FlaskClient, session: Session) -> None:
    ensure_system_roles(session)
    user = add_user(session, "Gita Rai", None, phone="+9779812345678")
    add_phone_account(session, user)
    assign_role(session, user, "Viewer")
    invite(app, session, user)
    sent = letter(session, "invitation")
    assert (sent.to, sent.subject) == ("+9779812345678", None)
    choose(client, sent.link)
    answer = client.post("/sign-in", data={"identifier": "+977 9812345678", "password": NEW})
    assert answer.status_code == 303


def test_an_invitation_is_good_for_a_week_and_the_newest_one_counts(
    app: Flask, client: FlaskClient, session: Session, newcomer: User
) -> None:
    first = invite(app, session, newcomer)
    age = text("SELECT \"expiresAt\" - now() = interval '7 days' FROM tbl_auth_tokens")
    assert session.execute(age).scalar_one()
    second = invite(app, session, newcomer)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)


def test_nobody_is_invited_without_an_address(session: Session) -> None:
    with pytest.raises(Refusal, match="no address"):
        send_invitation(session, add_user(session, "Gita Rai"))


def test_A9_a_reset_makes_every_other_link_and_code_void(
    app: Flask, client: FlaskClient, session: Session, link: str, asha: User
) -> None:
    invitation = invite(app, session, asha)
    client.post("/sign-in/code", data={"identifier": ASHA})
    code = letter(session, "code").code
    choose(client, link)
    assert client.get(invitation).status_code == 404
    assert client.post("/sign-in/code/enter", data={"code": code}).status_code in (303, 422)
    assert not is_signed_in(client)


def test_old_links_are_forgotten_and_others_kept(client: FlaskClient, session: Session, link: str) -> None:
    forget_old_tokens(session)
    assert len(session.scalars(select(OneTimeToken)).all()) == 1
    session.execute(text("UPDATE tbl_auth_tokens SET \"expiresAt\" = now() - interval '31 days'"))
    forget_old_tokens(session)
    assert session.scalars(select(OneTimeToken)).all() == []


def test_the_old_password_still_counts_until_another_is_chosen(client: FlaskClient, link: str) -> None:
    client.get(link)
    assert sign_in(client, "asha", PASSWORD).status_code == 303
