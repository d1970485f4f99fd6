"""One project."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.projects.models import Project
from portal.users.models import User


def project_with(uuid: UUID, *, also_deleted: bool = False) -> Select[Project]:
    """SQL: the project of a uuid."""
    wanted = select(Project).where(Project.uuid == uuid)
    return wanted if also_deleted else wanted.where(Project.deleted_at.is_(None))


def hold_writable(session: Session, uuid: UUID) -> None:
    """Keep a project from being closed or deleted until the transaction ends.

    Raises NotFound for one that is gone, Conflict for one that is closed: nothing that hangs on it changes.
    """
    wanted = select(Project.status).where(Project.uuid == uuid, Project.deleted_at.is_(None))
    status = session.scalar(wanted.with_for_update(read=True))
    if status is None:
        raise NotFound
    if status == ProjectStatus.CLOSED:
        raise Conflict("This project is closed: nothing in it can be changed.")


def name_of_user(session: Session, user_id: int | None) -> str | None:
    """The name of a user by their id; None where there is none."""
    return session.scalar(select(User.name).where(User.id == user_id)) if user_id else None


def the_active(session: Session, uuid: UUID, *, lock: bool = True) -> Project:
    """The project, if it is open for work; with `lock` it stays so until the transaction ends, so that closing waits.

    Raises NotFound where there is none, Refusal at the field `project` for one that is not ready or closed.
    """
    wanted = project_with(uuid).execution_options(populate_existing=True)
    found = session.scalars(wanted.with_for_update(read=True) if lock else wanted).one_or_none()
    if found is None:
        raise NotFound
    if found.status == ProjectStatus.NOT_READY:
        raise Refusal("This project is not open yet.", "project")
    if found.closed:
        raise Refusal("This project is closed.", "project")
    return found
