"""The list and the person's page in a browser: what they cost, what they remember, and what they leave alone."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.forms import COLUMN_LABELS
from portal.users.models import User
from tests.auth.people import statements, without_token
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.naughty import NAUGHTY
from tests.factories import add_beneficiaries, add_beneficiary, add_group, add_named, add_project

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
ROW = re.compile(r'href="/beneficiaries/([0-9a-f-]{36})"')


def rows_of(page: str) -> list[str]:
    return list(dict.fromkeys(ROW.findall(page)))


def link(page: str, words: str) -> str | None:
    """Where a button of the pager leads."""
    found = re.search(rf'<a class="btn[^>]*href="([^"]+)"(?:(?!</a>).)*{words}', page, re.DOTALL)
    return found[1].replace("&amp;", "&") if found else None


def test_the_list_is_walked_by_its_buttons_to_the_end_and_back(
    session: Session, manager: FlaskClient
) -> None:
    people = [str(uuid) for uuid in add_beneficiaries(session, 120)][::-1]
    page = manager.get("/beneficiaries").text
    assert rows_of(page) == people[:50]
    assert "1–50 of 120" in page
    assert link(page, "Previous page") is None
    page = manager.get(link(page, "Next page") or "").text
    assert (rows_of(page), "51–100 of 120" in page) == (people[50:100], True)
    page = manager.get(link(page, "Next page") or "").text
    assert (rows_of(page), "101–120 of 120" in page) == (people[100:], True)
    assert link(page, "Next page") is None
    page = manager.get(link(page, "First page") or "").text
    assert rows_of(page) == people[:50]
    page = manager.get(link(page, "Last page") or "").text
    assert (rows_of(page), "71–120 of 120" in page) == (people[70:], True)
    assert rows_of(manager.get(link(page, "Previous page") or "").text) == people[20:70]


def test_the_buttons_keep_the_filter_and_a_new_filter_begins_at_its_first_page(
    session: Session, manager: FlaskClient
) -> None:
    add_beneficiaries(session, 60)
    add_named(session, [f"Other {number}" for number in range(60)])
    page = manager.get("/beneficiaries?q=person&sort=name").text
    following = link(page, "Next page") or ""
    assert "q=person" in following
    assert "sort=name" in following
    assert "51–60 of 60" in manager.get(following).text
    sort = re.search(r'href="(/beneficiaries\?[^"]*sort=-name[^"]*)"', manager.get(following).text)
    assert sort
    assert "at=" not in sort[1]


def test_a_long_list_is_not_counted_to_its_end(
    session: Session, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import portal.beneficiaries.queries.people as people

    monkeypatch.setattr(people, "COUNT_LIMIT", 70)
    monkeypatch.setattr(people, "SEARCH_COUNT_LIMIT", 20)
    add_beneficiaries(session, 80)
    assert "1–50 of 70+" in manager.get("/beneficiaries").text
    page = manager.get("/beneficiaries?q=person").text
    assert "1–50 of 20+" in page or "20+" in page
    further = re.search(r'href="([^"]*count=further[^"]*)"', page)
    assert further
    assert "70+" in manager.get(further[1].replace("&amp;", "&")).text


def test_an_empty_registry_says_what_to_do_next(signed_in_as: SignedInAs) -> None:
    assert "/imports/new" in signed_in_as("Manager").get("/beneficiaries").text
    assert "/imports/new" not in signed_in_as("Viewer").get("/beneficiaries").text


def test_htmx_gets_the_part_and_everybody_else_the_page(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita")
    page, part = manager.get("/beneficiaries"), manager.get("/beneficiaries", headers=HTMX)
    assert "<html" in page.text
    assert page.text.count('id="people"') == 1
    assert part.text.strip().startswith('<div id="people"')
    for layout in ("<html", "<head", "<body", "<script", "csrf_token"):
        assert layout not in part.text
    assert rows_of(part.text) == rows_of(page.text)
    for answer in (page, part):
        assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_the_page_where_it_replaces_all_of_it(manager: FlaskClient, header: str) -> None:
    assert "<html" in manager.get("/beneficiaries", headers={**HTMX, header: "true"}).text


def test_D4_no_answer_is_kept_by_anybody(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    for path in (
        "/beneficiaries",
        f"/beneficiaries/{person.uuid}",
        "/beneficiaries/export",
        "/beneficiaries?age_to=x",
    ):
        assert manager.get(path).headers["Cache-Control"] == "no-store"


def fill(session: Session, number: int) -> Any:
    project = add_project(session, f"Project {number}")
    group = add_group(session, f"Group {number}", [project])
    return [
        add_beneficiary(session, f"Person {at}", groups=[group], projects=[project]) for at in range(number)
    ]


PAGES = {
    "/beneficiaries": 5,
    "/beneficiaries?q=person&gender=UNKNOWN&sort=name&age_to=150": 6,
    "/beneficiaries?sort=-name": 5,
    "/beneficiaries/export": 2,
    "/beneficiaries/export?gender=UNKNOWN": 4,
    "/beneficiaries/{person}": 4,
    "/beneficiaries/{person}/memberships": 5,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_the_database_as_often_whatever_it_shows(
    session: Session, manager: FlaskClient, path: str
) -> None:
    asked = []
    for number in (1, 30):
        people = fill(session, number)
        manager.post("/beneficiaries/columns", data={"columns": list(COLUMN_LABELS)})
        address = path.format(person=people[0].uuid)
        manager.get(address)
        with statements() as seen:
            assert manager.get(address).status_code == 200
        asked.append(len(seen))
    assert asked == [PAGES[path]] * 2


def test_who_turns_pages_asks_only_for_the_rows_and_their_number(
    session: Session, manager: FlaskClient
) -> None:
    fill(session, 3)
    manager.get("/beneficiaries")
    with statements() as seen:
        assert manager.get("/beneficiaries?sort=-name", headers={"HX-Request": "true"}).status_code == 200
    assert len(seen) == 3


COUNTERS = text(
    "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname <> 'tbl_audit_log' ORDER BY relname"
)
"""But for the audit log: that somebody looked at personal data is on record."""


def test_D1_looking_changes_no_row(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    session.commit()
    before = session.execute(COUNTERS).all()
    for path in ("", "?q=sita&sort=name", "?age_to=x", f"/{person.uuid}", "/export", "?at=x"):
        for headers in ({}, HTMX):
            manager.get(f"/beneficiaries{path}", headers=headers)
            manager.head(f"/beneficiaries{path}", headers=headers)
    assert before
    assert session.execute(COUNTERS).all() == before


def test_columns_are_remembered_for_the_person_and_for_nobody_else(
    session: Session, signed_in_as: SignedInAs
) -> None:
    add_beneficiary(session, "Sita", email="sita@example.net", notes="Lives by the river")
    one, other = signed_in_as("Manager"), signed_in_as("Manager")
    answer = one.post(
        "/beneficiaries/columns", data={"columns": ["email", "notes"], "back": "/beneficiaries?q=sita"}
    )
    assert (answer.status_code, answer.location) == (303, "/beneficiaries?q=sita")
    shown = one.get("/beneficiaries").text
    assert "sita@example.net" in shown
    assert "Lives by the river" in shown
    assert "Sita" in shown
    assert "sita@example.net" not in other.get("/beneficiaries").text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_A14_choosing_columns_leads_back_to_this_site_only(manager: FlaskClient, back: str) -> None:
    answer = manager.post("/beneficiaries/columns", data={"columns": ["email"], "back": back})
    assert answer.location == "/beneficiaries"


@pytest.mark.parametrize("columns", [[], ["password"], ["name", "searchText"], ["\0"]])
def test_C7_columns_that_do_not_exist_are_not_remembered(
    session: Session, manager: FlaskClient, columns: list[str]
) -> None:
    assert manager.post("/beneficiaries/columns", data={"columns": columns}).status_code == 303
    assert session.query(User).filter(User.extras.is_not(None)).count() == 0
    assert manager.get("/beneficiaries").status_code == 200


def test_a_person_is_shown_whole(session: Session, manager: FlaskClient) -> None:
    project = add_project(session, "Flood relief")
    group = add_group(session, "Mothers", [project], group_purpose="MOBILE_MONEY")
    person = add_beneficiary(
        session,
        "Sita Tharu",
        "+9779801234567",
        email="sita@example.net",
        govt_id="AB-1",
        groups=[group],
        projects=[project],
        gender="FEMALE",
        birth_date=dt.datetime(1990, 1, 2, tzinfo=dt.UTC),
        location="Rajapur",
        latitude=28.4,
        longitude=81.1,
        notes="Lives by the river",
        banked_status="BANKED",
        phone_status="SMART_PHONE",
        internet_status="HOME_INTERNET",
        extras={"Household size": "5", "बच्चा": ["a", {"b": None}]},
    )
    own = f"/beneficiaries/{person.uuid}"
    page = manager.get(own).text + manager.get(f"{own}/memberships").text
    for words in (
        "Sita Tharu", "+977••••567", "sita@example.net", "••••", "Mothers", "Mobile money", "Flood relief",
        "through the group Mothers", "Female", "Jan 2, 1990", "Rajapur", "28.4, 81.1", "Lives by the river", "Banked",
        "Smartphone", "Home internet", "Household size", "बच्चा", person.wallet_address, str(person.uuid),
    ):  # fmt: skip
        assert words in page, words


def test_a_person_with_nothing_known_is_shown_too(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, None, "none:6f1c9c1e-1111-4222-8333-444455556666")
    for path in (f"/beneficiaries/{person.uuid}", "/beneficiaries"):
        page = manager.get(path).text
        assert "No name" in page
        assert "No phone" in page
        assert "none:" not in page


def test_C3_a_deleted_person_is_as_unknown_as_nobody(session: Session, viewer: FlaskClient) -> None:
    gone = add_beneficiary(session, "Gone", deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    answers = [
        viewer.get(f"/beneficiaries/{uuid}") for uuid in (gone.uuid, "6f1c9c1e-1111-4222-8333-444455556666")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({without_token(page).replace(page.headers["X-Request-Id"], "") for page in answers}) == 1


@pytest.mark.parametrize("role", ["Vendor"])
def test_C2_who_may_not_read_people_gets_no_page_of_theirs(
    session: Session, signed_in_as: SignedInAs, role: str
) -> None:
    person = add_beneficiary(session, "Sita Tharu")
    client = signed_in_as(role)
    for path in ("", f"/{person.uuid}", "/export", "?q=sita"):
        answer = client.get(f"/beneficiaries{path}")
        assert answer.status_code == 403
        assert "Sita" not in answer.text
    for path in ("/columns", "/export"):
        assert client.post(f"/beneficiaries{path}", data={"columns": ["name"]}).status_code == 403


def test_D2_whatever_stands_in_a_record_it_is_shown_and_not_run(
    app: Flask, session: Session, manager: FlaskClient
) -> None:
    naughty = [words for words in NAUGHTY if words.strip()]
    manager.post("/beneficiaries/columns", data={"columns": list(COLUMN_LABELS)})
    shown = "".join(
        manager.get(f"/beneficiaries/{uuid}").text
        for uuid in [
            add_beneficiary(
                session,
                words,
                email=words,
                govt_id=words[:90],
                location=words,
                notes=words,
                extras={words: words, "list": [words]},
                groups=[add_group(session, f"{words}{number}")],
                projects=[add_project(session, words)],
            ).uuid
            for number, words in enumerate(naughty)
        ]
    )
    listed = manager.get("/beneficiaries").text + manager.get("/beneficiaries?sort=created").text
    lost = [
        words
        for words in naughty
        if str(escape(words)).replace("\r\n", "\n") not in shown.replace("\r\n", "\n")
    ]
    assert lost == []
    for page in (shown, listed):
        for harm in ("<script>alert", "<img src=x", "<svg/onload", "<h1>x", "<!-- x"):
            assert harm not in page
