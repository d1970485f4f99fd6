"""The demo's projects at work: how they are closed once they are over."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.demo.programme import PROJECTS, named
from portal.projects.models import Project

REASON = "All vouchers are redeemed and the accounts are settled."


def close_finished(session: Session) -> None:
    """Close the projects that are over, once everything in them stands."""
    for name, status, *_more in PROJECTS:
        if status == ProjectStatus.CLOSED:
            session.execute(
                update(Project)
                .where(Project.uuid == named("project", name))
                .values(status=ProjectStatus.CLOSED, status_reason=REASON)
                .execution_options(synchronize_session=False)
            )
