"""One's own account: name, and addresses that count once they are confirmed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.limits import CODE_ASKED
from portal.auth.models import Auth
from portal.users.models import User
from tests.auth.conftest import AddPerson
from tests.auth.messages import letter, letters
from tests.auth.people import PASSWORD, WRONG, is_signed_in, sign_in, statements, without_token

pytestmark = pytest.mark.database

NEW = "asha.new@example.org"
PHONE = "+9779812345678"


@pytest.fixture
def own(client: FlaskClient, asha: User) -> FlaskClient:
    """Asha's browser."""
    sign_in(client, "asha")
    return client


def save(client: FlaskClient, **typed: str) -> TestResponse:
    page = client.get("/account").text
    version = page.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post("/account", data={"name": "Asha", "gender": "FEMALE", "version": version, **typed})


def ask(
    client: FlaskClient, address: str = NEW, kind: str = "email", current: str = PASSWORD
) -> TestResponse:
    return client.post(f"/account/{kind}", data={"address": address, "current": current})


def confirm(client: FlaskClient, code: str, kind: str = "email") -> TestResponse:
    return client.post(f"/account/{kind}/confirm", data={"code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def ways_in(session: Session) -> dict[str, str]:
    return {row.service.value: row.service_id for row in session.scalars(select(Auth))}


def test_one_changes_what_one_is_called(own: FlaskClient, session: Session, asha: User) -> None:
    assert save(own, name="Asha K.C. Tharu").status_code == 303
    assert (asha.name, asha.gender, asha.updated_by) == ("Asha K.C. Tharu", "FEMALE", str(asha.uuid))
    assert 'value="Asha K.C. Tharu"' in own.get("/account").text


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 201}, {"name": "A\0"}, {"gender": "BOTH"}])
def test_what_cannot_be_is_refused_at_its_field(own: FlaskClient, asha: User, typed: dict[str, str]) -> None:
    answer = save(own, **typed)
    (field,) = typed
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


def test_a_form_filled_in_from_an_older_state_is_refused_once(own: FlaskClient, asha: User) -> None:
    answer = save(own, version="older")
    assert answer.status_code == 409
    assert "Now it says" in answer.text
    assert asha.name == "Asha"


def test_C7_more_than_the_form_asks_for_changes_nothing(own: FlaskClient, asha: User) -> None:
    more = {
        "email": "x@example.org",
        "phone": PHONE,
        "wallet": "0x0",
        "notes": "x",
        "role": "Admin",
        "id": "7",
    }
    assert save(own, **more).status_code == 303
    assert (asha.email, asha.phone, asha.wallet, asha.notes) == ("asha@example.org", None, None, None)


def test_another_mail_address_counts_once_its_code_has_come_back(
    app: Flask, own: FlaskClient, session: Session, asha: User
) -> None:
    assert ask(own, " Asha.New@example.org ").location == "/account/email/confirm"
    assert NEW in own.get("/account/email/confirm").text
    assert asha.email == "asha@example.org"
    sent = letter(session, "confirm_address")
    assert sent.to == NEW
    assert confirm(own, sent.code).location == "/account"
    assert asha.email == NEW
    assert ways_in(session) == {"EMAIL": NEW}
    assert is_signed_in(own)
    assert sign_in(app.test_client(), "asha").status_code == 422
    assert sign_in(app.test_client(), "asha.new").status_code == 303


def test_a_first_phone_number_becomes_a_way_to_sign_in_with_the_same_password(
    app: Flask, own: FlaskClient, session: Session, asha: User
) -> None:
    ask(own, "981-2345678", "phone")
    sent = letter(session, "confirm_address")
    assert sent.to == PHONE
    confirm(own, sent.code, "phone")
    assert (asha.phone, asha.email) == (PHONE, "asha@example.org")
    assert ways_in(session) == {"EMAIL": "asha@example.org", "PHONE": PHONE}
    answer = app.test_client().post("/sign-in", data={"identifier": PHONE, "password": PASSWORD})
    assert answer.status_code == 303


def test_A12_the_old_address_is_told_and_the_change_is_on_record(
    own: FlaskClient, session: Session, asha: User
) -> None:
    ask(own)
    confirm(own, letter(session, "confirm_address").code)
    assert letter(session, "address_changed").to == "asha@example.org"
    entry = text(
        "SELECT before ->> 'email', after ->> 'email', actor FROM tbl_audit_log"
        " WHERE \"tableName\" = 'tbl_users' AND action = 'UPDATE' AND after ? 'email'"
    )
    assert session.execute(entry).one() == ("asha@example.org", NEW, asha.uuid)


def test_A12_who_adds_a_phone_is_told_where_they_were_reached(own: FlaskClient, session: Session) -> None:
    ask(own, PHONE, "phone")
    confirm(own, letter(session, "confirm_address").code, "phone")
    assert letter(session, "address_changed").to == "asha@example.org"


def test_A12_a_changed_password_is_told(own: FlaskClient, session: Session) -> None:
    new = "four words, quite new"
    own.post("/account/password", data={"current": PASSWORD, "password": new, "again": new})
    assert letter(session, "password_changed").to == "asha@example.org"
    own.post("/account/password", data={"current": WRONG, "password": PASSWORD, "again": PASSWORD})
    assert len(letters(session)) == 1


def test_A12_the_password_is_asked_for_and_guesses_are_counted(
    own: FlaskClient, session: Session, asha: User
) -> None:
    for _attempt in range(5):
        answer = ask(own, current=WRONG)
        assert (answer.status_code, 'id="current-error"' in answer.text) == (422, True)
        session.execute(text("DELETE FROM tbl_rate_counts"))
    assert session.scalars(select(Auth)).one().is_locked
    assert ask(own).status_code == 422
    assert letters(session) == []


def test_A12_who_has_no_password_must_have_signed_in_a_moment_ago(
    own: FlaskClient, session: Session, asha: User
) -> None:
    session.execute(text('UPDATE tbl_auth SET "passwordHash" = NULL'))
    assert "Your password" not in own.get("/account/email").text
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '10 minutes'"))
    assert ask(own, current="").status_code == 422
    assert letters(session) == []
    session.execute(text("UPDATE tbl_auth_sessions SET \"createdAt\" = now() - interval '9 minutes'"))
    answer = ask(own, current="")
    assert answer.status_code == 303, answer.text


def test_whose_address_it_is_is_told_to_nobody_but_its_owner(
    own: FlaskClient, session: Session, bimal: User
) -> None:
    """An address that somebody has and one that nobody has: the same answers, and as much work."""
    answers, work = [], []
    for address in ("bimal@example.org", "nobody@example.org"):
        with statements() as sent:
            asked = ask(own, address)
        page, refused = own.get(asked.location or ""), confirm(own, "00000000")
        texts = (without_token(page), without_token(refused))
        answers.append((asked.status_code, asked.location, *(one.replace(address, "") for one in texts)))
        work.append(len(sent))
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    told = {one.to: one.purpose for one in letters(session)}
    assert told == {"bimal@example.org": "address_taken", "nobody@example.org": "confirm_address"}
    assert not any(sign.isdigit() for sign in letter(session, "address_taken").body)


def test_an_address_that_somebody_took_meanwhile_is_refused(
    own: FlaskClient, session: Session, asha: User, add_person: AddPerson
) -> None:
    ask(own)
    add_person("asha.new")
    answer = confirm(own, letter(session, "confirm_address").code)
    assert (answer.status_code, 'id="code-error"' in answer.text) == (422, True)
    assert asha.email == "asha@example.org"


def test_ones_own_address_is_no_change(own: FlaskClient, session: Session) -> None:
    answer = ask(own, "ASHA@example.org")
    assert (answer.status_code, 'id="address-error"' in answer.text) == (422, True)
    assert letters(session) == []


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", ""),
        ("email", "asha"),
        ("email", "a@b c"),
        ("email", "a@b\r\nBcc: x@example.org"),
        ("email", "a\0@example.org"),
        ("email", "x" * 250 + "@example.org"),
        ("phone", "asha"),
        ("phone", "12"),
        ("phone", "+977"),
        ("phone", "x" * 300),
    ],
)
def test_what_is_no_address_is_refused_at_its_field(
    own: FlaskClient, session: Session, kind: str, typed: str
) -> None:
    answer = ask(own, typed, kind)
    assert (answer.status_code, 'id="address-error"' in answer.text) == (422, True)
    assert letters(session) == []


def test_A9_the_code_for_an_address_counts_once_ten_minutes_and_in_that_session(
    app: Flask, own: FlaskClient, session: Session, asha: User
) -> None:
    ask(own)
    code = letter(session, "confirm_address").code
    other = app.test_client()
    sign_in(other, "asha")
    assert confirm(other, code).status_code == 422
    assert other.get("/account/email/confirm").location == "/account/email"
    assert confirm(own, code, "phone").status_code == 422
    session.execute(text('UPDATE tbl_auth_tokens SET "expiresAt" = now()'))
    assert confirm(own, code).status_code == 422
    session.execute(text("UPDATE tbl_auth_tokens SET \"expiresAt\" = now() + interval '1 second'"))
    assert confirm(own, code).status_code == 303
    assert confirm(own, code).status_code == 422
    assert own.get("/account/email/confirm").location == "/account/email"


def test_A9_five_wrong_codes_for_an_address_make_it_void(
    own: FlaskClient, session: Session, asha: User
) -> None:
    ask(own)
    code = letter(session, "confirm_address").code
    for _try in range(5):
        assert confirm(own, wrong(code)).status_code == 422
    assert confirm(own, code).status_code == 422
    assert asha.email == "asha@example.org"


def test_A9_the_newest_code_for_an_address_counts(own: FlaskClient, session: Session, asha: User) -> None:
    ask(own, "first@example.org")
    ask(own)
    codes = {one.to: one.code for one in letters(session, "confirm_address")}
    assert confirm(own, codes["first@example.org"]).status_code == 422
    assert confirm(own, codes[NEW]).status_code == 303
    assert asha.email == NEW


def test_A9_how_often_addresses_are_asked_for_is_limited(own: FlaskClient) -> None:
    asked = [ask(own, f"new{at}@example.org").status_code for at in range(CODE_ASKED + 1)]
    assert asked == [303] * CODE_ASKED + [429]


def test_links_that_went_to_the_old_address_are_void(app: Flask, own: FlaskClient, session: Session) -> None:
    stranger = app.test_client()
    stranger.post("/password-reset", data={"identifier": "asha@example.org"})
    stranger.post("/sign-in/code", data={"identifier": "asha@example.org"})
    link, code = letter(session, "reset").link, letter(session, "code").code
    assert stranger.get(link).status_code == 200
    ask(own)
    confirm(own, letter(session, "confirm_address").code)
    assert stranger.get(link).status_code == 404
    assert stranger.post("/sign-in/code/enter", data={"code": code}).status_code == 422


def test_F1_neither_code_nor_new_address_stands_in_the_records_of_links(
    own: FlaskClient, session: Session
) -> None:
    ask(own)
    sent = letter(session, "confirm_address")
    rows = "".join(
        str(row)
        for table in ("tbl_audit_log", "tbl_jobs", "procrastinate_jobs")
        for row in session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
    )
    assert "tbl_auth_tokens" in rows
    assert NEW not in rows
    assert sent.code not in rows
    confirm(own, sent.code)
    assert session.execute(text("SELECT details FROM tbl_auth_tokens")).scalar_one() is None


def test_the_pages_of_the_account_lead_to_each_other(own: FlaskClient) -> None:
    page = own.get("/account").text
    for path in (
        "/account/sessions",
        "/account/password",
        "/account/email",
        "/account/phone",
        "/account/wallet",
    ):
        assert f'href="{path}"' in page
        assert own.get(path).status_code == 200
    with statements() as sent:
        own.get("/account")
    assert len(sent) == 2  # who it is, and the facts
