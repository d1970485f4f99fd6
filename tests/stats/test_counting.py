"""The figures that are kept ready are those of the cases, whatever happens to them."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance
from portal.projects.models import Project
from portal.stats.models import GrievanceFigure, GrievancePlace
from portal.stats.operations.grievances import count_grievances
from portal.users.models import User
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.database


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "North", time_zone="Asia/Kathmandu")


@pytest.fixture
def reporter(session: Session) -> User:
    return add_user_with(session, "reporter", "Viewer")


def total(session: Session, name: str) -> Any:
    return session.scalar(select(func.sum(getattr(GrievanceFigure, name))))


def test_each_case_is_counted_where_it_belongs(session: Session, project: Project, reporter: User) -> None:
    money = category_named(session, "Wrong amount")
    for status in ("NEW", "UNDER_REVIEW", "RESOLVED", "CLOSED"):
        add_case(session, project, reporter, status=status, category_id=money.uuid)
    assert count_grievances(session) == 1
    figure = session.scalars(select(GrievanceFigure)).one()
    assert (figure.project_id, figure.category_id) == (project.uuid, money.uuid)
    assert (figure.received, figure.acknowledged, figure.resolved) == (4, 3, 2)
    assert (figure.acknowledged_in_time, figure.resolved_in_time, figure.reopened) == (3, 2, 0)
    assert len(figure.acknowledge_took) == 3
    assert len(figure.resolve_took) == 2


def test_only_what_changed_is_counted_and_nothing_twice(
    session: Session, project: Project, reporter: User
) -> None:
    case = add_case(session, project, reporter)
    count_grievances(session)
    assert count_grievances(session) == 0
    case.status, case.status_reason = "UNDER_REVIEW", "We look into it."  # type: ignore[assignment]
    session.flush()
    assert count_grievances(session) == 1
    session.expire_all()
    assert (total(session, "received"), total(session, "acknowledged")) == (1, 1)


def test_a_month_is_one_of_the_projects_own_time_zone(
    session: Session, project: Project, reporter: User
) -> None:
    add_case(session, project, reporter, created_at=dt.datetime(2026, 10, 31, 19, tzinfo=dt.UTC))
    count_grievances(session)
    assert session.scalars(select(GrievanceFigure.month)).all() == [dt.date(2026, 11, 1)]
    session.execute(update(Project).values(time_zone="America/Lima"))
    count_grievances(session)
    assert session.scalars(select(GrievanceFigure.month)).all() == [dt.date(2026, 10, 1)]


def test_what_is_deleted_or_moves_to_another_project_is_counted_there_no_more(
    session: Session, project: Project, reporter: User
) -> None:
    other = add_project(session, "South")
    first, second = add_case(session, project, reporter), add_case(session, project, reporter)
    count_grievances(session)
    first.deleted_at = dt.datetime.now(dt.UTC)
    second.project_id = other.uuid
    session.flush()
    count_grievances(session)
    assert session.scalars(select(GrievanceFigure.project_id)).all() == [other.uuid]
    assert total(session, "received") == 1


def test_places_are_those_of_the_people_whom_cases_are_about(
    session: Session, project: Project, reporter: User
) -> None:
    for place in ("Bardiya", " bardiya", None):
        person = add_beneficiary(session, "Sita", location=place)
        add_case(session, project, reporter, beneficiary_id=person.uuid)
    add_case(session, project, reporter)
    count_grievances(session)
    found = session.execute(select(func.lower(GrievancePlace.place), GrievancePlace.received)).all()
    assert [tuple(row) for row in found] == [("bardiya", 2)]


def test_a_reopened_case_counts_as_such_and_as_not_resolved(
    session: Session, project: Project, reporter: User
) -> None:
    add_case(session, project, reporter, status="RESOLVED")
    session.execute(update(Grievance).values(status="UNDER_REVIEW", status_reason="She did not get it."))
    count_grievances(session)
    assert (total(session, "reopened"), total(session, "resolved")) == (1, 0)


def test_a_change_of_nothing_that_counts_keeps_the_figures(
    session: Session, project: Project, reporter: User
) -> None:
    add_case(session, project, reporter)
    count_grievances(session)
    session.execute(text("UPDATE tbl_projects SET name = name || '!'"))
    assert count_grievances(session) == 0
    assert total(session, "received") == 1
