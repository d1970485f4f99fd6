"""The page of one case, and what is done on it: what is shown to whom, what is refused; nothing typed is lost."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.operations import moving, noting
from portal.grievances.operations.linking import link_former_case
from portal.grievances.operations.story import Teller
from portal.messages.models import Message
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.database

TELLING = ('"story-what">Repeats', '"story-what">Goes on', "Link taken away")
"""What a story says of a link to another case."""


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "Cash for food")


@pytest.fixture
def supervisor(session: Session) -> User:
    return add_user_with(session, "supervisor", "Supervisor")


@pytest.fixture
def case(session: Session, project: Project, supervisor: User) -> Grievance:
    made = add_case(session, project, supervisor)
    session.commit()
    return made


@pytest.fixture
def staff(client: FlaskClient, session: Session, supervisor: User) -> FlaskClient:
    """A browser in which the supervisor is signed in."""
    return enter_as(client, session, supervisor)


def hidden(answer: TestResponse, name: str) -> str:
    """A hidden field of a form as the page has it."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text)
    return found[1].replace("&#34;", '"') if found else ""


def send(staff: FlaskClient, url: str, **typed: Any) -> TestResponse:
    """Open a form and send it with what it holds."""
    seen = hidden(staff.get(url), "seen")
    return staff.post(url, data={"seen": seen, **typed})


def lines_of(session: Session, case: Grievance) -> list[tuple[str, bool, str | None]]:
    wanted = select(GrievanceEvent).where(GrievanceEvent.grievance_id == case.uuid)
    return [
        (one.kind, one.is_public, one.body) for one in session.scalars(wanted.order_by(GrievanceEvent.id))
    ]


def test_a_case_goes_its_way_by_buttons(session: Session, staff: FlaskClient, case: Grievance) -> None:
    url = f"/grievances/{case.uuid}"
    for way, words in (
        ("acknowledge", "We look into it."),
        ("question", "When were you there?"),
        ("answer", "On Monday, she says."),
        ("resolve", "It was paid."),
        ("reopen", "It was not."),
        ("resolve", "Now it was."),
        ("close", "She agrees."),
    ):
        assert f"{url}/{way}" in staff.get(url).text
        assert send(staff, f"{url}/{way}", words=words).location == url
    session.refresh(case)
    assert case.status == GrievanceStatus.CLOSED
    assert lines_of(session, case) == [
        ("ACKNOWLEDGED", True, "We look into it."),
        ("ASKED", True, "When were you there?"),
        ("ANSWERED", True, "On Monday, she says."),
        ("RESOLVED", True, "It was paid."),
        ("REOPENED", True, "It was not."),
        ("RESOLVED", True, "Now it was."),
        ("CLOSED", True, "She agrees."),
    ]
    shown = staff.get(url).text
    assert shown.index("We look into it.") < shown.index("On Monday, she says.") < shown.index("She agrees.")
    assert f"{url}/acknowledge" not in shown


def test_the_clock_stands_still_while_an_answer_is_waited_for(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    case = add_case(session, project, supervisor, status="UNDER_REVIEW")
    noting.ask(session, case.uuid, Teller(supervisor.id), "When?")
    session.commit()
    session.refresh(case)
    assert case.waiting_since is not None
    assert case.due_at is None
    assert "Waiting for an answer" in staff.get(f"/grievances/{case.uuid}").text


def test_E4_who_was_late_gets_409_and_what_they_typed(
    session: Session, staff: FlaskClient, case: Grievance, supervisor: User
) -> None:
    url = f"/grievances/{case.uuid}/acknowledge"
    seen = hidden(staff.get(url), "seen")
    moving.acknowledge(session, case.uuid, Teller(supervisor.id), "Another was first.")
    session.commit()
    late = staff.post(url, data={"seen": seen, "words": "My own words."})
    assert late.status_code == 409
    assert "under review by now" in late.text
    assert "My own words." in late.text
    again = staff.post(f"/grievances/{case.uuid}/close", data={"seen": "NEW", "words": "Nothing to do."})
    assert again.status_code == 409


def test_E5_a_move_whose_form_does_not_say_what_it_saw_is_refused(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    case = add_case(session, project, supervisor, status="RESOLVED")
    session.commit()
    for way in ("close", "reopen"):
        assert staff.post(f"/grievances/{case.uuid}/{way}", data={"words": "So."}).status_code == 409


def test_what_is_missing_is_said_at_its_field(staff: FlaskClient, case: Grievance) -> None:
    for way in ("acknowledge", "close"):
        answer = send(staff, f"/grievances/{case.uuid}/{way}", words=" ")
        assert answer.status_code == 422
        assert 'id="words-error"' in answer.text
    note = staff.post(f"/grievances/{case.uuid}/notes", data={"words": "a\0b"})
    assert note.status_code == 422


def test_E2_a_note_sent_twice_is_there_once(session: Session, staff: FlaskClient, case: Grievance) -> None:
    url = f"/grievances/{case.uuid}"
    once = hidden(staff.get(url), "once")
    for _ in range(2):
        assert staff.post(f"{url}/notes", data={"once": once, "words": "She called."}).status_code == 303
    assert (
        staff.post(f"{url}/notes", data={"once": once, "words": "She came.", "public": "y"}).status_code
        == 303
    )
    assert lines_of(session, case) == [("NOTE", False, "She called."), ("NOTE", True, "She came.")]


def test_a_duplicate_is_closed_by_the_code_of_the_other(
    session: Session, staff: FlaskClient, case: Grievance, project: Project, supervisor: User
) -> None:
    double = add_case(session, project, supervisor, "No money again")
    session.commit()
    url = f"/grievances/{double.uuid}"
    unknown = send(staff, f"{url}/close", words="Told before.", original="22222222")
    assert (unknown.status_code, 'id="original-error"' in unknown.text) == (422, True)
    code = f"{case.code[:4]} {case.code[4:].lower()}"
    assert send(staff, f"{url}/close", words="Told before.", original=code).location == url
    assert case.code in staff.get(url).text
    assert str(double.uuid) in staff.get(f"/grievances/{case.uuid}").text


def test_C5_a_sensitive_case_is_named_nowhere_on_pages_of_who_may_not_see_it(
    session: Session, client: FlaskClient, project: Project, supervisor: User
) -> None:
    """It is the original of one case, that from which another goes on, and about the same person."""
    person = add_beneficiary(session, "Sita Tharu", projects=[project])
    secret = add_case(
        session, project, supervisor, "What he did", is_sensitive=True, beneficiary_id=person.uuid
    )
    double, later = (add_case(session, project, supervisor, beneficiary_id=person.uuid) for _ in range(2))
    by = Teller(supervisor.id)
    moving.close_as_duplicate(session, double.uuid, secret.uuid, by, "Told before.")
    link_former_case(session, later.uuid, secret.uuid, by)
    rules = [
        Rule("read", "Grievance"),
        Rule("update", "Grievance"),
        Rule("create", "Grievance"),
        Rule("read", "Project"),
        Rule("read", "Beneficiary"),
    ]
    officer = enter_as(client, session, add_user_with(session, "officer", rules=rules))
    pages = [officer.get(f"/grievances/{one.uuid}") for one in (double, later)]
    pages += [
        officer.get(f"/grievances/{later.uuid}/{way}")
        for way in ("edit", "assignee", "former-case", "watchers")
    ]
    for shown in pages:
        assert shown.status_code == 200
        for trace in (secret.code, str(secret.uuid), secret.title, *TELLING):
            assert trace not in shown.text
    for way in (
        "",
        "/acknowledge",
        "/close",
        "/edit",
        "/assignee",
        "/watchers",
        "/former-case",
        f"/files/{uuid4()}",
    ):
        assert officer.get(f"/grievances/{secret.uuid}{way}").status_code == 404
    for way in ("notes", "files", "take", "watch", "unwatch", "sensitivity", "person"):
        assert officer.post(f"/grievances/{secret.uuid}/{way}", data={"words": "a"}).status_code == 404
    for typed in ({"code": secret.code}, {"code": "22222222"}):
        assert (
            "No case that you may see"
            in officer.post(f"/grievances/{double.uuid}/former-case", data=typed).text
        )
    assert officer.get(f"/grievances/new?follows={secret.uuid}").status_code == 404
    alike = officer.post(
        f"/grievances/new?beneficiary={person.uuid}",
        data={"project": str(project.uuid), "title": "What he did", "description": "This.", "channel": ""},
    )
    assert secret.code not in alike.text


def test_C5_anybody_makes_a_case_sensitive_and_only_few_open_it_again(
    session: Session, client: FlaskClient, case: Grievance, supervisor: User
) -> None:
    rules = [Rule("read", "Grievance"), Rule("update", "Grievance")]
    officer_user = add_user_with(session, "officer", rules=rules)
    case.assignee_id = officer_user.id
    session.commit()
    url = f"/grievances/{case.uuid}"
    officer = enter_as(client, session, officer_user)
    assert officer.post(f"{url}/sensitivity").location == "/grievances"
    assert officer.get(url).status_code == 404
    assert officer.post(f"{url}/openness").status_code == 404
    assert session.scalar(select(Grievance.assignee_id).where(Grievance.uuid == case.uuid)) is None
    moving.acknowledge(session, case.uuid, Teller(supervisor.id), "We look into it.")
    assert session.scalars(select(Message).where(Message.user_id == officer_user.id)).all() == []
    staff = enter_as(client, session, supervisor)
    assert staff.post(f"{url}/openness").location == url
    session.refresh(case)
    assert case.is_sensitive is False


def test_a_case_of_a_sensitive_category_stays_sensitive(
    session: Session, staff: FlaskClient, case: Grievance
) -> None:
    url = f"/grievances/{case.uuid}"
    fraud = category_named(session, "Fraud or corruption").uuid
    typed = {"title": case.title, "category_id": str(fraud), "priority": "NORMAL", "type": "NON_TECHNICAL"}
    typed |= {"reported_by": case.reported_by, "reporter_contact": case.reporter_contact}
    assert send(staff, f"{url}/edit", **typed).location == url
    session.refresh(case)
    assert (case.is_sensitive, case.category_id) == (True, fraud)
    assert "/openness" not in staff.get(url).text
    assert "always sensitive" in staff.post(f"{url}/openness").text


def test_C8_who_may_not_read_personal_data_gets_who_complained_in_part(
    session: Session, client: FlaskClient, case: Grievance
) -> None:
    rules = [Rule("read", "Grievance"), Rule("update", "Grievance")]
    officer = enter_as(client, session, add_user_with(session, "officer", rules=rules))
    for way in ("", "/edit"):
        shown = officer.get(f"/grievances/{case.uuid}{way}").text
        assert "Asha Rai" not in shown
        assert "9812345678" not in shown


def test_F3_who_looked_at_a_sensitive_case_is_on_record(
    session: Session, staff: FlaskClient, project: Project, supervisor: User
) -> None:
    case = add_case(session, project, supervisor, is_sensitive=True, reported_by="", reporter_contact="")
    session.commit()
    staff.get(f"/grievances/{case.uuid}")
    looks = select(AuditEntry).where(AuditEntry.record_id == str(case.uuid), AuditEntry.action == "READ")
    assert [(one.details or {})["fields"] for one in session.scalars(looks)] == [["title", "description"]]


def test_a_vendor_who_complained_reads_the_public_lines_and_no_note(
    session: Session, client: FlaskClient, project: Project, supervisor: User
) -> None:
    vendor = add_user_with(session, "vendor", "Vendor")
    case = add_case(session, project, vendor, assignee_id=supervisor.id)
    by = Teller(supervisor.id)
    noting.add_note(session, case.uuid, by, "He is known for this.", is_public=False)
    noting.add_note(session, case.uuid, by, "We called the bank.", is_public=True)
    session.commit()
    shown = enter_as(client, session, vendor).get(f"/grievances/{case.uuid}")
    assert shown.status_code == 200
    assert "We called the bank." in shown.text
    assert "He is known for this." not in shown.text
    assert "Supervisor" not in shown.text


def test_the_page_of_a_case_costs_few_statements(
    session: Session, staff: FlaskClient, case: Grievance
) -> None:
    for words in ("one", "two", "three"):
        noting.add_note(session, case.uuid, Teller(None), words, is_public=False)
    session.commit()
    url, said = f"/grievances/{case.uuid}", []
    staff.get(url)
    connection = session.connection()

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(connection, "before_cursor_execute", note)
    staff.get(url)
    event.remove(connection, "before_cursor_execute", note)
    asked = [one for one in said if one.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(asked) == 5, asked
