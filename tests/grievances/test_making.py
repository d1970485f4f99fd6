"""Writing down a complaint: about whom and what, for somebody or nobody, and never the same twice unseen."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.abilities import Rule
from portal.core.enums import ProjectStatus
from portal.grievances.models import Grievance
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named
from tests.transactions.paying import make_ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "Cash for food")


@pytest.fixture
def supervisor(session: Session) -> User:
    return add_user_with(session, "supervisor", "Supervisor")


@pytest.fixture
def staff(client: FlaskClient, session: Session, supervisor: User) -> FlaskClient:
    """A browser in which the supervisor is signed in."""
    return enter_as(client, session, supervisor)


def filled(staff: FlaskClient, address: str, **typed: Any) -> dict[str, Any]:
    """What a form holds when it is opened and some of it is typed."""
    shown = staff.get(address).text
    once = re.search(r'name="once"[^>]* value="([^"]+)"', shown)
    channel = re.search(r'<option[^>]* value="([^"]+)"', shown.partition('name="channel"')[2])
    project = re.search(r'<option[^>]* value="([^"]+)"', shown.partition('name="project"')[2])
    reporter = re.search(r'name="reporter"[^>]* value="([^"]*)"', shown)
    return {
        "once": once[1] if once else "",
        "channel": channel[1] if channel else "",
        "project": project[1] if project else "",
        "reporter": reporter[1] if reporter else "",
        "title": "No money",
        "description": "It never came.",
        "category": "",
        "priority": "",
        "type": "NON_TECHNICAL",
        **typed,
    }


def open_one(staff: FlaskClient, address: str = "/grievances/new", **typed: Any) -> TestResponse:
    return staff.post(address, data=filled(staff, address, **typed))


def the_only(session: Session) -> Grievance:
    return session.scalars(select(Grievance)).one()


def test_a_complaint_of_nobody_in_particular_becomes_a_case(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    session.commit()
    answer = open_one(staff, category=str(category_named(session, "Wrong amount").uuid))
    case = the_only(session)
    assert answer.location == f"/grievances/{case.uuid}"
    assert (case.reported_by, case.reporter_contact, case.beneficiary_id) == ("", "", None)
    assert (case.project_id, case.priority, case.created_by) == (project.uuid, "HIGH", supervisor.id)
    assert case.code in staff.get(answer.location).text


def test_the_person_is_found_by_a_search_and_named(
    session: Session, staff: FlaskClient, project: Project
) -> None:
    person = add_beneficiary(session, "Maya Chaudhary", projects=[project])
    add_project(session, "Elsewhere")
    session.commit()
    found = staff.get("/grievances/new/person?q=maya").text
    address = f"/grievances/new?beneficiary={person.uuid}"
    assert address in found
    assert "Elsewhere" not in staff.get(address).text
    open_one(staff, address)
    case = the_only(session)
    assert (case.beneficiary_id, case.reported_by) == (person.uuid, "Maya Chaudhary")
    assert "Maya Chaudhary" in staff.get(f"/grievances/{case.uuid}").text


def test_a_case_about_a_payment_names_its_person_and_vendor_and_lies_in_its_project(
    session: Session, client: FlaskClient
) -> None:
    ground = make_ground(session)
    payment = ground.make()
    session.commit()
    admin = enter_as(client, session, add_user_with(session, "root", "Admin"))
    assert f"/grievances/new?transaction={payment}" in admin.get(f"/transactions/{payment}").text
    open_one(admin, f"/grievances/new?transaction={payment}")
    case = the_only(session)
    assert (case.transaction_id, case.project_id) == (payment, ground.project.uuid)
    assert (case.beneficiary_id, case.vendor_id) == (ground.asha.uuid, ground.shop.uuid)
    shown = admin.get(f"/grievances/{case.uuid}").text
    assert shown.count(f"/transactions/{payment}") == 2


def test_E2_the_same_form_sent_again_is_one_case(
    session: Session, staff: FlaskClient, project: Project
) -> None:
    session.commit()
    typed = filled(staff, "/grievances/new")
    first, again = (staff.post("/grievances/new", data=typed) for _ in range(2))
    assert first.location == again.location
    assert session.scalar(select(func.count(Grievance.id))) == 1


def test_cases_that_may_tell_the_same_are_shown_first(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    person = add_beneficiary(session, "Maya Chaudhary", projects=[project])
    about = add_case(session, project, supervisor, "Bad rice", beneficiary_id=person.uuid)
    named_so = add_case(session, project, supervisor, "The money did not come")
    from_there = add_case(session, project, supervisor, "Rude", reporter_contact="+9779800000001")
    other = add_case(session, project, supervisor, "Question about a form")
    session.commit()
    address = f"/grievances/new?beneficiary={person.uuid}"
    typed = filled(staff, address, title="Money did not come", contact=" +9779800000001")
    asked = staff.post(address, data=typed)
    assert asked.status_code == 422
    for case, shown in ((about, True), (named_so, True), (from_there, True), (other, False)):
        assert (case.code in asked.text) is shown
    assert "It never came." in asked.text
    assert staff.post(address, data={**typed, "all_the_same": "y"}).status_code == 303
    assert session.scalar(select(func.count(Grievance.id))) == 5


def test_C8_a_contact_finds_no_case_for_who_may_not_read_it(
    session: Session, client: FlaskClient, project: Project, supervisor: User
) -> None:
    add_case(session, project, supervisor, "Rude", reporter_contact="+9779800000001")
    rules = [Rule(action, "Grievance") for action in ("read", "create", "update")] + [Rule("read", "Project")]
    officer = enter_as(client, session, add_user_with(session, "officer", rules=rules))
    assert open_one(officer, title="Another thing", contact="+9779800000001").status_code == 303


def test_C5_who_may_not_see_sensitive_cases_can_open_one_and_learns_nothing_of_it(
    session: Session, client: FlaskClient, project: Project
) -> None:
    rules = [Rule(action, "Grievance") for action in ("read", "create", "update")] + [Rule("read", "Project")]
    officer = enter_as(client, session, add_user_with(session, "officer", rules=rules))
    answer = open_one(officer, sensitive="y")
    assert (answer.status_code, answer.location) == (303, "/")
    case = the_only(session)
    assert case.is_sensitive
    assert officer.get(f"/grievances/{case.uuid}").status_code == 404
    again = open_one(officer)
    assert case.code not in again.text


def test_C4_only_projects_that_one_sees_and_that_are_open_are_offered(
    session: Session, client: FlaskClient, project: Project
) -> None:
    closed, hidden = add_project(session, "Over"), add_project(session, "Hidden")
    chief = add_user_with(session, "chief", "Admin")
    close_project(session, closed.uuid, by=chief.id)
    rules = [
        Rule("create", "Grievance"),
        Rule("read", "Project", conditions={"uuid": {"$ne": str(hidden.uuid)}}),
    ]
    officer = enter_as(client, session, add_user_with(session, "officer", rules=rules))
    shown = officer.get("/grievances/new").text
    assert "Cash for food" in shown
    assert "Over<" not in shown
    assert "Hidden" not in shown
    for project_uuid in (closed.uuid, hidden.uuid, uuid4(), "x"):
        assert open_one(officer, project=str(project_uuid)).status_code == 422
    assert session.scalar(select(func.count(Grievance.id))) == 0
    assert closed.status == ProjectStatus.CLOSED


def test_C3_what_is_out_of_sight_is_named_by_no_address(
    session: Session, staff: FlaskClient, project: Project
) -> None:
    session.commit()
    for name in ("beneficiary", "vendor", "transaction", "follows"):
        for value in (uuid4(), "x"):
            assert staff.get(f"/grievances/new?{name}={value}").status_code == 404


def test_what_is_missing_or_wrong_is_said_at_its_field(
    session: Session, staff: FlaskClient, project: Project
) -> None:
    add_project(session, "Elsewhere")
    session.commit()
    empty = open_one(staff, title=" ", description="", project="")
    assert empty.status_code == 422
    for field in ("title", "description", "project"):
        assert f'id="{field}-error"' in empty.text
    for field, value in (("title", "a\0"), ("category", str(uuid4())), ("type", "?"), ("contact", "9" * 201)):
        wrong = open_one(staff, **{field: value})
        assert (wrong.status_code, f'id="{field}-error"' in wrong.text) == (422, True)
    assert session.scalar(select(func.count(Grievance.id))) == 0


def test_the_person_of_a_case_is_changed_by_a_search(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    person = add_beneficiary(session, "Maya Chaudhary", projects=[project])
    case = add_case(session, project, supervisor)
    session.commit()
    url = f"/grievances/{case.uuid}"
    assert str(person.uuid) in staff.get(f"{url}/person?q=maya").text
    assert staff.post(f"{url}/person", data={"person": str(uuid4())}).status_code == 404
    assert staff.post(f"{url}/person", data={"person": str(person.uuid)}).location == url
    session.refresh(case)
    assert case.beneficiary_id == person.uuid
    assert staff.post(f"{url}/person", data={}).location == url
    session.refresh(case)
    assert case.beneficiary_id is None


def test_the_vendor_of_a_case_is_chosen_and_taken_away_again(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    shop, case = add_vendor(session, "Corner Shop", [project]), add_case(session, project, supervisor)
    session.commit()
    url = f"/grievances/{case.uuid}"
    assert f"{url}/vendor" in staff.get(url).text
    assert "Corner Shop" in staff.get(f"{url}/vendor").text
    for wrong in (str(uuid4()), "x"):
        assert staff.post(f"{url}/vendor", data={"vendor": wrong}).status_code == 422
    for _time in range(2):
        assert staff.post(f"{url}/vendor", data={"vendor": str(shop.uuid)}).location == url
    session.refresh(case)
    assert case.vendor_id == shop.uuid
    page = staff.get(url).text
    assert f"/vendors/{shop.uuid}" in page
    assert page.count("Linked to a vendor") == 1
    assert staff.post(f"{url}/vendor", data={"vendor": ""}).location == url
    assert "Not linked to a vendor any longer" in staff.get(url).text
    session.refresh(case)
    assert case.vendor_id is None


def test_a_case_about_a_payment_is_about_the_vendor_who_made_it(
    session: Session, staff: FlaskClient, supervisor: User
) -> None:
    ground = make_ground(session)
    paid = ground.make()
    case = add_case(session, ground.project, supervisor, transaction_id=paid)
    other = add_vendor(session, "Another Shop", [ground.project])
    session.commit()
    url = f"/grievances/{case.uuid}/vendor"
    refused = staff.post(url, data={"vendor": str(other.uuid)})
    assert (refused.status_code, 'id="vendor-error"' in refused.text) == (422, True)
    assert "by another vendor" in refused.text
    assert staff.post(url, data={"vendor": str(ground.shop.uuid)}).status_code == 303


def test_C4_a_vendor_whom_one_may_not_see_is_neither_offered_nor_taken_away(
    session: Session, client: FlaskClient, project: Project, supervisor: User
) -> None:
    seen, hidden = add_vendor(session, "Seen Shop", [project]), add_vendor(session, "Hidden Shop", [project])
    rules = [
        Rule("read", "Grievance"),
        Rule("update", "Grievance"),
        Rule("read", "Vendor", conditions={"uuid": {"$ne": str(hidden.uuid)}}),
    ]
    about, free = (
        add_case(session, project, supervisor, vendor_id=hidden.uuid),
        add_case(session, project, supervisor),
    )
    browser = enter_as(client, session, add_user_with(session, "limited", rules=rules))
    offered = browser.get(f"/grievances/{free.uuid}/vendor").text
    assert ("Seen Shop" in offered, "Hidden Shop" in offered) == (True, False)
    assert (
        browser.post(f"/grievances/{free.uuid}/vendor", data={"vendor": str(hidden.uuid)}).status_code == 422
    )
    assert '/vendor"' not in browser.get(f"/grievances/{about.uuid}").text
    assert (
        browser.post(f"/grievances/{about.uuid}/vendor", data={"vendor": str(seen.uuid)}).status_code == 404
    )


def test_C4_an_officer_writes_a_complaint_down_for_a_person_and_sees_only_such_cases_of_their_own(
    session: Session, client: FlaskClient, project: Project, supervisor: User
) -> None:
    person = add_beneficiary(session, "Maya Chaudhary", projects=[project])
    others = add_case(session, project, supervisor, "Of somebody else", beneficiary_id=person.uuid)
    officer = enter_as(client, session, add_user_with(session, "officer", "Officer"))
    tab = officer.get(f"/beneficiaries/{person.uuid}").text
    assert f"/grievances?beneficiary={person.uuid}" in tab
    offered = f"/grievances/new?beneficiary={person.uuid}"
    assert offered in officer.get(f"/grievances?beneficiary={person.uuid}").text
    assert str(person.uuid) in officer.get("/grievances/new/person?q=maya").text
    own = open_one(officer, offered).location
    secret = open_one(officer, offered, title="Hit", sensitive="y", all_the_same="y").location
    case = session.scalars(select(Grievance).where(Grievance.title == "No money")).one()
    assert (case.beneficiary_id, case.reported_by) == (person.uuid, "Maya Chaudhary")
    assert (own, secret) == (f"/grievances/{case.uuid}", "/")
    shown = officer.get("/grievances").text
    assert "No money" in shown
    assert "Hit" not in shown
    assert others.title not in shown
    assert officer.get(own).status_code == 200
    assert officer.get(f"/grievances/{others.uuid}").status_code == 404
    assert officer.post(f"{own}/notes", data={"words": "More"}).status_code == 403
