"""The moments that the database keeps of a clock are those that follow from everything else, whatever changes."""

import datetime as dt
import threading
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.enums import GrievanceStatus, ProjectStatus
from portal.grievances.models import (
    PRIORITIES,
    Grievance,
    GrievanceCalendar,
    GrievanceCategory,
    GrievanceHoliday,
    GrievanceTarget,
)
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.database

STALE = text(
    """
    SELECT g.code FROM tbl_grievances g
    CROSS JOIN LATERAL (SELECT portal_calendar_of(g."projectId") AS held) calendar
    LEFT JOIN LATERAL (
        SELECT t.acknowledge, t.resolve FROM tbl_grievance_targets t
        WHERE t.priority = g.priority AND (t."categoryId" = g."categoryId" OR t."categoryId" IS NULL)
        ORDER BY t."categoryId" NULLS LAST LIMIT 1
    ) target ON true
    WHERE g.status IN ('NEW', 'UNDER_REVIEW') AND (
        (g.status = 'NEW' AND (g."acknowledgeBy", g."acknowledgeRisk") IS DISTINCT FROM (
            portal_working_after(g."createdAt", target.acknowledge, calendar.held),
            portal_working_after(g."createdAt", target.acknowledge * 0.75, calendar.held)))
        OR (g."waitingSince" IS NULL AND (g."resolveBy", g."resolveRisk") IS DISTINCT FROM (
            portal_clock_ends(g.uuid, g."clockFrom", target.resolve, calendar.held),
            portal_clock_ends(g.uuid, g."clockFrom", target.resolve * 0.75, calendar.held)))
        OR g."dueAt" IS DISTINCT FROM CASE WHEN g.status = 'NEW' THEN least(g."acknowledgeBy", g."resolveBy")
            WHEN g."waitingSince" IS NULL THEN g."resolveBy" END)
    """
)
"""Open cases whose kept moments are not what counting them now comes to."""

ACTS = (
    "target",
    "own target",
    "no own target",
    "hours",
    "own calendar",
    "no own calendar",
    "holiday",
    "no holiday",
    "zone",
    "priority",
    "category",
    "move",
    "ask",
    "answer",
    "close",
)
_times = count()
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7)), max_size=12)


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """Two projects with two cases each, which came on a Monday."""
    somebody = add_user_with(session, "somebody", "Viewer")
    projects = [add_project(session, name) for name in ("Here", "There")]
    monday = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)
    cases = [add_case(session, project, somebody, created_at=monday) for project in projects for _ in "ab"]
    categories = session.scalars(select(GrievanceCategory).order_by(GrievanceCategory.name)).all()[:2]
    return {"projects": projects, "cases": cases, "categories": categories}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_whatever_changes_no_moment_is_stale(
    session: Session, world: dict[str, Any], acts: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as attempt:
        for act, number in acts:
            _do(session, world, act, number)
            session.flush()
            assert session.scalars(STALE).all() == [], act
        attempt.rollback()
    session.expire_all()


def _do(session: Session, world: dict[str, Any], act: str, number: int) -> None:
    """One change; what cannot be done as things are is left."""
    project: Project = world["projects"][number % 2]
    case: Grievance = world["cases"][number % 4]
    category: GrievanceCategory = world["categories"][number % 2]
    session.refresh(case)
    calendars = select(GrievanceCalendar)
    own = session.scalars(calendars.where(GrievanceCalendar.project_id == project.uuid)).one_or_none()
    targets = select(GrievanceTarget).where(GrievanceTarget.priority == PRIORITIES[number % 4])
    of_category = session.scalars(targets.where(GrievanceTarget.category_id == category.uuid)).one_or_none()
    if act == "target":
        session.scalars(targets.where(GrievanceTarget.category_id.is_(None))).one().resolve += 60 * (
            number + 1
        )
    elif act == "own target" and of_category is None:
        facts = {"category_id": category.uuid, "priority": PRIORITIES[number % 4]}
        session.add(GrievanceTarget(**facts, acknowledge=30, resolve=60 + number))
    elif act == "no own target" and of_category is not None:
        session.delete(of_category)
    elif act == "hours":
        shared = session.scalars(calendars.where(GrievanceCalendar.project_id.is_(None))).one()
        (own or shared).closes = dt.time(12 + number)
    elif act == "own calendar" and own is None:
        session.add(GrievanceCalendar(project_id=project.uuid, days=[1, 2 + number % 6]))
    elif act == "no own calendar" and own is not None:
        session.delete(own)
    elif act == "holiday":
        held = own or session.scalars(calendars.where(GrievanceCalendar.project_id.is_(None))).one()
        day = dt.date(2024, 5, 6 + number)
        if session.get(GrievanceHoliday, (held.uuid, day)) is None:
            session.add(GrievanceHoliday(calendar_id=held.uuid, day=day))
    elif act == "no holiday":
        for holiday in session.scalars(select(GrievanceHoliday).limit(1)):
            session.delete(holiday)
    elif act == "zone":
        project.time_zone = ("Asia/Kathmandu", "America/New_York", None)[number % 3]
    elif act == "close":  # and opened again, when it follows what changed meanwhile
        project.status, project.status_reason = ProjectStatus.CLOSED, f"Over {next(_times)}"
        session.flush()
        session.scalars(targets.where(GrievanceTarget.category_id.is_(None))).one().resolve += 60
        session.flush()
        project.status, project.status_reason = ProjectStatus.ACTIVE, f"Not over {next(_times)}"
    elif act == "priority":
        case.priority = PRIORITIES[number % 4]
    elif act == "category":
        case.category_id = category.uuid
    elif act == "move":
        way = (
            GrievanceStatus.NEW,
            GrievanceStatus.UNDER_REVIEW,
            GrievanceStatus.RESOLVED,
            GrievanceStatus.UNDER_REVIEW,
        )
        case.status = way[way.index(case.status) + 1]
        case.status_reason = f"{case.status} {next(_times)}"
    elif act == "ask" and case.status == GrievanceStatus.UNDER_REVIEW and case.waiting_since is None:
        case.waiting_since = dt.datetime(2024, 5, 7, 9 + number, tzinfo=dt.UTC)
    elif act == "answer":
        case.waiting_since = None


def test_what_was_answered_stays_as_it_was_judged(session: Session, world: dict[str, Any]) -> None:
    case: Grievance = world["cases"][0]
    for status in (GrievanceStatus.UNDER_REVIEW, GrievanceStatus.RESOLVED):
        case.status, case.status_reason = status, f"Now {status}"
        session.flush()
    session.refresh(case)
    before = (case.resolve_by, case.acknowledge_by, case.resolve_took, case.due_at)
    for target in session.scalars(select(GrievanceTarget)):
        target.acknowledge, target.resolve = 1, 2
    session.flush()
    session.refresh(case)
    assert (case.resolve_by, case.acknowledge_by, case.resolve_took, case.due_at) == before


def test_a_case_resolved_while_it_waits_is_judged_without_the_wait(
    session: Session, world: dict[str, Any]
) -> None:
    case: Grievance = world["cases"][0]
    case.status, case.status_reason = GrievanceStatus.UNDER_REVIEW, "We look into it."
    session.flush()
    due = case.resolve_by
    case.waiting_since = dt.datetime(2024, 5, 7, 9, tzinfo=dt.UTC)
    session.flush()
    case.status, case.status_reason = GrievanceStatus.RESOLVED, "Done all the same."
    session.flush()
    session.refresh(case)
    assert due is not None
    assert case.resolve_by is not None
    assert case.resolve_by > dt.datetime.now(dt.UTC)  # what waited for years was no delay
    assert case.resolve_took == 480


@pytest.mark.parametrize("first", ["case", "target"])
def test_of_a_new_case_and_a_new_target_at_once_the_second_knows_of_the_first(
    committed_app: Flask, first: str
) -> None:
    with committed_app.app_context():
        session = db.session()
        project, somebody = add_project(session, "Here"), add_user_with(session, "somebody", "Viewer")
        session.commit()
        keys = (project.uuid, somebody.id)

        def come(own: Session) -> None:
            here = own.scalars(select(Project).where(Project.uuid == keys[0])).one()
            add_case(own, here, own.get_one(User, keys[1]))

        def change(own: Session) -> None:
            own.execute(text("UPDATE tbl_grievance_targets SET resolve = resolve + 60, acknowledge = 7"))

        deeds = (come, change) if first == "case" else (change, come)
        done = threading.Event()

        def second() -> None:
            with Session(db.engine) as own, own.begin():
                deeds[1](own)
            done.set()

        other = threading.Thread(target=_inside, args=(committed_app, second))
        with Session(db.engine) as own, own.begin():
            deeds[0](own)
            other.start()
            assert not done.wait(0.5)  # it waits for the first one
        other.join(20)
        assert done.is_set()
        assert session.scalars(select(Grievance.acknowledge_by)).one() is not None
        assert session.scalars(STALE).all() == []


def _inside(app: Flask, deed: Any) -> None:
    with app.app_context():
        deed()
