"""The board: the list's own query as columns, and moving a case from one to another, by one or by two at once."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.abilities import Ability, Rule
from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.queries.board import CARDS, board_of
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import page_of_cases
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.auth.people import statements
from tests.factories import add_user_with
from tests.grievances.cases import add_case
from tests.grievances.conftest import BrowserOf

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus
EVERYTHING = Ability([Rule("manage", "all")])
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(browser_of: BrowserOf, supervisor: User) -> FlaskClient:
    return browser_of(supervisor)


def text_of(answer: TestResponse) -> str:
    body = re.sub(r"<(script|style|svg|option)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def sent(case: Grievance, to: GrievanceStatus, words: str = "We called them.", **more: Any) -> dict[str, Any]:
    return {"seen": case.status.value, "to": to.value, "words": words, **more}


def test_the_board_holds_exactly_what_the_list_holds(
    session: Session, here: Project, reporter: User, supervisor: User
) -> None:
    for status in ("NEW", "NEW", "UNDER_REVIEW", "RESOLVED", "CLOSED"):
        add_case(session, here, reporter, status, status=status, assignee_id=supervisor.id)
    add_case(session, here, reporter, "Nobody's", priority="HIGH")
    for chosen in (CaseFilter(), CaseFilter(assignee=supervisor.id), CaseFilter(priority=("HIGH",), q="nob")):
        columns = board_of(session, chosen, EVERYTHING)
        cards = {card.uuid for column in columns for card in column.cards}
        listed = page_of_cases(session, chosen, EVERYTHING, ["title"]).rows
        assert cards == {row.uuid for row in listed}
        assert sum(column.count.number for column in columns) == len(listed)
    two = board_of(session, CaseFilter(status=(CLOSED, NEW)), EVERYTHING)
    assert [column.status for column in two] == [NEW, CLOSED]


def test_a_column_shows_the_first_cases_and_leads_to_the_others(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    for number in range(CARDS + 2):
        add_case(session, here, reporter, f"Case {number}")
    answer = browser.get(f"/grievances/board?project={here.uuid}")
    assert answer.text.count('class="case-card"') == CARDS
    assert f"New {CARDS + 2}" in text_of(answer)
    assert f'href="/grievances?project={here.uuid}&amp;status=NEW"' in answer.text


def test_the_board_takes_as_many_statements_however_much_stands_on_it(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    counts = []
    for _round in range(2):
        for status in ("NEW", "CLOSED"):
            add_case(session, here, reporter, status=status)
        session.commit()
        with statements() as asked:
            assert browser.get("/grievances/board").status_code == 200
        counts.append(len(asked))
    assert counts == [7, 7]


@pytest.mark.parametrize("query", ["who=somebody", "status=LOST", "created_to=x"])
def test_D10_a_filter_that_cannot_be_used_is_told_so(browser: FlaskClient, query: str) -> None:
    answer = browser.get(f"/grievances/board?{query}")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text


def test_without_a_script_move_case_is_a_page_that_leads_back_to_the_board(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter)
    back = "/grievances/board?who=nobody"
    asked = browser.get(f"/grievances/{case.uuid}/move", query_string={"back": back, "to": "CLOSED"})
    assert '<option selected value="CLOSED">' in asked.text
    answer = browser.post(f"/grievances/{case.uuid}/move", data=sent(case, UNDER_REVIEW, back=back))
    assert (answer.status_code, answer.location) == (303, back)
    session.refresh(case)
    assert (case.status, case.status_reason) == (UNDER_REVIEW, "We called them.")
    assert "The case was moved." in browser.get(back).text


def test_a_move_changes_the_card_and_every_counter_out_of_band(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case, _other = add_case(session, here, reporter), add_case(session, here, reporter)
    form = browser.get(f"/grievances/{case.uuid}/move", headers=HTMX)
    assert f'id="case-{case.uuid}"' in form.text
    assert "<html" not in form.text
    answer = browser.post(
        f"/grievances/{case.uuid}/move", headers=HTMX, data=sent(case, UNDER_REVIEW, back="/grievances/board")
    )
    assert answer.status_code == 200
    assert '<ul id="cards-UNDER_REVIEW" hx-swap-oob="afterbegin">' in answer.text
    assert re.search(r'id="count-NEW" hx-swap-oob="true">1<', answer.text)
    assert re.search(r'id="count-UNDER_REVIEW" hx-swap-oob="true">1<', answer.text)
    assert 'id="board-standing" hx-swap-oob="true"' in answer.text
    assert "The case was moved." in answer.text


def test_a_card_that_the_filter_no_longer_finds_leaves_the_board(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter)
    data = sent(case, CLOSED, back="/grievances/board?who=nobody")
    answer = browser.post(f"/grievances/{case.uuid}/move", headers=HTMX, data=data)
    assert "case-card" not in answer.text
    assert re.search(r'id="count-NEW" hx-swap-oob="true">0<', answer.text)


def test_a_move_without_words_is_refused_at_its_field_and_nothing_is_lost(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter)
    for headers in ({}, HTMX):
        answer = browser.post(f"/grievances/{case.uuid}/move", headers=headers, data=sent(case, CLOSED, " "))
        assert answer.status_code == 422
        assert '<option selected value="CLOSED">' in answer.text
        assert "-error" in answer.text
    session.refresh(case)
    assert case.status == NEW


@pytest.mark.parametrize(
    "data", [{"to": "RESOLVED"}, {"to": "LOST"}, {"to": ""}, {"seen": "LOST"}, {"seen": ""}]
)
def test_E4_a_move_that_there_is_not_is_refused(
    session: Session, here: Project, reporter: User, browser: FlaskClient, data: dict[str, str]
) -> None:
    case = add_case(session, here, reporter)
    answer = browser.post(f"/grievances/{case.uuid}/move", data=sent(case, CLOSED) | data)
    assert answer.status_code in (409, 422)
    session.refresh(case)
    assert case.status == NEW


def test_E5_who_comes_second_sees_what_happened_and_keeps_what_was_typed(
    session: Session, here: Project, reporter: User, browser: FlaskClient, browser_of: BrowserOf
) -> None:
    case = add_case(session, here, reporter)
    data = sent(case, CLOSED, "Out of scope.")
    other = browser_of(add_user_with(session, "Anil Other", "Supervisor"))
    first = other.post(f"/grievances/{case.uuid}/move", data=sent(case, UNDER_REVIEW, "We look into it."))
    assert first.status_code == 303
    for headers in ({}, HTMX):
        answer = browser.post(f"/grievances/{case.uuid}/move", headers=headers, data=data)
        assert answer.status_code == 409
        assert "Somebody was first" in answer.text
        said = text_of(answer)
        assert "Anil Other moved the case to “Under review”" in said
        assert "We look into it." in said
        assert "Out of scope.</textarea>" in answer.text
        assert 'name="seen" value="UNDER_REVIEW"' in answer.text
        assert '<option value="RESOLVED">' in answer.text.replace(" selected", "")
        assert answer.headers.get("HX-Reswap") == ("outerHTML" if headers else None)
    events = session.scalars(
        select(GrievanceEvent.kind).where(GrievanceEvent.grievance_id == case.uuid)
    ).all()
    assert events.count("ACKNOWLEDGED") == 1
    assert "CLOSED" not in events


def test_C3_a_case_out_of_reach_is_not_found(
    session: Session, here: Project, reporter: User, browser_of: BrowserOf
) -> None:
    manager = browser_of(
        add_user_with(session, "Mira", None, [Rule("read", "Grievance"), Rule("update", "Grievance")])
    )
    case = add_case(session, here, reporter, is_sensitive=True)
    for path in ("move", "card"):
        assert manager.get(f"/grievances/{case.uuid}/{path}").status_code == 404
    assert manager.post(f"/grievances/{case.uuid}/move", data=sent(case, CLOSED)).status_code == 404


def test_who_may_only_read_sees_the_board_without_ways_to_move(
    session: Session, here: Project, reporter: User, browser: FlaskClient, browser_of: BrowserOf
) -> None:
    case = add_case(session, here, reporter)
    reader = browser_of(add_user_with(session, "Reader", None, [Rule("read", "Grievance")]))
    page = reader.get("/grievances/board")
    assert case.title in page.text
    assert "/move" not in page.text
    assert reader.get(f"/grievances/{case.uuid}/move").status_code == 403
    assert "/move" in browser.get("/grievances/board").text


def test_nothing_moves_in_a_closed_project(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter)
    close_project(session, here.uuid, reason="Over", by=reporter.id)
    session.commit()
    assert "/move" not in browser.get("/grievances/board").text
    assert browser.post(f"/grievances/{case.uuid}/move", data=sent(case, CLOSED)).status_code == 409
