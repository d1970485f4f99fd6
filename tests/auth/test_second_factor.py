"""One's own second factor: set up, new recovery codes, turned off; and an administrator's reset."""

import re
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.auth import totp
from portal.auth.models import Auth, RecoveryCode, SecondFactor
from portal.auth.operations.second_factor import reset
from portal.auth.passwords import Passwords
from portal.auth.recovery import LETTERS, new_codes, plain
from portal.core.secrets import SealBroken, open_sealed
from portal.messages.models import Message
from portal.users.models import User
from tests.auth.conftest import AddPerson
from tests.auth.people import PASSWORD, WRONG, cookie_of, is_signed_in, sign_in
from tests.auth.phones import (
    SECRET,
    begin,
    code_of,
    codes_on,
    demand_second_factor,
    factor,
    finish,
    forget_last_code,
    give_codes,
    give_phone,
    recover,
    secret_on,
    show,
    wrong_code,
)

pytestmark = pytest.mark.database

TURN_OFF = "/account/second-factor/turn-off"
NEW_CODES = "/account/second-factor/recovery-codes"


@pytest.fixture
def inside(app: Flask, client: FlaskClient, session: Session, asha: User) -> FlaskClient:
    """A browser in which asha has shown password and code; her next code can be taken at once."""
    give_phone(session, app, asha)
    sign_in(client, "asha")
    assert show(client, code_of()).status_code == 303
    forget_last_code(session)
    return client


def test_a_second_factor_is_set_up_and_asked_for_from_then_on(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    assert "Off" in client.get("/account/second-factor").text
    secret = begin(client)
    codes = codes_on(finish(client, code_of(secret)))
    assert len(set(codes)) == 10
    page = client.get("/account/second-factor").text
    assert "On" in page
    assert not any(code in page for code in codes)
    other = app.test_client()
    sign_in(other, "asha")
    assert not is_signed_in(other)
    assert show(other, code_of(secret)).status_code == 422  # taken already, for setting up
    assert recover(other, codes[3]).status_code == 303


def test_it_counts_only_once_a_code_was_typed_in(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    secret = begin(client)
    assert finish(client, wrong_code(secret)).status_code == 422
    assert factor(session).confirmed_at is None
    assert session.scalars(select(RecoveryCode)).all() == []
    other = app.test_client()
    sign_in(other, "asha")
    assert is_signed_in(other)
    assert secret_on(client.get("/account/second-factor/set-up")) == secret
    assert finish(client, code_of(secret)).status_code == 200


def test_the_picture_holds_the_secret_and_no_style(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    secret = begin(client)
    svg = re.search(r"<svg[^>]*class=\"qr\".*?</svg>", client.get("/account/second-factor/set-up").text, re.S)
    assert svg
    assert "style" not in svg[0]
    address = totp.address_of(secret, "asha@example.org")
    assert svg[0] == totp.picture_of(address)
    read = pyotp.parse_uri(address)
    assert (read.secret, read.name, read.issuer) == (secret, "asha@example.org", "Rahat Portal")


def test_looking_at_the_page_makes_no_secret_and_beginning_anew_makes_another(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    client.get("/account/second-factor/set-up")
    assert session.scalars(select(SecondFactor)).all() == []
    first, second = begin(client), begin(client)
    assert first != second
    assert finish(client, code_of(first)).status_code == 422
    assert finish(client, code_of(second)).status_code == 200


def test_what_is_set_up_cannot_be_begun_or_finished_again(inside: FlaskClient, session: Session) -> None:
    assert inside.post("/account/second-factor/begin").status_code == 409
    assert finish(inside, code_of()).status_code == 409
    page = inside.get("/account/second-factor/set-up").text
    assert "data-secret" not in page
    assert factor(session).confirmed_at is not None


def test_A1_setting_it_up_changes_this_sessions_token_and_shuts_the_others(
    app: Flask, client: FlaskClient, asha: User
) -> None:
    other, thief = app.test_client(), app.test_client()
    sign_in(client, "asha")
    sign_in(other, "asha")
    secret = begin(client)
    thief.set_cookie("sid", cookie_of(client) or "")
    assert is_signed_in(thief)
    assert finish(client, code_of(secret)).status_code == 200
    assert is_signed_in(client)
    assert thief.get("/account/sessions").location.startswith("/sign-in?")
    assert other.get("/account/sessions").location.startswith("/sign-in/second-factor?")


def test_A12_the_password_is_asked_for_and_guesses_are_counted(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    secret = begin(client)
    for _attempt in range(5):
        answer = finish(client, code_of(secret), WRONG)
        assert answer.status_code == 422
        assert 'id="current-error"' in answer.text
    assert session.scalars(select(Auth)).one().is_locked
    assert finish(client, code_of(secret)).status_code == 422
    assert factor(session).confirmed_at is None


def test_who_has_no_password_is_asked_for_the_code_alone_and_soon_after_signing_in(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    session.execute(text('UPDATE tbl_auth SET "passwordHash" = NULL'))
    secret = begin(client)
    assert 'name="current"' not in client.get("/account/second-factor/set-up").text
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '11 minutes'"))
    assert client.post("/account/second-factor/set-up", data={"code": code_of(secret)}).status_code == 422
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '9 minutes'"))
    assert client.post("/account/second-factor/set-up", data={"code": code_of(secret)}).status_code == 200


def test_the_secret_is_sealed_for_its_owner(
    app: Flask, session: Session, client: FlaskClient, asha: User
) -> None:
    sign_in(client, "asha")
    secret = begin(client)
    kept = factor(session).secret
    instance = Path(app.config["PORTAL_INSTANCE"])
    assert secret not in kept
    assert open_sealed(instance, kept) == f"{asha.id}:{secret}"
    log = session.execute(text("SELECT string_agg(l::text, '') FROM tbl_audit_log l")).scalar_one()
    assert "tbl_auth_second_factors" in log
    assert secret not in log
    assert kept not in log
    with pytest.raises(SealBroken):
        open_sealed(instance, kept[:-8] + "AAAAAAA=")


def test_a_secret_put_in_anothers_place_opens_nothing(
    app: Flask, client: FlaskClient, session: Session, asha: User, add_person: AddPerson
) -> None:
    bimal = add_person("bimal")
    give_phone(session, app, asha)
    session.execute(text('UPDATE tbl_auth_second_factors SET "userId" = :id'), {"id": bimal.id})
    sign_in(client, "bimal")
    assert show(client, code_of()).status_code == 500
    assert not is_signed_in(client)


def test_new_recovery_codes_take_the_place_of_the_old(
    app: Flask, inside: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    old = give_codes(session, cheap_passwords, asha)
    assert inside.post(NEW_CODES, data={"code": wrong_code(), "current": PASSWORD}).status_code == 422
    assert inside.post(NEW_CODES, data={"code": code_of(), "current": WRONG}).status_code == 422
    new = codes_on(inside.post(NEW_CODES, data={"code": code_of(), "current": PASSWORD}))
    assert len(new) == 10
    assert not set(new) & set(old)
    other = app.test_client()
    sign_in(other, "asha")
    assert recover(other, old[0]).status_code == 422
    assert recover(other, new[0]).status_code == 303


def test_the_page_says_when_few_codes_are_left(
    inside: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    give_codes(session, cheap_passwords, asha)
    assert "Few recovery codes" not in inside.get("/account/second-factor").text
    session.execute(
        text("""UPDATE tbl_auth_recovery_codes SET "usedAt" = now()
        WHERE id > (SELECT min(id) + 2 FROM tbl_auth_recovery_codes)""")
    )
    assert "Few recovery codes" in inside.get("/account/second-factor").text


def test_turning_it_off_takes_password_and_code(
    app: Flask, inside: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    give_codes(session, cheap_passwords, asha)
    for code, password in ((wrong_code(), PASSWORD), (code_of(), WRONG), ("", PASSWORD)):
        assert inside.post(TURN_OFF, data={"code": code, "current": password}).status_code == 422
    assert inside.post(TURN_OFF, data={"code": code_of(), "current": PASSWORD}).status_code == 303
    assert session.scalars(select(SecondFactor)).all() == []
    assert session.scalars(select(RecoveryCode)).all() == []
    other = app.test_client()
    sign_in(other, "asha")
    assert is_signed_in(other)


def test_it_cannot_be_turned_off_where_a_role_demands_one(inside: FlaskClient, session: Session) -> None:
    demand_second_factor(session)
    assert 'name="code"' not in inside.get(TURN_OFF).text
    assert inside.post(TURN_OFF, data={"code": code_of(), "current": PASSWORD}).status_code == 422
    assert factor(session).confirmed_at is not None


def test_a_role_that_demands_one_leads_to_setting_it_up_and_nowhere_else(
    client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    assert is_signed_in(client)
    demand_second_factor(session)
    set_up = "/account/second-factor/set-up"
    assert client.get("/").location == set_up
    for path in ("/beneficiaries", "/account/sessions", "/account/second-factor", TURN_OFF):
        assert client.get(path).location == set_up
        fragment = client.get(path, headers={"HX-Request": "true"})
        assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, set_up)
    assert client.post("/account/sessions/end-others").location == set_up
    assert "Your role demands a second factor" in client.get(set_up).text
    secret = begin(client)
    answer = finish(client, code_of(secret))
    assert answer.status_code == 200
    assert client.get("/beneficiaries").status_code == 200


def test_a_role_that_has_ended_demands_nothing(
    client: FlaskClient, session: Session, add_person: AddPerson
) -> None:
    from portal.users.operations.assignments import assign_role

    bimal = add_person("bimal", "Viewer")
    assign_role(session, bimal, "Officer")
    demand_second_factor(session, "Officer")
    sign_in(client, "bimal")
    assert not is_signed_in(client)
    session.execute(text("UPDATE tbl_users_roles SET expiry = now() FROM tbl_auth_roles r"
                         " WHERE r.id = \"roleId\" AND r.name = 'Officer'"))  # fmt: skip
    assert is_signed_in(client)


def test_A11_a_password_for_one_time_is_changed_before_the_phone_is_set_up(
    client: FlaskClient, session: Session, asha: User
) -> None:
    session.execute(text("""UPDATE tbl_auth SET details = '{"oneTimePassword": true}'"""))
    demand_second_factor(session)
    sign_in(client, "asha")
    assert client.get("/account/second-factor/set-up").location == "/account/password"


def test_nobody_changes_a_password_before_showing_the_code(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    session.execute(text("""UPDATE tbl_auth SET details = '{"oneTimePassword": true}'"""))
    give_phone(session, app, asha)
    sign_in(client, "asha")
    assert client.get("/account/password").location.startswith("/sign-in/second-factor")
    show(client, code_of())
    assert client.get("/account/password").status_code == 200


def test_after_changing_the_password_the_code_need_not_be_shown_again(
    app: Flask, inside: FlaskClient, asha: User
) -> None:
    new = "four words, quite new"
    other = app.test_client()
    sign_in(other, "asha")
    typed = {"current": PASSWORD, "password": new, "again": new}
    assert inside.post("/account/password", data=typed).status_code == 303
    assert is_signed_in(inside)
    sign_in(other, "asha", new)
    assert not is_signed_in(other)


def test_an_administrators_reset_takes_it_away_and_ends_all_sessions(
    app: Flask, inside: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    give_codes(session, cheap_passwords, asha)
    assert reset(session, asha.id) == 1
    session.commit()
    assert not is_signed_in(inside)
    assert session.scalars(select(RecoveryCode)).all() == []
    sign_in(inside, "asha")
    assert is_signed_in(inside)


def test_a_reset_touches_nobody_else(
    app: Flask, inside: FlaskClient, session: Session, add_person: AddPerson
) -> None:
    assert reset(session, add_person("bimal").id) == 0
    session.commit()
    assert is_signed_in(inside)
    assert factor(session).confirmed_at is not None


def test_a_second_factor_set_up_anew_is_asked_for_in_sessions_that_showed_the_old_one(
    app: Flask, inside: FlaskClient, session: Session
) -> None:
    session.execute(text("UPDATE tbl_auth_sessions SET \"secondFactorAt\" = now() - interval '1 hour'"))
    assert inside.get("/account/sessions").location.startswith("/sign-in/second-factor")


def test_recovery_codes_are_random_and_read_however_they_are_typed() -> None:
    codes = [code for _number in range(200) for code in new_codes()]
    assert len(set(codes)) == 2_000
    assert all(re.fullmatch(f"[{LETTERS}]{{5}}-[{LETTERS}]{{5}}", code) for code in codes)
    assert plain(" 3K8FZ w0q2m\t") == plain("3k8fz-w0q2m") == "3k8fzw0q2m"
    assert plain("oIL") == "011"
    assert plain(SECRET) == SECRET.casefold().translate(str.maketrans("oil", "011"))


def letters(session: Session) -> set[str | None]:
    """The subjects of the messages about the second factor."""
    return set(session.scalars(select(Message.subject).where(Message.purpose == "second_factor")))


def test_A12_its_owner_is_told_of_every_change(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    sign_in(client, "asha")
    secret = begin(client)
    codes = codes_on(finish(client, code_of(secret)))
    other = app.test_client()
    sign_in(other, "asha")
    recover(other, codes[0])
    for path in (NEW_CODES, TURN_OFF):
        forget_last_code(session)
        client.post(path, data={"code": code_of(secret), "current": PASSWORD})
    assert letters(session) == {
        "A second factor was set up for your account",
        "A recovery code was used for your account",
        "You have new recovery codes",
        "Your second factor was taken away",
    }


def test_nobody_is_told_of_what_did_not_happen(inside: FlaskClient, session: Session) -> None:
    inside.post(TURN_OFF, data={"code": wrong_code(), "current": PASSWORD})
    inside.post(NEW_CODES, data={"code": wrong_code(), "current": PASSWORD})
    assert letters(session) == set()
