"""One deed for many cases: the dry run, the deed, what it does to each, and who is told."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.enums import GrievanceStatus, GrievanceType
from portal.grievances.many import GrievanceAction
from portal.grievances.models import Grievance, GrievanceEvent, GrievanceWatcher
from portal.grievances.operations.many import forget, hold
from portal.grievances.queries.filters import CaseFilter, ClockFilter
from portal.grievances.queries.travelling import packed, unpacked
from portal.grievances.tasks.many import do
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.messages.models import Message
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case, category_named
from tests.grievances.conftest import BrowserOf
from tests.grievances.test_list_page import text_of

NEW = GrievanceStatus.NEW
WORK = [Rule("read", "Grievance"), Rule("update", "Grievance")]


@pytest.fixture
def browser(browser_of: BrowserOf, supervisor: User) -> FlaskClient:
    return browser_of(supervisor)


def drafted(browser: FlaskClient, kind: str, query: str = "", **told: Any) -> str:
    """The address of a draft."""
    answer = browser.post(f"/grievances/actions/new?{query}", data={"kind": kind, **told})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def done(session: Session, browser: FlaskClient, kind: str, query: str = "", **told: Any) -> GrievanceAction:
    """The deed, done as its job would."""
    page = drafted(browser, kind, query, **told)
    expected = re.search(r'name="expected"[^>]*value="(\d*)"', browser.get(page).text)
    answer = browser.post(f"{page}/confirm", data={"expected": expected[1] if expected else ""})
    assert (answer.status_code, answer.location) == (303, page)
    return worked(session, page)


def worked(session: Session, page: str) -> GrievanceAction:
    found = session.get_one(GrievanceAction, UUID(page[-36:]))
    session.refresh(found)
    job = session.scalars(select(Job).where(Job.uuid == found.job_id)).one()
    do(Progress(), action=job.arguments["action"], by=job.arguments["by"])
    session.refresh(found)
    return found


def story_of(session: Session, case: Grievance) -> list[tuple[str, Any, str | None]]:
    rows = session.execute(
        select(GrievanceEvent.kind, GrievanceEvent.facts, GrievanceEvent.body)
        .where(GrievanceEvent.grievance_id == case.uuid)
        .order_by(GrievanceEvent.id)
    )
    return [(kind, facts, body) for kind, facts, body in rows]


def test_cases_are_given_to_somebody_who_gets_one_message(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient
) -> None:
    anil = add_user_with(session, "anil", "Supervisor")
    old = add_case(session, here, reporter, assignee_id=supervisor.id)
    new, other = add_case(session, here, reporter), add_case(session, here, reporter, priority="HIGH")
    page = drafted(browser, "ASSIGN", "priority=NORMAL", assignee=anil.uuid)
    said = text_of(browser.get(page).text)
    assert "Found 2 Would change 2" in said
    assert "Give them to Anil: 2 grievances" in said
    session.refresh(new)
    assert new.assignee_id is None
    found = done(session, browser, "ASSIGN", "priority=NORMAL", assignee=anil.uuid)
    for case in (old, new, other):
        session.refresh(case)
    in_charge = [case.assignee_id for case in (old, new, other)]
    assert in_charge == [anil.id, anil.id, None]
    assert story_of(session, old) == [("ASSIGNED", {"from": supervisor.id, "to": anil.id}, None)]
    assert story_of(session, new) == [("ASSIGNED", {"from": None, "to": anil.id}, None)]
    assert (found.state, found.counts["changed"], found.filter) == ("DONE", 2, None)
    message = session.scalars(select(Message)).one()
    assert (message.user_id, message.purpose) == (anil.id, "cases-assigned")
    assert "Changed 2" in text_of(browser.get(f"/grievances/actions/{found.uuid}").text)


def test_C4_cases_are_made_sensitive_and_who_may_not_know_of_them_is_rid_of_them(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient
) -> None:
    plain = add_user_with(session, "plain", None, WORK)
    amounts = category_named(session, "Wrong amount").uuid
    theirs = add_case(session, here, reporter, category_id=amounts, assignee_id=plain.id)
    ours = add_case(session, here, reporter, category_id=amounts, assignee_id=supervisor.id)
    other = add_case(session, here, reporter)
    add_case(session, here, reporter, category_id=amounts, is_sensitive=True)
    session.add_all(GrievanceWatcher(grievance_id=ours.uuid, user_id=user.id) for user in (plain, supervisor))
    said = text_of(browser.get(drafted(browser, "SENSITIVE", f"category={amounts}")).text)
    assert "Let only those see them who may see sensitive cases: 2 grievances" in said
    found = done(session, browser, "SENSITIVE", f"category={amounts}")
    assert (found.counts["changed"], found.counts["same"]) == (2, 1)
    for case in (theirs, ours, other):
        session.refresh(case)
    assert [(case.is_sensitive, case.assignee_id) for case in (theirs, ours, other)] == [
        (True, None),
        (True, supervisor.id),
        (False, None),
    ]
    assert [kind for kind, *_rest in story_of(session, theirs)] == ["SENSITIVE", "ASSIGNED"]
    watching = session.scalars(select(GrievanceWatcher.user_id))
    assert list(watching) == [supervisor.id]


def test_nobody_can_be_in_charge_again(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter, assignee_id=supervisor.id)
    assert done(session, browser, "ASSIGN", assignee="nobody").counts["changed"] == 1
    session.refresh(case)
    assert case.assignee_id is None


def test_C5_nobody_is_given_a_case_that_they_may_not_look_after(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    plain = add_user_with(session, "plain", None, WORK)
    add_case(session, here, reporter)
    secret = add_case(session, here, reporter, is_sensitive=True)
    found = done(session, browser, "ASSIGN", assignee=plain.uuid)
    assert (found.counts["changed"], found.counts["unfit"]) == (1, 1)
    session.refresh(secret)
    assert secret.assignee_id is None


def test_priority_is_set_and_clocks_follow(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter, priority="LOW")
    same = add_case(session, here, reporter, priority="URGENT")
    before = case.acknowledge_by
    found = done(session, browser, "PRIORITY", priority="URGENT")
    assert (found.counts["changed"], found.counts["same"]) == (1, 1)
    session.refresh(case)
    assert case.priority == "URGENT"
    assert case.acknowledge_by is not None
    assert before is not None
    assert case.acknowledge_by < before
    assert story_of(session, case) == [("PRIORITY", {"from": "LOW", "to": "URGENT"}, None)]
    assert story_of(session, same) == []


def test_a_sensitive_category_hides_cases_from_who_may_not_know_of_them(
    session: Session, here: Project, reporter: User, supervisor: User, browser: FlaskClient
) -> None:
    plain, category = (
        add_user_with(session, "plain", None, WORK),
        category_named(session, "Fraud or corruption"),
    )
    case = add_case(session, here, reporter, assignee_id=plain.id)
    kept = add_case(session, here, reporter, assignee_id=supervisor.id, is_sensitive=True)
    for user in (plain, supervisor):
        session.add(GrievanceWatcher(grievance_id=case.uuid, user_id=user.id))
    session.commit()
    assert done(session, browser, "CATEGORY", category=category.uuid).counts["changed"] == 2
    for one in (case, kept):
        session.refresh(one)
        assert one.category_id == category.uuid
        assert one.is_sensitive
    assert (case.assignee_id, kept.assignee_id) == (None, supervisor.id)
    assert session.scalars(select(GrievanceWatcher.user_id)).all() == [supervisor.id]
    assert [kind for kind, _facts, _body in story_of(session, case)] == ["CATEGORY", "SENSITIVE", "ASSIGNED"]
    assert [kind for kind, _facts, _body in story_of(session, kept)] == ["CATEGORY"]


def test_a_note_is_added_to_each_and_is_internal(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    case = add_case(session, here, reporter)
    page = drafted(browser, "NOTE", note="Waits for the bank.")
    assert "Waits for the bank." in browser.get(page).text
    found = done(session, browser, "NOTE", note="Waits for the bank.")
    assert story_of(session, case) == [("NOTE", None, "Waits for the bank.")]
    event = session.scalars(select(GrievanceEvent)).one()
    assert not event.is_public
    assert found.body is None


def test_cases_out_of_reach_and_of_closed_projects_stay_as_they_are(
    session: Session, here: Project, reporter: User, browser_of: BrowserOf
) -> None:
    there = add_project(session, "There")
    rules = [Rule("read", "Grievance"), Rule("update", "Grievance", conditions={"priority": "NORMAL"})]
    clerk = browser_of(add_user_with(session, "clerk", None, rules))
    add_case(session, here, reporter)
    add_case(session, here, reporter, priority="LOW")
    add_case(session, there, reporter)
    add_case(session, here, reporter, is_sensitive=True)
    close_project(session, there.uuid, reason="Over", by=reporter.id)
    session.commit()
    counts = done(session, clerk, "PRIORITY", priority="HIGH").counts
    assert counts == {"found": 3, "applies": 1, "forbidden": 1, "shut": 1, "changed": 1, "meanwhile": 0}


def test_E2_confirmed_twice_it_is_done_once(
    session: Session, here: Project, reporter: User, browser: FlaskClient
) -> None:
    add_case(session, here, reporter)
    page = drafted(browser, "NOTE", note="Once")
    for _click in "12":
        assert browser.post(f"{page}/confirm", data={"expected": "1"}).status_code == 303
    assert len(session.scalars(select(Job).where(Job.kind == "grievances.many")).all()) == 1
    worked(session, page)
    with pytest.raises(Exception, match="moved on"):
        hold(session, UUID(page[-36:]), None)


def test_E2_the_form_sent_twice_makes_one_draft(session: Session, browser: FlaskClient) -> None:
    data = {"kind": "NOTE", "note": "Once", "once": "6f1c1f0e-3d4b-4a6a-9a53-0d3c8a5c0a11"}
    pages = {browser.post("/grievances/actions/new", data=data).location for _click in "12"}
    assert len(pages) == 1
    assert len(session.scalars(select(GrievanceAction)).all()) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"kind": "MOVE"},
        {"kind": "NOTE"},
        {"kind": "NOTE", "note": "a\0b"},
        {"kind": "ASSIGN"},
        {"kind": "ASSIGN", "assignee": "me"},
        {"kind": "PRIORITY", "priority": "ASAP"},
        {"kind": "CATEGORY", "category": "6f1c1f0e-3d4b-4a6a-9a53-0d3c8a5c0a11"},
    ],
)
def test_what_lacks_something_is_refused_at_its_field(browser: FlaskClient, told: dict[str, str]) -> None:
    answer = browser.post("/grievances/actions/new", data=told)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_C3_a_deed_is_for_who_made_it(session: Session, browser: FlaskClient, browser_of: BrowserOf) -> None:
    page = drafted(browser, "NOTE", note="Mine")
    other = browser_of(add_user_with(session, "anil", "Supervisor"))
    assert other.get(page).status_code == 404
    for deed in ("confirm", "reopen"):
        assert other.post(f"{page}/{deed}").status_code == 404


def test_a_job_that_failed_can_be_begun_again(session: Session, browser: FlaskClient) -> None:
    page = drafted(browser, "NOTE", note="Again")
    browser.post(f"{page}/confirm")
    assert browser.post(f"{page}/reopen").status_code == 409
    session.execute(Job.__table__.update().values(state="FAILED"))
    session.commit()
    assert "Go back a step" in browser.get(page).text
    assert browser.post(f"{page}/reopen").status_code == 303
    assert "There is nothing to do for these" in browser.get(page).text


def test_a_filter_travels_whole() -> None:
    uuid = UUID("6f1c1f0e-3d4b-4a6a-9a53-0d3c8a5c0a11")
    chosen = CaseFilter(
        q="Asha", status=(NEW,), assignee=3, unassigned=True, watcher=4, clock=ClockFilter.AT_RISK, project=uuid,
        category=uuid, channel=uuid, priority=("LOW", "HIGH"), type=(GrievanceType.OTHER,), beneficiary=uuid,
        vendor=uuid, transaction=uuid,
    )  # fmt: skip
    assert unpacked(packed(chosen)) == chosen
    assert unpacked(packed(CaseFilter())) == CaseFilter()
    with pytest.raises(ValueError, match="no filter"):
        unpacked({"colour": "red"})


def test_drafts_that_nobody_confirmed_are_forgotten(session: Session, browser: FlaskClient) -> None:
    drafted(browser, "NOTE", note="Old")
    session.execute(
        GrievanceAction.__table__.update().values(createdAt=GrievanceAction.created_at - dt.timedelta(days=8))
    )
    drafted(browser, "NOTE", note="New")
    forget(session)
    assert session.scalars(select(GrievanceAction.body)).all() == ["New"]
