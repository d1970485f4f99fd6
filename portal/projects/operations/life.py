"""The life of a project: NOT_READY, opened, closed, opened again for a reason.

Each move is one conditional UPDATE, so of several at once one succeeds and the others are told; a trigger holds
whatever else writes to the same moves. Closing waits for what is being written below the project, and what comes after
it finds the project closed.
"""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.core.errors import Conflict, Refusal, sentence
from portal.projects.models import Project

MOVED = sentence("This project is in another state by now. Look at it once more.")
BUSY = sentence("Something is being written in this project at this moment. Try again when it is done.")
LOCK_NOT_AVAILABLE = "55P03"


def open_project(session: Session, project: UUID, *, by: int) -> None:
    """Open a project that was not ready, so that people can be paid in it. Raises Conflict for any other."""
    _move(session, project, ProjectStatus.NOT_READY, ProjectStatus.ACTIVE, by, None)


def close_project(session: Session, project: UUID, *, by: int, reason: str | None = None) -> None:
    """Close a project: from now on nothing that hangs on it changes.

    Raises Conflict for one that is not open, and where something is being written in it for too long to wait.
    """
    _move(session, project, ProjectStatus.ACTIVE, ProjectStatus.CLOSED, by, _said(reason))


def reopen_project(session: Session, project: UUID, *, by: int, reason: str) -> None:
    """Open a closed project again. Raises Refusal without a reason, Conflict for one that is not closed."""
    if _said(reason) is None:
        raise Refusal("Say why it is opened again.", "reason")
    _move(session, project, ProjectStatus.CLOSED, ProjectStatus.ACTIVE, by, _said(reason))


def _said(reason: str | None) -> str | None:
    return (reason or "").strip() or None


def _move(
    session: Session, project: UUID, before: ProjectStatus, after: ProjectStatus, by: int, reason: str | None
) -> None:
    moving = (
        update(Project)
        .where(Project.uuid == project, Project.status == before, Project.deleted_at.is_(None))
        .values(
            status=after,
            status_at=func.clock_timestamp(),
            status_by=by,
            status_reason=reason,
            version=Project.version + 1,
            updated_at=func.now(),
            updated_by=by,
        )
        .returning(Project.id)
        .execution_options(synchronize_session=False)
    )
    try:
        with session.begin_nested():
            moved = session.scalar(moving)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict(BUSY) from error
    if moved is None:
        raise Conflict(MOVED)
