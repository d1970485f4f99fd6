"""Cases on the pages of projects, people, vendors and payments."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database


def test_C5_a_projects_pages_count_no_sensitive_case_for_who_may_not_see_it(
    session: Session, client: FlaskClient
) -> None:
    project = add_project(session, "Cash for food")
    somebody = add_user_with(session, "somebody", "Viewer")
    add_case(session, project, somebody)
    add_case(session, project, somebody, is_sensitive=True)
    for role, number in (("Manager", 1), ("Admin", 2)):
        page = enter_as(client, session, add_user_with(session, role.lower(), role))
        said = "1 grievance waits" if number == 1 else "2 grievances wait"
        assert said in page.get(f"/projects/{project.uuid}/close").text
        shown = page.get(f"/projects/{project.uuid}").text.partition(">Grievances</a></span>")[2]
        assert shown.partition("</li>")[0].strip().endswith(f">{number}</span>")


def test_tabs_lead_from_a_person_and_a_project_to_their_cases(session: Session, client: FlaskClient) -> None:
    project = add_project(session, "Cash for food")
    person = add_beneficiary(session, "Sita Tharu", projects=[project])
    page = enter_as(client, session, add_user_with(session, "lead", "Supervisor"))
    assert f"/grievances?beneficiary={person.uuid}" in page.get(f"/beneficiaries/{person.uuid}").text
    assert f"/grievances?project={project.uuid}" in page.get(f"/projects/{project.uuid}").text


def test_who_may_read_no_case_is_led_to_none(session: Session, client: FlaskClient) -> None:
    project = add_project(session, "Cash for food")
    page = enter_as(client, session, add_user_with(session, "viewer", "Viewer"))
    assert "/grievances?" not in page.get(f"/projects/{project.uuid}").text
