"""Who complained is forgotten long after a case was closed; so are files that no case names."""

import datetime as dt
import os
import time
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import portal.grievances.tasks.forgetting as tasks
from portal.core.enums import GrievanceStatus
from portal.core.keeping import FRESH
from portal.grievances.models import Grievance
from portal.grievances.operations.files import Sent, add_file, case_files, remove_unnamed
from portal.grievances.operations.story import Teller
from portal.grievances.tasks.forgetting import forget_old_reporters, remove_unnamed_files
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from portal.users.models import User
from tests.grievances.cases import add_case
from tests.grievances.conftest import BrowserOf

pytestmark = pytest.mark.database


def closed(session: Session, here: Project, reporter: User, days: int, **facts: Any) -> Grievance:
    """A case that was closed so many days ago."""
    case = add_case(session, here, reporter, status="CLOSED", **facts)
    ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    session.execute(
        text("""UPDATE tbl_grievances SET "closedAt" = :ago WHERE uuid = :uuid"""),
        {"ago": ago, "uuid": case.uuid},
    )
    return case


def reporter_of(session: Session, case: Grievance) -> tuple[str, str, bool]:
    session.refresh(case)
    return case.reported_by, case.reporter_contact, case.reporter_forgotten_at is not None


KEPT, FORGOTTEN = ("Asha Rai", "+9779812345678", False), ("", "", True)


def test_F7_who_complained_is_forgotten_in_time_and_not_before(
    session: Session, here: Project, reporter: User, supervisor: User, browser_of: BrowserOf
) -> None:
    old, lately = closed(session, here, reporter, 735), closed(session, here, reporter, 725)
    opened = closed(session, here, reporter, 3000)
    opened.status, opened.status_reason = GrievanceStatus.UNDER_REVIEW, "Not settled"
    session.flush()
    forget_old_reporters(session, {})
    assert [reporter_of(session, case) for case in (old, lately, opened)] == [FORGOTTEN, KEPT, KEPT]
    assert old.description == "I was told that it came, and it did not."
    forget_old_reporters(session, {"PORTAL_REPORTER_MONTHS": 12})
    assert reporter_of(session, lately) == FORGOTTEN
    entries = session.execute(
        text(
            """SELECT actor, after FROM tbl_audit_log
            WHERE "recordId" = :case AND after ->> 'reporterForgottenAt' IS NOT NULL"""
        ),
        {"case": str(old.uuid)},
    ).all()
    assert [entry.actor for entry in entries] == [None]
    assert "Asha" not in str(entries)
    browser = browser_of(supervisor)
    assert "long after the case was closed" in browser.get(f"/grievances/{old.uuid}").text
    assert "long after the case was closed" not in browser.get(f"/grievances/{opened.uuid}").text


@pytest.mark.parametrize("left", [{"reported_by": ""}, {"reporter_contact": ""}])
def test_F7_who_left_a_name_or_a_number_alone_is_forgotten_too(
    session: Session, here: Project, reporter: User, left: dict[str, str]
) -> None:
    case = closed(session, here, reporter, 800, **left)
    assert "".join(reporter_of(session, case)[:2])
    forget_old_reporters(session, {})
    assert reporter_of(session, case) == FORGOTTEN


def test_in_a_closed_project_too(session: Session, here: Project, reporter: User, supervisor: User) -> None:
    case = closed(session, here, reporter, 1000)
    close_project(session, here.uuid, by=supervisor.id)
    forget_old_reporters(session, {})
    assert reporter_of(session, case) == FORGOTTEN


def test_they_go_some_at_a_time_the_longest_closed_first(
    session: Session, here: Project, reporter: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    old, oldest = closed(session, here, reporter, 800), closed(session, here, reporter, 900)
    forget_old_reporters(session, {})
    assert [reporter_of(session, case) for case in (old, oldest)] == [KEPT, FORGOTTEN]
    forget_old_reporters(session, {})
    assert reporter_of(session, old) == FORGOTTEN


@pytest.mark.parametrize("months", [None, 0, -1, "", "soon", True, 0.5])
def test_F7_nobody_is_forgotten_where_nothing_sensible_is_set(
    session: Session, here: Project, reporter: User, months: Any
) -> None:
    case = closed(session, here, reporter, 9000)
    forget_old_reporters(session, {"PORTAL_REPORTER_MONTHS": months})
    assert reporter_of(session, case) == KEPT


def test_F7_a_file_that_no_case_names_is_removed_after_a_day(
    session: Session, here: Project, reporter: User
) -> None:
    case = add_case(session, here, reporter)
    named = add_file(session, case.uuid, Teller(reporter.id), Sent("a.txt", b"Words"), is_public=False)
    assert named
    left, fresh = case_files() / "left", case_files() / "fresh"
    for path in (left, fresh):
        path.write_bytes(b"What a killed process wrote")
    old = time.time() - FRESH - 1
    for path in (case_files() / named, left):
        os.utime(path, (old, old))
    remove_unnamed_files(session, {})
    assert [path.exists() for path in (case_files() / named, left, fresh)] == [True, False, True]
    fresh.unlink()
    assert remove_unnamed(session) == 0
