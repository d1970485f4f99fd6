"""Deleting a project on which nothing hangs, and bringing it back."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.projects.models import Project
from portal.projects.queries.parts import hanging_on, has_spent

IN_USE = sentence("Something hangs on this project, so it stays. Close it instead.")


def delete_project(session: Session, project: UUID, *, by: int) -> None:
    """Delete a project softly. Raises Refusal where anything hangs on it, Conflict where it is deleted already.

    Whoever puts something into it at the same moment is waited for, or finds it deleted.
    """
    found = _held(session, project)
    if found.deleted_at is not None:
        raise Conflict("This project is deleted already.")
    if hanging_on(session, project) or has_spent(session, project):
        raise Refusal(IN_USE)
    _say(found, by)
    found.deleted_at = func.now()
    session.flush()


def restore_project(session: Session, project: UUID, *, by: int) -> None:
    """Bring a deleted project back as it was. Raises Conflict where it is not deleted."""
    found = _held(session, project)
    if found.deleted_at is None:
        raise Conflict("This project is not deleted, or no longer.")
    _say(found, by)
    found.deleted_at = None
    session.flush()


def _held(session: Session, project: UUID) -> Project:
    wanted = select(Project).where(Project.uuid == project).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _say(project: Project, by: int) -> None:
    project.version = Project.version + 1
    project.updated_by = by
    project.updated_at = func.now()
