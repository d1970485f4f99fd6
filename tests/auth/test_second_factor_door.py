"""The second factor at the door: a session stays shut until a code is shown."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.auth.models import RecoveryCode
from portal.auth.passwords import Passwords
from portal.core.db import db
from portal.users.models import User
from portal.web.access import mark_of
from tests.auth.conftest import AddPerson
from tests.auth.people import (
    cookie_of,
    is_signed_in,
    payload,
    person_in,
    sessions,
    sign_in,
    statements,
    without_token,
)
from tests.auth.phones import (
    code_of,
    factor,
    forget_last_code,
    give_codes,
    give_phone,
    recover,
    show,
    wrong_code,
)
from tests.house.test_routes import address_of

pytestmark = pytest.mark.database

DOOR = {"auth.enter_second_factor", "auth.enter_recovery_code"}


@pytest.fixture
def owing(app: Flask, client: FlaskClient, session: Session, asha: User) -> FlaskClient:
    """A browser in which asha has typed her password, and no code yet."""
    give_phone(session, app, asha)
    assert sign_in(client, "asha").status_code == 303
    return client


def test_after_the_password_comes_the_code_and_then_the_page_one_wanted(
    app: Flask, client: FlaskClient, session: Session, asha: User
) -> None:
    give_phone(session, app, asha)
    wanted = "/account/sessions?a=b"
    to_door = sign_in(client, "asha", data={"next": wanted}).location
    asked = client.get(to_door).location
    assert asked == "/sign-in/second-factor?next=/account/sessions?a%3Db"
    page = client.get(asked)
    assert 'autocomplete="one-time-code"' in page.text
    assert f'value="{wanted}"' in page.text
    assert show(client, code_of(), next=wanted).location == wanted
    assert is_signed_in(client)


def test_C1_every_other_route_stays_shut_until_the_code_is_shown(app: Flask, owing: FlaskClient) -> None:
    tried = 0
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        if rule.endpoint in DOOR or (mark is not None and mark.public):
            continue
        address = address_of(app.url_map, rule)
        for method in (rule.methods or set()) - {"HEAD"}:  # which Flask answers as it does GET
            whole = owing.open(address, method=method)
            assert whole.status_code == 303, f"{method} {rule.rule}"
            assert whole.location.startswith("/sign-in/second-factor"), f"{method} {rule.rule}"
            tried += 1
        part = owing.open(address, method=method, headers={"HX-Request": "true"})
        assert part.status_code == 401, f"{method} {rule.rule}"
        assert part.headers["HX-Redirect"].startswith("/sign-in/second-factor"), f"{method} {rule.rule}"
        assert part.data == b""
    assert tried > 20


def test_a_person_who_owes_a_code_sees_no_places_and_may_sign_out(owing: FlaskClient) -> None:
    assert owing.get("/").location == "/sign-in/second-factor"
    page = owing.get("/sign-in/second-factor").text
    assert "Beneficiaries" not in page
    assert "/sign-out" in page
    assert owing.get("/nowhere").status_code == 404
    assert owing.post("/sign-out").location == "/sign-in"


def test_A1_showing_the_code_changes_the_token_and_the_old_one_is_nobodys(
    app: Flask, owing: FlaskClient
) -> None:
    before = cookie_of(owing) or ""
    assert show(owing, code_of()).status_code == 303
    after = cookie_of(owing) or ""
    assert payload(before)["_user_id"] != payload(after)["_user_id"]
    thief = app.test_client()
    thief.set_cookie("sid", before)
    assert not is_signed_in(thief)
    assert thief.get("/account/sessions").location.startswith("/sign-in?")
    assert is_signed_in(owing)


def test_D1_the_token_of_the_forms_changes_too(
    app: Flask, owing: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.auth.test_csrf import token_of

    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = token_of(owing.get("/sign-in/second-factor").text)
    assert show(owing, code_of()).status_code == 400
    assert show(owing, code_of(), csrf_token=before).status_code == 303
    assert owing.post("/sign-out", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0", "x" * 41, "3k8fz-w0q2m"]
)
def test_what_is_no_code_is_refused_at_its_field(owing: FlaskClient, code: str) -> None:
    answer = show(owing, code)
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert not is_signed_in(owing)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_half_a_minute_wrong(owing: FlaskClient, steps: int, taken: bool) -> None:
    middle = dt.datetime.now(dt.UTC).replace(second=15) + dt.timedelta(minutes=1)
    with time_machine.travel(middle, tick=False):
        assert (show(owing, code_of(steps_on=steps)).status_code == 303) is taken


def test_a_code_may_be_typed_with_blanks(owing: FlaskClient) -> None:
    code = code_of()
    assert show(owing, f" {code[:3]} {code[3:]} ").status_code == 303


def test_A9_a_code_is_taken_once(app: Flask, owing: FlaskClient, session: Session) -> None:
    code = code_of()
    assert show(owing, code).status_code == 303
    other = app.test_client()
    sign_in(other, "asha")
    assert show(other, code).status_code == 422
    assert not is_signed_in(other)
    forget_last_code(session)
    assert show(other, code_of()).status_code == 303


def test_A9_nor_is_an_older_one_after_a_newer(app: Flask, owing: FlaskClient) -> None:
    assert show(owing, code_of(steps_on=1)).status_code == 303
    other = app.test_client()
    sign_in(other, "asha")
    assert show(other, code_of()).status_code == 422


def test_A9_of_ten_who_show_one_code_at_once_one_comes_in(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    committed_app.extensions["portal_passwords"] = cheap_passwords
    with committed_app.app_context():
        give_phone(db.session(), committed_app, person_in(db.session(), cheap_passwords, "asha", "Admin"))
    browsers = [committed_app.test_client() for _number in range(10)]
    for browser in browsers:
        sign_in(browser, "asha")
    code, ready = code_of(), threading.Barrier(10)

    def attempt(browser: FlaskClient) -> int:
        ready.wait()
        return show(browser, code).status_code

    with ThreadPoolExecutor(10) as crowd:
        answers = sorted(crowd.map(attempt, browsers))
    assert answers == [303] + [422] * 9
    assert [is_signed_in(browser) for browser in browsers].count(True) == 1


def test_A3_five_wrong_codes_lock_and_not_even_the_right_one_is_taken(
    app: Flask, owing: FlaskClient, session: Session
) -> None:
    for _attempt in range(5):
        assert show(owing, wrong_code()).status_code == 422
    assert factor(session).locked_on_at is not None
    wrong, fitting = wrong_code(), code_of()  # taken once: the clock may turn meanwhile
    refused, right = show(owing, wrong), show(owing, fitting)
    assert right.status_code == 422
    assert without_token(right).replace(fitting, "") == without_token(refused).replace(wrong, "")
    assert not is_signed_in(owing)


def test_A3_a_right_password_does_not_forget_wrong_codes(
    app: Flask, owing: FlaskClient, session: Session
) -> None:
    for _round in range(2):
        for _attempt in range(2):
            show(owing, wrong_code())
        owing.post("/sign-out")
        sign_in(owing, "asha")
    show(owing, wrong_code())
    assert factor(session).false_attempts == 5
    assert show(owing, code_of()).status_code == 422


@pytest.mark.parametrize(("minutes", "opens"), [(14.9, False), (15, True)])
def test_A3_the_lock_of_codes_opens_after_fifteen_minutes(
    owing: FlaskClient, session: Session, minutes: float, opens: bool
) -> None:
    for _attempt in range(5):
        show(owing, wrong_code())
    session.execute(
        text("UPDATE tbl_auth_second_factors SET \"lockedOnAt\" = now() - :minutes * interval '1 minute'"),
        {"minutes": minutes},
    )
    assert (show(owing, code_of()).status_code == 303) is opens


def test_A3_a_right_code_forgets_the_wrong_ones(owing: FlaskClient, session: Session) -> None:
    for _attempt in range(4):
        show(owing, wrong_code())
    assert show(owing, code_of()).status_code == 303
    assert factor(session).false_attempts == 0


def test_A4_twenty_wrong_codes_at_once_all_count(committed_app: Flask, cheap_passwords: Passwords) -> None:
    committed_app.extensions["portal_passwords"] = cheap_passwords
    with committed_app.app_context():
        give_phone(db.session(), committed_app, person_in(db.session(), cheap_passwords, "asha", "Admin"))
    browsers = [committed_app.test_client() for _number in range(20)]
    for browser in browsers:
        sign_in(browser, "asha")
    ready = threading.Barrier(20)

    def attempt(browser: FlaskClient) -> int:
        ready.wait()
        return show(browser, wrong_code()).status_code

    with ThreadPoolExecutor(20) as crowd:
        assert list(crowd.map(attempt, browsers)) == [422] * 20
    with committed_app.app_context():
        assert factor(db.session()).false_attempts == 20
        assert factor(db.session()).locked_on_at is not None


def test_A5_tries_at_codes_are_limited(owing: FlaskClient, session: Session) -> None:
    for _attempt in range(20):
        assert show(owing, wrong_code()).status_code == 422
    answer = show(owing, wrong_code())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_recovery_code_lets_in_once(
    app: Flask, owing: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    code, *others = give_codes(session, cheap_passwords, asha)
    assert len({code, *others}) == 10
    assert recover(owing, "zzzzz-zzzzz").status_code == 422
    assert recover(owing, code.replace("-", " ").upper()).status_code == 303
    assert is_signed_in(owing)
    other = app.test_client()
    sign_in(other, "asha")
    assert recover(other, code).status_code == 422
    assert recover(other, others[0]).status_code == 303


def test_a_recovery_code_is_kept_as_argon2id_and_nowhere_else(
    session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    codes = give_codes(session, cheap_passwords, asha)
    rows = session.query(RecoveryCode).all()
    assert all(row.code_hash.startswith("$argon2id$") for row in rows)
    dump = session.execute(
        text(
            "SELECT (SELECT string_agg(c::text, '') FROM tbl_auth_recovery_codes c)"
            " || (SELECT string_agg(l::text, '') FROM tbl_audit_log l)"
        )
    ).scalar_one()
    assert "tbl_auth_recovery_codes" in dump
    for code in codes:
        assert code not in dump
        assert code.replace("-", "") not in dump
    assert "$argon2id$" not in dump.partition("tbl_auth_recovery_codes")[2]


def test_a_recovery_code_of_somebody_else_does_not(
    owing: FlaskClient, session: Session, cheap_passwords: Passwords, add_person: AddPerson
) -> None:
    code = give_codes(session, cheap_passwords, add_person("bimal"))[0]
    assert recover(owing, code).status_code == 422


def test_A3_wrong_recovery_codes_count_with_the_others(
    owing: FlaskClient, session: Session, cheap_passwords: Passwords, asha: User
) -> None:
    code = give_codes(session, cheap_passwords, asha)[0]
    for attempt in range(5):
        (recover if attempt % 2 else show)(owing, "000000-0000")
    assert recover(owing, code).status_code == 422
    assert not is_signed_in(owing)


def test_of_ten_who_use_one_recovery_code_at_once_one_comes_in(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    committed_app.extensions["portal_passwords"] = cheap_passwords
    with committed_app.app_context():
        user = person_in(db.session(), cheap_passwords, "asha", "Admin")
        give_phone(db.session(), committed_app, user)
        code = give_codes(db.session(), cheap_passwords, user)[0]
    browsers = [committed_app.test_client() for _number in range(10)]
    for browser in browsers:
        sign_in(browser, "asha")
    ready = threading.Barrier(10)

    def attempt(browser: FlaskClient) -> int:
        ready.wait()
        return recover(browser, code).status_code

    with ThreadPoolExecutor(10) as crowd:
        assert sorted(crowd.map(attempt, browsers)) == [303] + [422] * 9


def test_a_session_that_ended_meanwhile_is_not_opened_by_a_code(owing: FlaskClient, session: Session) -> None:
    session.execute(text('UPDATE tbl_auth_sessions SET "revokedAt" = now()'))
    assert show(owing, code_of()).status_code == 401
    assert [row.second_factor_at for row in sessions(session)] == [None]


def test_who_has_shown_a_code_is_not_asked_again(owing: FlaskClient) -> None:
    show(owing, code_of())
    assert owing.get("/sign-in/second-factor").location == "/"
    assert owing.get("/sign-in/recovery-code?next=/jobs").location == "/jobs"


def test_A14_the_page_after_the_code_is_one_of_ours(owing: FlaskClient) -> None:
    assert show(owing, code_of(), next="//evil.example").location == "/"


def test_who_has_no_second_factor_is_not_asked(client: FlaskClient, asha: User) -> None:
    sign_in(client, "asha")
    assert client.get("/sign-in/second-factor").location == "/"
    assert is_signed_in(client)


def test_B10_also_with_a_second_factor_knowing_the_person_takes_one_statement(owing: FlaskClient) -> None:
    show(owing, code_of())
    with statements() as seen:
        assert owing.post("/account/sessions/end-others", headers={"HX-Request": "true"}).status_code == 204
    assert ["set_config" in one for one in seen] == [True, False]
