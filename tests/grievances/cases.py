"""Cases for tests, in a line each."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType
from portal.grievances.models import Grievance, GrievanceCategory
from portal.projects.models import Project
from portal.users.models import User


def add_case(
    session: Session, project: Project, reporter: User, title: str = "No money", **facts: Any
) -> Grievance:
    """A case as it comes in; `facts` are other columns. `status` moves it there, as far as it has to go."""
    status = facts.pop("status", "NEW")
    usual: dict[str, Any] = {
        "reported_by": "Asha Rai",
        "reporter_contact": "+9779812345678",
        "type": GrievanceType.NON_TECHNICAL,
        "description": "I was told that it came, and it did not.",
    }
    case = Grievance(**usual | facts, title=title, project_id=project.uuid, reporter_user_id=reporter.id)
    session.add(case)
    session.flush()
    for step in _way_to(status):
        case.status, case.status_reason = step, f"Now it is {step}."
        case.status_at = dt.datetime.now(dt.UTC)
        session.flush()
    session.refresh(case)
    return case


def _way_to(status: str) -> tuple[Any, ...]:
    way = ("UNDER_REVIEW", "RESOLVED", "CLOSED")
    return () if status == "NEW" else way[: way.index(status) + 1]


def category_named(session: Session, name: str) -> GrievanceCategory:
    """One of the categories that come with the portal."""
    return session.scalars(select(GrievanceCategory).where(GrievanceCategory.name == name)).one()
