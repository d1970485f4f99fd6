"""A hotline's spreadsheet: rows looked at, new ones taken as cases, and none of them twice."""

import datetime as dt
import os
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.core.keeping import FRESH
from portal.grievances.models import Grievance, GrievanceChannel, GrievanceEvent
from portal.intake import tasks
from portal.intake.hotline import MOST_ROWS, Target, guess
from portal.intake.models import HotlineFile, HotlineRow
from portal.intake.operations.filing import calls_in, forget, give_up
from portal.jobs.tasks import Progress
from portal.users.models import Permission, Role, User
from portal.users.operations.assignments import assign_role
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import category_named
from tests.intake.calls import CALLS, add_file, bring, brought, take, work_off
from tests.intake.conftest import Camp

pytestmark = pytest.mark.database


@pytest.fixture
def operator(camp: Camp, session: Session) -> FlaskClient:
    """The browser of who brings the files."""
    user = session.scalars(select(User).where(User.email == "asha@example.org")).one()
    return enter_as(camp.browser, session, user)


def files(app: Flask) -> set[str]:
    """What lies on the disk."""
    return {path.name for path in calls_in(Path(app.config["PORTAL_INSTANCE"])).glob("*")}


def verdicts(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(HotlineRow.verdict).order_by(HotlineRow.number)))


def test_each_new_row_becomes_a_case(camp: Camp, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, *CALLS)
    page = operator.get(address).text
    assert "2 rows are new" in page
    assert "The shop was closed" in page
    assert camp.cases() == []
    take(camp.session, operator, address)
    first, second = camp.cases()
    assert (first.description, first.reported_by, first.reporter_contact) == (
        "I got half",
        "Maya Tharu",
        "+9779812345678",
    )
    assert first.category_id == category_named(camp.session, "Wrong amount").uuid
    assert (first.priority, second.priority, second.category_id) == ("HIGH", "NORMAL", None)
    assert camp.session.get_one(GrievanceChannel, first.channel_id).name == "Hotline"
    asha = camp.session.scalars(select(User.id).where(User.email == "asha@example.org")).one()
    assert {first.created_by, second.created_by} == {asha}
    opened = camp.session.scalars(
        select(GrievanceEvent.by_reporter).where(GrievanceEvent.kind == "OPENED")
    ).all()
    assert opened == [False, False]
    assert "2 grievances were opened." in operator.get(address).text
    ended = operator.get(address, headers={"HX-Request": "true"})
    assert ended.headers["HX-Redirect"] == address


def test_a_sensitive_category_makes_the_case_sensitive(camp: Camp, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, "Sita,,protection,He waits for me at night", "Ram,,,Late")
    take(camp.session, operator, address)
    assert [case.is_sensitive for case in camp.cases()] == [True, False]


def test_what_was_taken_is_kept_nowhere_but_in_the_cases(
    camp: Camp, operator: FlaskClient, app: Flask
) -> None:
    before = files(app)
    take(camp.session, operator, brought(operator, camp.project, *CALLS))
    camp.session.expire_all()
    file = camp.session.scalars(select(HotlineFile)).one()
    assert (file.state, file.inspection, file.file_path) == ("DONE", None, None)
    assert camp.session.scalar(select(func.count()).select_from(HotlineRow)) == 0
    assert files(app) == before
    logged = camp.session.execute(
        text("SELECT string_agg(coalesce(after::text, ''), ' ') FROM tbl_audit_log")
    ).scalar_one()
    assert "I got half" not in logged
    assert "Maya" not in logged


def test_E2_the_same_file_leads_to_what_was_made_of_it(camp: Camp, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, *CALLS)
    take(camp.session, operator, address)
    assert bring(operator, camp.project, *CALLS).location == address
    assert len(camp.session.scalars(select(HotlineFile)).all()) == 1
    assert len(camp.cases()) == 2


def test_E2_a_file_that_was_gone_on_with_brings_only_what_is_new(camp: Camp, operator: FlaskClient) -> None:
    take(camp.session, operator, brought(operator, camp.project, *CALLS))
    longer = brought(operator, camp.project, *CALLS, "Gita,9812345679,,No card", "Gita,9812345679,,No card")
    assert verdicts(camp.session) == ["KNOWN", "KNOWN", "NEW", "REPEATED"]
    take(camp.session, operator, longer)
    assert len(camp.cases()) == 3


def test_E2_two_files_with_one_call_open_one_case(camp: Camp, operator: FlaskClient) -> None:
    one = brought(operator, camp.project, *CALLS)
    two = brought(operator, camp.project, *reversed(CALLS))
    take(camp.session, operator, one)
    take(camp.session, operator, two)
    assert len(camp.cases()) == 2


def test_E2_asked_twice_it_is_begun_once(camp: Camp, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, *CALLS)
    assert operator.post(f"{address}/take").status_code == 303
    assert operator.post(f"{address}/take").status_code == 409
    uuid = camp.session.scalars(select(HotlineFile.uuid)).one()
    work_off(camp.session, uuid)
    with pytest.raises(Conflict):
        work_off(camp.session, uuid)
    assert len(camp.cases()) == 2


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("Maya,9812345678,Wrong amount,", "NO_WORDS"),
        ("Maya,9812345678,,  ", "NO_WORDS"),
        ("Maya,9812345678,," + "x" * 5_001, "TOO_LONG"),
        ("Maya,call me,,It never came", "NO_PHONE"),
        ("Maya,9812345678,Protecttion,He hits me", "NO_CATEGORY"),
    ],
)
def test_a_row_that_is_not_right_is_shown_and_not_taken(
    camp: Camp, operator: FlaskClient, line: str, verdict: str
) -> None:
    address = brought(operator, camp.project, line, CALLS[1])
    assert verdicts(camp.session) == [verdict, "NEW"]
    assert operator.get(f"{address}?verdict={verdict}").status_code == 200
    take(camp.session, operator, address)
    assert [case.reported_by for case in camp.cases()] == ["Hari"]


def test_columns_are_guessed_and_can_be_said_otherwise(camp: Camp, operator: FlaskClient) -> None:
    assert guess(["Caller Name", "Mobile", "Details", "Operator", "Category", "Date of call", "Mail"]) == [
        Target.NAME, Target.PHONE, Target.WORDS, Target.IGNORE, Target.CATEGORY, Target.DAY, Target.EMAIL,
    ]  # fmt: skip
    columns = bring(operator, camp.project, "A,It never came", head="One,Two").location
    missing = operator.post(columns)
    assert missing.status_code == 422
    assert "Say which column tells what happened." in missing.text
    twice = operator.post(columns, data={"column-0": "words", "column-1": "words"})
    assert twice.status_code == 422
    assert "Two columns cannot be the same." in twice.text
    assert operator.post(columns, data={"column-0": "name", "column-1": "words"}).status_code == 303
    assert verdicts(camp.session) == ["NEW"]
    assert operator.post(columns, data={"column-0": "words", "column-1": "ignore"}).status_code == 303
    assert camp.session.scalars(select(HotlineRow.words)).all() == ["A"]


def test_D6_a_file_that_is_none_is_refused_in_words_and_not_kept(
    camp: Camp, operator: FlaskClient, app: Flask
) -> None:
    before = files(app)
    other = bring(operator, camp.project, *CALLS, name="calls.exe")
    assert other.status_code == 422
    assert "Choose a CSV" in other.text
    many = bring(operator, camp.project, *(f"N,,,Call {number}" for number in range(MOST_ROWS + 1)))
    assert many.status_code == 422
    assert "more than 5,000 rows" in many.text
    assert operator.post("/hotline", data={"project": str(camp.project.uuid)}).status_code == 422
    assert camp.session.scalars(select(HotlineFile)).all() == []
    assert files(app) == before


def test_a_file_is_given_up_and_forgotten(camp: Camp, operator: FlaskClient, app: Flask) -> None:
    before = files(app)
    address = brought(operator, camp.project, *CALLS)
    assert operator.post(f"{address}/discard").location == "/hotline"
    assert operator.get(address).status_code == 404
    assert camp.session.scalars(select(HotlineRow)).all() == []
    assert files(app) == before


def test_F7_what_was_left_lying_is_forgotten_in_time(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    brought(operator, camp.project, *CALLS)
    assert forget(session, dt.timedelta(days=1)) == 0
    session.execute(text("""UPDATE tbl_hotline_files SET "createdAt" = now() - interval '2 days'"""))
    assert forget(session, dt.timedelta(days=1)) == 1
    session.expire_all()
    assert session.scalars(select(HotlineRow)).all() == []


def test_C4_only_projects_of_ones_own_take_calls_and_show_files(
    camp: Camp, app: Flask, session: Session
) -> None:
    north = add_project(session, "North")
    limited = add_user_with(session, "limited", "Viewer")
    assign_role(session, limited, "Supervisor", projects=[north.uuid])
    hidden = add_file(session, camp.project, limited)
    session.commit()
    browser = enter_as(app.test_client(), session, limited)
    page = browser.get("/hotline").text
    assert "North" in page
    assert "Floods 2026" not in page
    assert "calls.csv" not in page
    assert bring(browser, camp.project, *CALLS).status_code == 422
    for way in ("", "/columns"):
        assert browser.get(f"/hotline/{hidden}{way}").status_code == 404
    for deed in ("columns", "take", "reopen", "discard"):
        assert browser.post(f"/hotline/{hidden}/{deed}").status_code == 404


def test_a_project_that_is_not_under_way_takes_no_calls(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    over = add_project(session, "Drought 2020", status="CLOSED")
    session.commit()
    assert "Drought 2020" not in operator.get("/hotline").text
    assert bring(operator, over, *CALLS).status_code == 422


def test_C3_what_callers_said_is_for_who_brought_it_and_who_may_read_sensitive_cases(
    camp: Camp, app: Flask, session: Session, operator: FlaskClient
) -> None:
    role = Role(name="Hotline", is_system=False)
    role.permissions = [
        Permission(action=action, subject=subject)
        for action, subject in (("import", "Grievance"), ("read", "Grievance"), ("read", "Project"))
    ]
    session.add(role)
    session.flush()
    clerk = add_user_with(session, "clerk", "Viewer")
    assign_role(session, clerk, "Hotline")
    session.commit()
    browser = enter_as(app.test_client(), session, clerk)
    others = brought(operator, camp.project, *CALLS)
    assert browser.get(others).status_code == 404
    assert "calls.csv" not in browser.get("/hotline").text
    assert bring(browser, camp.project, *CALLS).location != f"{others}"
    own = brought(browser, camp.project, CALLS[0])
    assert browser.get(own).status_code == 200
    assert operator.get(own).status_code == 200


def test_who_may_no_longer_take_calls_takes_none(camp: Camp, session: Session, operator: FlaskClient) -> None:
    address = brought(operator, camp.project, *CALLS)
    operator.post(f"{address}/take")
    session.execute(
        text("DELETE FROM tbl_auth_permissions WHERE action = 'import' AND subject = 'Grievance'")
    )
    session.commit()
    with pytest.raises(Refusal):
        work_off(session, session.scalars(select(HotlineFile.uuid)).one())
    session.rollback()
    assert camp.cases() == []


def test_F7_files_that_no_row_names_are_removed_after_a_day(
    camp: Camp, session: Session, operator: FlaskClient, app: Flask
) -> None:
    brought(operator, camp.project, *CALLS)
    [named] = [Path(path) for path in session.scalars(select(HotlineFile.file_path)) if path]
    left, fresh = named.with_name("left.csv"), named.with_name("fresh.csv")
    for path in (left, fresh):
        path.write_text("What a killed process wrote")
    old = time.time() - FRESH - 1
    for path in (named, left):
        os.utime(path, (old, old))
    tasks.remove_forgotten_files(session, app.config)
    assert [path.exists() for path in (named, left, fresh)] == [True, False, True]
    fresh.unlink()


def test_a_file_whose_calls_are_being_taken_is_neither_given_up_nor_forgotten(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    address = brought(operator, camp.project, *CALLS)
    operator.post(f"{address}/take")
    session.execute(text("""UPDATE tbl_hotline_files SET "createdAt" = now() - interval '2 days'"""))
    session.commit()
    assert operator.post(f"{address}/discard").status_code == 409
    assert forget(session, dt.timedelta(days=1)) == 0
    work_off(session, UUID(address.rpartition("/")[2]))
    with pytest.raises(Conflict):
        give_up(session, UUID(address.rpartition("/")[2]))
    assert len(camp.cases()) == 2
    assert forget(session, dt.timedelta(days=1)) == 0


def test_E2_a_job_that_is_not_the_files_own_takes_nothing(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    address = brought(operator, camp.project, *CALLS)
    operator.post(f"{address}/take")
    brought_by = session.scalars(select(HotlineFile.created_by)).one()
    another = Progress()
    another.job = uuid4()
    with pytest.raises(Conflict):
        tasks.take(another, address.rpartition("/")[2], brought_by)
    session.rollback()
    assert camp.cases() == []


def test_a_category_out_of_use_is_none_of_a_files(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    category_named(session, "Wrong amount").is_active = False
    session.commit()
    brought(operator, camp.project, *CALLS)
    assert verdicts(session) == ["NO_CATEGORY", "NEW"]


def test_a_job_that_failed_leaves_the_rows_to_try_again(
    camp: Camp, session: Session, operator: FlaskClient
) -> None:
    columns = bring(operator, camp.project, *CALLS).location
    address = columns.removesuffix("/columns")
    assert operator.post(f"{address}/reopen").status_code == 409
    operator.post(columns)
    operator.post(f"{address}/take")
    assert operator.post(f"{address}/reopen").status_code == 409
    session.execute(text("UPDATE tbl_jobs SET state = 'FAILED'"))
    session.commit()
    assert "Go back a step" in operator.get(address).text
    assert operator.post(f"{address}/reopen").status_code == 303
    take(session, operator, address)
    assert session.scalar(select(func.count()).select_from(Grievance)) == 2
