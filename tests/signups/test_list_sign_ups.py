"""The list of requests, the switch of the form, and that what people wrote is forgotten."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.settings.models import Setting
from portal.signups.operations.asking import SIGN_UPS_OPEN, open_sign_ups
from portal.signups.operations.forgetting import forget_decided
from tests.auth.people import statements
from tests.signups.conftest import AskedFor

HTMX = {"HX-Request": "true"}


def test_list_sign_ups_shows_all_or_those_in_one_state(admin: FlaskClient, asked: AskedFor) -> None:
    waiting, failed = asked(), asked(status="FAILED", failed_reason="no")
    page = admin.get("/sign-ups").text
    assert str(waiting.uuid) in page
    assert str(failed.uuid) in page
    part = admin.get("/sign-ups?status=FAILED", headers=HTMX).text
    assert "<html" not in part
    assert str(failed.uuid) in part
    assert str(waiting.uuid) not in part
    assert "No request is in this state" in admin.get("/sign-ups?status=APPROVED").text


@pytest.mark.parametrize("query", ["status=nonsense", "status=%00", "status=FAILED&status=x", "at=zzz"])
def test_D10_what_no_state_is_narrows_nothing(admin: FlaskClient, asked: AskedFor, query: str) -> None:
    asked()
    assert admin.get(f"/sign-ups?{query}").status_code == 200


def test_list_sign_ups_says_so_when_there_are_none(admin: FlaskClient) -> None:
    assert "No requests yet" in admin.get("/sign-ups").text


def test_list_sign_ups_has_pages_and_takes_as_many_statements_for_fifty_as_for_one(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    asked()
    with statements() as for_one:
        admin.get("/sign-ups")
    session.execute(
        text(
            """INSERT INTO tbl_users_signups ("userIdentifier", data)
            SELECT 'a' || n, jsonb_build_object('name', 'Sita') FROM generate_series(1, 59) n"""
        )
    )
    with statements() as for_fifty:
        first = admin.get("/sign-ups").text
    assert len(for_one) == len(for_fifty) == 4, for_fifty  # the person, the page, the count, the switch
    assert first.count('class="row-link"') == 50
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert admin.get(following.replace("&amp;", "&")).text.count('class="row-link"') == 10


def test_who_may_change_sign_ups_opens_and_closes_the_form(admin: FlaskClient, session: Session) -> None:
    assert "Open the form" in admin.get("/sign-ups").text
    assert admin.post("/sign-ups/form", data={"open": "yes"}).status_code == 303
    setting = session.get(Setting, SIGN_UPS_OPEN)
    assert setting
    assert (setting.value, setting.data_type) == (True, "BOOLEAN")
    assert "Close the form" in admin.get("/sign-ups").text
    admin.post("/sign-ups/form", data={"open": "no"})
    assert setting.value is False
    admin.post("/sign-ups/form", data={})
    assert setting.value is False


def test_C11_a_setting_that_only_the_program_may_change_is_not_switched(
    admin: FlaskClient, session: Session
) -> None:
    open_sign_ups(session, False)
    session.execute(text('UPDATE tbl_settings SET "isReadOnly" = true'))
    session.commit()
    answer = admin.post("/sign-ups/form", data={"open": "yes"})
    assert answer.status_code == 422
    assert "cannot be changed" in answer.text
    setting = session.get(Setting, SIGN_UPS_OPEN)
    assert setting
    assert setting.value is False


def test_F7_what_people_wrote_is_forgotten_once_it_is_decided_and_some_time_is_over(
    session: Session, admin: FlaskClient, asked: AskedFor
) -> None:
    waiting = asked()
    rejected = asked(status="REJECTED", rejected_reason="no")
    session.execute(text("""UPDATE tbl_users_signups SET "createdAt" = now() - interval '91 days'"""))
    lately = asked(status="REJECTED", rejected_reason="no")
    assert forget_decided(session, dt.timedelta(days=90)) == 1
    session.commit()
    session.expire_all()
    assert (rejected.data, rejected.user_identifier) == (None, None)
    assert waiting.data
    assert lately.data
    assert "Forgotten" in admin.get("/sign-ups").text
    page = admin.get(f"/sign-ups/{rejected.uuid}")
    assert page.status_code == 200
    assert "no longer kept" in page.text
