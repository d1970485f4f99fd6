"""The page of the list, and the file made of it: what they say, for whom, and what they ask the database."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.projects.models import Project
from portal.users.models import User
from tests.auth.people import statements
from tests.factories import add_user_with
from tests.grievances.cases import add_case
from tests.grievances.conftest import BrowserOf

EXPORT = {"format": "csv", "purpose": "Reporting", "columns": ["code", "title"]}


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    body = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def browser(browser_of: BrowserOf, supervisor: User) -> FlaskClient:
    return browser_of(supervisor)


def test_list_grievances_shows_cases_with_their_clock_and_who_is_in_charge(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient
) -> None:
    add_case(session, here, reporter, "No money", priority="URGENT", assignee_id=supervisor.id)
    add_case(session, here, reporter, "Staff asked for money", is_sensitive=True)
    said = text_of(browser.get("/grievances").text)
    for words in ("No money", "New", "Urgent", "Winter Cash", "Sita Supervisor", "Sensitive"):
        assert words in said
    assert "Open 2 Mine 1 Nobody’s 1 Breached 0 At risk 0 Waiting for an answer 0" in said
    assert "1–2 of 2" in said


@pytest.mark.parametrize("path", ["", "?q=money&who=me&clock=waiting", "?who={me}&status=NEW"])
def test_the_page_takes_as_many_statements_however_much_stands_on_it(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient, path: str
) -> None:
    add_case(session, here, reporter, assignee_id=supervisor.id)
    expected = {"": 7, "?q=money&who=me&clock=waiting": 7}.get(path, 8)
    counts = []
    for _round in range(2):
        add_case(session, here, reporter)
        session.commit()
        url = "/grievances" + path.format(me=supervisor.uuid)
        with statements() as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts == [expected] * 2


def test_a_filter_is_said_in_words_and_can_be_taken_away(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    add_case(session, here, reporter)
    said = text_of(browser.get(f"/grievances?project={here.uuid}&status=NEW&priority=NORMAL&who=nobody").text)
    for words in ("Project: Winter Cash", "Status: New", "Priority: Normal", "In charge: Nobody"):
        assert words in said
    assert "No grievance matches" in text_of(browser.get("/grievances?status=CLOSED").text)


@pytest.mark.parametrize(
    "query", ["status=LOST", "who=somebody", "clock=stopped", "project=1", "created_from=31", "beneficiary=x"]
)
def test_D10_a_filter_that_cannot_be_used_is_told_so(browser: FlaskClient, query: str) -> None:
    for path in ("/grievances", "/grievances/export"):
        assert browser.get(f"{path}?{query}").status_code == 422


@pytest.mark.parametrize("query", ["sort=random", "at=x", "at=W10", "count=1e9", "page=-1"])
def test_D10_a_place_that_there_is_not_leads_to_the_first_page(browser: FlaskClient, query: str) -> None:
    assert browser.get(f"/grievances?{query}").status_code == 200


def test_which_columns_are_shown_is_remembered(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    add_case(session, here, reporter)
    sent = browser.post("/grievances/columns", data={"columns": ["reporter", "contact"]})
    assert sent.status_code == 303
    said = text_of(browser.get("/grievances").text)
    assert "Asha Rai" in said
    assert "+9779812345678" in said
    assert "Winter Cash" not in said.partition("Contact")[2]


def test_who_only_complains_is_not_told_who_is_in_charge(
    session: Session, here: Project, supervisor: User, browser_of: BrowserOf
) -> None:
    vendor = add_user_with(session, "Shop", "Vendor")
    add_case(session, here, vendor, "Bad terminal", assignee_id=supervisor.id)
    add_case(session, here, supervisor, "Of somebody else")
    said = browser_of(vendor).get("/grievances").text
    assert "Bad terminal" in said
    assert "Of somebody else" not in said
    assert "Sita Supervisor" not in said
    assert browser_of(vendor).get(f"/grievances?who={supervisor.uuid}").status_code == 422


def test_export_grievances_hands_over_the_filtered_list_and_is_on_record(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter, "=1+1")
    add_case(session, here, reporter, "Other", priority="HIGH")
    answer = browser.post("/grievances/export?priority=NORMAL", data=EXPORT, buffered=True)
    assert answer.status_code == 200
    assert answer.text.splitlines()[1:] == [f"{case.code},'=1+1"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.table_name == "tbl_grievances"
    told = entry.details or {}
    assert (told["rows"], told["columns"], told["narrowed_by"]) == (1, ["code", "title"], ["priority"])


def test_F3_an_export_without_a_purpose_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/grievances/export", data={**EXPORT, "purpose": ""})
    assert answer.status_code == 422


def test_C8_a_file_holds_who_complained_only_for_who_may_read_it(
    session: Session, here: Project, reporter: User, browser_of: BrowserOf
) -> None:
    add_case(session, here, reporter)
    masked = add_user_with(session, "masked", None, [Rule("read", "Grievance"), Rule("export", "Grievance")])
    sent = {**EXPORT, "columns": ["reporter", "contact"]}
    answer = browser_of(masked).post("/grievances/export", data=sent, buffered=True)
    assert answer.text.splitlines()[1:] == ["A••• R•••,•••"]
