"""The projects that people can complain about, by what stands in the address of their form."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.grievances.models import GrievanceCategory
from portal.projects.models import Project

_SHORT = re.compile(r"[0-9a-f]{8}")


def project_called(session: Session, called: str) -> Project | None:
    """The project of an address: its uuid, or the first eight signs of it where they are one project's alone.

    One that is not open yet is nobody's business outside; one that is closed is found, so that its page can say so.
    """
    wanted = select(Project).where(Project.deleted_at.is_(None), Project.status != ProjectStatus.NOT_READY)
    if _SHORT.fullmatch(called):
        low, high = UUID(called + "0" * 24), UUID(called + "f" * 24)
        found = session.scalars(wanted.where(Project.uuid.between(low, high)).limit(2)).all()
        return found[0] if len(found) == 1 else None
    try:
        uuid = UUID(called)
    except ValueError:
        return None
    return session.scalars(wanted.where(Project.uuid == uuid)).one_or_none()


def short_name(session: Session, project: UUID) -> str:
    """What stands in the address of a project's form: eight signs to type, the uuid where those are not enough."""
    short = project.hex[:8]
    low, high = UUID(short + "0" * 24), UUID(short + "f" * 24)
    same = session.scalar(select(func.count()).select_from(Project).where(Project.uuid.between(low, high)))
    return short if same == 1 else str(project)


def open_projects(session: Session) -> Sequence[tuple[UUID, str]]:
    """The projects under way, for who comes without a link: uuid and name."""
    found = session.execute(
        select(Project.uuid, Project.name)
        .where(Project.status == ProjectStatus.ACTIVE, Project.deleted_at.is_(None))
        .order_by(Project.name, Project.uuid)
        .limit(200)
    )
    return [(row.uuid, row.name) for row in found]


def categories_to_choose(session: Session) -> Sequence[tuple[UUID, str]]:
    """What a complaint can be about: uuid and name, in the order in which they came."""
    found = session.execute(
        select(GrievanceCategory.uuid, GrievanceCategory.name)
        .where(GrievanceCategory.is_active)
        .order_by(GrievanceCategory.created_at, GrievanceCategory.name)
    )
    return [(row.uuid, row.name) for row in found]
