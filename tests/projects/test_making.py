"""Making a project and changing it: what is refused, what is kept, and who was first."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.projects.models import Project
from portal.users.operations.assignments import assign_role, remove_role
from tests.factories import add_project, add_user_with, enter_as
from tests.projects.conftest import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

GOOD = "0xD3f9722b8EbB8580A7c36Ce4931832Df71915273"
FORM = {"name": "Winter  Cash", "type": "CVA", "description": "For the frost.", "currency": "NPR"}


PAYMENT = """INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)
    VALUES (:it, :to, :by, 100, 'NPR')"""
GRIEVANCE = """INSERT INTO tbl_grievances ("reportedBy", "reporterUserId", "reporterContact", title, type, "projectId",
    description) SELECT 'A', id, 'A', 'A', 'OTHER', :it, 'A' FROM tbl_users LIMIT 1"""


def _made(session: Session) -> Project:
    return session.scalars(select(Project).where(Project.name == "Winter Cash")).one()


def test_a_project_is_made_of_what_was_typed_and_is_not_ready(here: Ground, manager: FlaskClient) -> None:
    typed = {
        **FORM,
        "time_zone": "Asia/Kathmandu",
        "contract_address": GOOD.lower(),
        "extras-0-key": "Households",
        "extras-0-kind": "number",
        "extras-0-value": "450",
    }
    answer = manager.post("/projects/new", data=typed)
    assert answer.status_code == 303
    project = _made(here.session)
    assert answer.location == f"/projects/{project.uuid}"
    assert (project.status, project.type, project.currency) == ("NOT_READY", "CVA", "NPR")
    assert (project.time_zone, project.contract_address) == ("Asia/Kathmandu", GOOD)
    assert project.extras == {"Households": 450}
    assert project.created_by is not None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Give the project a name."),
        ("name", "x" * 201, "longer than 200"),
        ("type", "", "Say what kind of project it is."),
        ("contract_address", "0x12", "is not the address of a contract"),
        ("contract_address", GOOD.replace("D3f", "d3F"), "one of them is mistyped"),
        ("currency", "XXX", "Not a valid choice"),
        ("time_zone", "Mars/Olympus", "Not a valid choice"),
        ("description", "a\0b", "cannot be stored"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_lost(
    here: Ground, manager: FlaskClient, field: str, value: str, said: str
) -> None:
    answer = manager.post("/projects/new", data={**FORM, field: value})
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert error, answer.text
    assert said in error[1]
    assert "For the frost." in answer.text or field == "description"
    assert here.session.scalar(select(func.count()).select_from(Project)) == 2


def test_a_further_row_is_offered_without_a_script(here: Ground, manager: FlaskClient) -> None:
    answer = manager.post("/projects/new", data={**FORM, "extras-0-key": "Donor", "more": "1"})
    assert answer.status_code == 200
    assert 'name="extras-1-key"' in answer.text
    assert 'value="Donor"' in answer.text


def test_C7_extra_fields_change_nothing(here: Ground, manager: FlaskClient) -> None:
    more = {"status": "ACTIVE", "version": "9", "createdBy": "1", "deletedAt": "2020-01-01"}
    assert manager.post("/projects/new", data={**FORM, **more}).status_code == 303
    assert (_made(here.session).status, _made(here.session).version) == ("NOT_READY", 1)


def test_E2_one_form_sent_by_many_clicks_at_once_makes_one_project(committed_app: Flask) -> None:
    clicks = 6
    with committed_app.app_context():
        manager = add_user_with(db.session(), "manager", "Manager")
        browsers = [enter_as(committed_app.test_client(), db.session(), manager) for _ in range(clicks)]
    ready, once = Barrier(clicks), str(uuid4())

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        ready.wait(30)
        answer = browser.post("/projects/new", data={**FORM, "once": once})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(clicks) as pool:
        answers = set(pool.map(send, browsers))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Project)) == 1


def test_C4_who_works_in_some_projects_makes_no_others(here: Ground, app: Flask) -> None:
    user = add_user_with(here.session, "limited", "Manager")
    remove_role(here.session, user, "Manager")
    assign_role(here.session, user, "Manager", projects=[here.project.uuid])
    browser = enter_as(app.test_client(), here.session, user)
    answer = browser.post("/projects/new", data=FORM)
    assert answer.status_code == 422
    assert "some projects only" in answer.text
    assert "/projects/new" not in browser.get("/projects").text
    assert browser.post(f"{here.url}/edit", data={**FORM, "version": "1"}).status_code == 303


def _form_of(browser: FlaskClient, url: str) -> dict[str, str]:
    """The form as its page has it."""
    shown = browser.get(url).text
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', shown)
    return {name: value for name, value in found if name != "csrf_token"}


def test_an_edit_changes_what_differs_and_keeps_what_has_no_row(here: Ground, manager: FlaskClient) -> None:
    here.project.extras = {"Donor": "ECHO", "sheets": " as they were"}
    here.session.commit()
    form = _form_of(manager, f"{here.url}/edit")
    assert form["extras-0-key"] == "Donor"
    typed = {
        **form,
        "type": "AA",
        "currency": "",
        "time_zone": "Asia/Kathmandu",
        "extras-0-kind": "text",
        "extras-1-kind": "text",
    }
    assert manager.post(f"{here.url}/edit", data={**typed, "name": "Koshi"}).status_code == 303
    here.session.refresh(here.project)
    assert (here.project.name, here.project.type, here.project.version) == ("Koshi", "AA", 2)
    assert here.project.extras == {"Donor": "ECHO", "sheets": " as they were"}
    assert here.project.currency is None
    again = {**typed, "name": "Koshi", "version": "2"}
    assert "Nothing was different" in manager.post(f"{here.url}/edit", data=again, follow_redirects=True).text


@pytest.mark.parametrize("version", ["1", "", "nonsense", None])
def test_E5_a_stale_edit_is_refused_with_both_values(
    here: Ground, manager: FlaskClient, version: str | None
) -> None:
    here.session.execute(
        text("UPDATE tbl_projects SET name = 'Theirs', version = 2 WHERE uuid = :it"),
        {"it": here.project.uuid},
    )
    typed = {**FORM, "name": "Mine"} | ({} if version is None else {"version": version})
    answer = manager.post(f"{here.url}/edit", data=typed)
    assert answer.status_code == 409
    assert "This is what the others saved" in answer.text
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    here.session.refresh(here.project)
    assert here.project.name == "Theirs"


def test_E9_a_project_goes_only_when_nothing_hangs_on_it_and_comes_back(
    here: Ground, manager: FlaskClient
) -> None:
    refused = manager.post(f"{here.url}/delete")
    assert refused.status_code == 422
    assert "Close it instead" in refused.text
    page = f"/projects/{here.empty.uuid}"
    assert manager.post(f"{page}/delete").status_code == 303
    assert manager.get(page).status_code == 404
    assert "Cash for Work" not in manager.get("/projects").text.split("<tbody>")[1]
    assert "Cash for Work" in manager.get("/projects?state=deleted").text
    assert manager.post(f"{page}/delete").status_code == 404
    assert manager.post(f"{page}/restore").status_code == 303
    assert manager.get(page).status_code == 200
    assert manager.post(f"{page}/restore").status_code == 409


def test_E9_whatever_refers_to_a_project_keeps_it_from_being_deleted(
    here: Ground, manager: FlaskClient
) -> None:
    here.session.execute(text(GRIEVANCE), {"it": here.empty.uuid})
    page = f"/projects/{here.empty.uuid}/delete"
    assert "Grievance" in manager.get(page).text
    assert manager.post(page).status_code == 422
    here.session.execute(text('UPDATE tbl_grievances SET "deletedAt" = now()'))
    assert manager.post(page).status_code == 303


def test_opening_closing_and_reopening_by_the_pages(here: Ground, manager: FlaskClient, app: Flask) -> None:
    page = f"/projects/{here.empty.uuid}"
    assert "Open the project" in manager.get(page).text
    assert manager.post(f"{page}/open").status_code == 303
    assert manager.post(f"{page}/open").status_code == 409
    assert manager.post(f"{page}/close", data={"reason": "Done."}).status_code == 303
    assert manager.post(f"{page}/reopen", data={"reason": "I want to."}).status_code == 403
    admin = enter_as(app.test_client(), here.session, add_user_with(here.session, "admin", "Admin"))
    assert "Say why" in admin.post(f"{page}/reopen", data={"reason": " "}).text
    assert admin.post(f"{page}/reopen", data={"reason": "A late payout."}).status_code == 303
    assert "A late payout." in admin.get(page).text


def test_closing_tells_first_what_is_not_finished(here: Ground, manager: FlaskClient) -> None:
    assert "Not everything is finished" not in manager.get(f"{here.url}/close").text
    here.session.execute(
        text(
            "INSERT INTO tbl_import_batches (state, \"fileName\", \"projectId\") VALUES ('REVIEW', 'a.csv', :it)"
        ),
        {"it": here.project.uuid},
    )
    payer = add_vendor(here.session, "Bank", [here.project])
    here.session.execute(text(PAYMENT), {"it": here.project.uuid, "to": here.asha.uuid, "by": payer.uuid})
    here.session.execute(text(GRIEVANCE), {"it": here.project.uuid})
    shown = manager.get(f"{here.url}/close").text
    for said in (
        "1 import into this project is not through.",
        "1 payout waits for a decision.",
        "1 grievance waits for an answer.",
    ):
        assert said in shown
    assert manager.post(f"{here.url}/close").status_code == 303
    assert add_project(here.session, "Another").status == "ACTIVE"
