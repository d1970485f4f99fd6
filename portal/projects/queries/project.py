"""One project."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.core.errors import NotFound, Refusal
from portal.projects.models import Project


def project_with(uuid: UUID, *, also_deleted: bool = False) -> Select[Project]:
    """SQL: the project of a uuid."""
    wanted = select(Project).where(Project.uuid == uuid)
    return wanted if also_deleted else wanted.where(Project.deleted_at.is_(None))


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
