"""The list of users: found by name, address and number; narrowed; paged; what it costs."""

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.enums import Service
from portal.users.models import Role, User
from tests.auth.people import statements
from tests.factories import add_user_with
from tests.staff.conftest import SignedInAs

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
ROW = re.compile(r'<a class="row-link" href="/users/[0-9a-f-]{36}"><bdi>([^<]*)</bdi>')
LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def names(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/users?{query}")
    assert answer.status_code == 200, answer.text
    return ROW.findall(answer.text)


def add_users(session: Session, number: int) -> None:
    session.execute(
        insert(User),
        [
            {"name": f"User {at:03d}", "created_at": LONG_AGO + dt.timedelta(minutes=at)}
            for at in range(number)
        ],
    )
    session.commit()


def way_in(session: Session, user: User, **facts: Any) -> None:
    session.execute(update(Auth).where(Auth.user_id == user.id).values(**facts))
    session.commit()


@pytest.fixture
def gulnara(session: Session) -> User:
    user = add_user_with(session, "gulnara", "Officer")
    user.name, user.phone, user.email = "Гульнара Ёлкина", "+9779801234567", "g.yolkina@example.org"
    session.commit()
    return user


@pytest.mark.parametrize(
    "typed",
    ["гульн", "ёлк гуль", "YOLKINA", "g.yolkina@example.org", "+977 980-123-4567", "0123", "98012", "елкина"],
)
def test_somebody_is_found_by_any_part_of_name_address_or_number(
    admin: FlaskClient, gulnara: User, typed: str
) -> None:
    answer = admin.get("/users", query_string={"q": typed})
    assert ROW.findall(answer.text) == ["Гульнара Ёлкина"]


@pytest.mark.parametrize("typed", ["гульнара zzz", "%", "_", "9999999", "\\"])
def test_and_by_nothing_else(admin: FlaskClient, gulnara: User, typed: str) -> None:
    answer = admin.get("/users", query_string={"q": typed})
    assert "Nobody matches" in answer.text
    assert not ROW.findall(answer.text)


def test_the_list_is_narrowed_to_a_role_in_force(session: Session, admin: FlaskClient, gulnara: User) -> None:
    officer = session.scalars(select(Role).where(Role.name == "Officer")).one()
    assert names(admin, f"role={officer.id}") == ["Гульнара Ёлкина"]
    officer.expiry = LONG_AGO
    session.commit()
    assert names(admin, f"role={officer.id}") == []


def test_each_state_lists_its_own_and_everybody_is_in_one(
    session: Session, admin: FlaskClient, chief: User
) -> None:
    users = {name: add_user_with(session, name, "Viewer") for name in ("active", "invited", "locked", "left")}
    way_in(session, chief, last_login_at=func.now())
    way_in(session, users["active"], last_login_at=func.now())
    way_in(session, users["locked"], is_locked=True, locked_on_at=func.now(), last_login_at=func.now())
    users["new and locked"] = add_user_with(session, "newcomer", "Viewer")
    way_in(session, users["new and locked"], is_locked=True, locked_on_at=func.now())
    users["left"].deleted_at = LONG_AGO
    session.commit()
    assert names(admin, "state=ACTIVE&sort=name") == ["Active", "Chief"]
    assert names(admin, "state=INVITED") == ["Invited"]
    assert names(admin, "state=LOCKED&sort=name") == ["Locked", "Newcomer"]
    assert names(admin, "state=DEACTIVATED") == ["Left"]
    assert names(admin, "sort=name") == ["Active", "Chief", "Invited", "Locked", "Newcomer"]
    assert names(admin, "sort=name&state=all") == ["Active", "Chief", "Invited", "Left", "Locked", "Newcomer"]


def test_a_lock_that_is_over_locks_nobody(session: Session, admin: FlaskClient, asha: User) -> None:
    way_in(session, asha, is_locked=True, locked_on_at=LONG_AGO)
    assert names(admin, "state=LOCKED") == []
    way_in(session, asha, locked_on_at=None)
    assert names(admin, "state=LOCKED") == ["Asha"]


def test_the_list_is_walked_page_by_page_in_every_order(session: Session, admin: FlaskClient) -> None:
    add_users(session, 119)  # and the administrator
    for sort in ("-created", "created", "name", "-name"):
        seen, address = [], f"/users?sort={sort}"
        while address:
            text = admin.get(address).text
            seen += ROW.findall(text)
            found = re.search(r'href="([^"]+)" rel="next"', text)
            address = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == 120
        if sort == "name":
            assert seen == sorted(seen)
        if sort == "-name":
            assert seen == sorted(seen, reverse=True)


def test_htmx_gets_the_part_and_everybody_else_the_page(admin: FlaskClient) -> None:
    page, part = admin.get("/users"), admin.get("/users", headers=HTMX)
    assert "<html" in page.text
    assert part.text.strip().startswith('<div id="users"')
    assert ROW.findall(part.text) == ROW.findall(page.text)
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize("query", ["role=abc", "role=99999", "state=ASLEEP", "q=%00"])
def test_a_filter_that_makes_no_sense_is_said_so(admin: FlaskClient, query: str) -> None:
    answer = admin.get(f"/users?{query}")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text


@pytest.mark.parametrize("query", ["at=x", "at=%00", "sort=password", "page=-1", "_scheme=x&endpoint=y"])
def test_D10_an_address_that_makes_no_sense_shows_the_list(admin: FlaskClient, query: str) -> None:
    assert names(admin, query) == ["Chief"]


def test_C4_the_list_and_its_search_hold_those_only_whom_one_may_see(
    session: Session, signed_in_as: SignedInAs, asha: User
) -> None:
    own = signed_in_as(Rule("read", "User", conditions={"uuid": "${user.uuid}"}))
    assert names(own) == ["Keeper1"]
    assert names(own, "q=asha") == []
    assert own.get(f"/users/{asha.uuid}").status_code == 404
    assert signed_in_as("Viewer").get("/users").status_code == 403


def test_the_list_costs_four_statements_whatever_it_shows(session: Session, admin: FlaskClient) -> None:
    for number in (1, 60):
        add_users(session, number)
        for query in ("", "q=user&state=all&sort=-name"):
            with statements() as sent:
                names(admin, query)
            assert len(sent) == 4, sent


def test_a_phone_stands_in_groups_and_a_user_without_a_name_says_so(
    session: Session, admin: FlaskClient
) -> None:
    session.add(User(phone="+9779801234567"))
    session.commit()
    text = admin.get("/users").text
    assert "+977 980-1234567" in text
    assert "No name" in text


def test_one_user_is_in_the_list_once_however_many_ways_to_sign_in_they_have(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    for service in (Service.PHONE, Service.GOOGLE):
        session.add(Auth(user_id=asha.id, service=service, service_id="x", last_login_at=LONG_AGO))
    session.commit()
    assert names(admin, "state=ACTIVE") == ["Asha"]
