"""The projects that people can complain about, by what stands in the address of their form."""

import re
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, false, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.core.keyset import FIRST, Page, Position, Sort, page_of
from portal.core.search import contains, words_in
from portal.grievances.models import GrievanceCategory
from portal.projects.models import Project

SHORT = 8
"""So many signs of a project's uuid stand in its address, as long as they are its alone."""
_SHORT = re.compile(rf"[0-9a-f]{{{SHORT}}}")
ON_A_PAGE = 25
"""So many projects stand on a page: even with the longest names it stays light."""
BY_NAME = Sort("name", (Project.name, Project.uuid))


def project_called(session: Session, called: str) -> Project | None:
    """The project of an address: its uuid, or the first eight signs of it where they are one project's alone.

    One that is not open yet is nobody's business outside; one that is closed is found, so that its page can say so.
    """
    wanted = select(Project).where(Project.deleted_at.is_(None), Project.status != ProjectStatus.NOT_READY)
    if _SHORT.fullmatch(called):
        found = session.scalars(wanted.where(Project.uuid.between(*_bounds(called))).limit(2)).all()
        return found[0] if len(found) == 1 else None
    try:
        uuid = UUID(called)
    except ValueError:
        return None
    return session.scalars(wanted.where(Project.uuid == uuid)).one_or_none()


def short_name(session: Session, project: UUID) -> str:
    """What stands in the address of a project's form: eight signs to type, the uuid where those are not enough."""
    return short_names(session, [project])[project]


def short_names(session: Session, projects: Sequence[UUID]) -> dict[UUID, str]:
    """The same for several, in one statement."""
    alike = (Project.uuid.between(*_bounds(project.hex[:SHORT])) for project in projects)
    found = session.scalars(select(Project.uuid).where(or_(false(), *alike)))
    begun = Counter(uuid.hex[:SHORT] for uuid in found)
    return {uuid: uuid.hex[:SHORT] if begun[uuid.hex[:SHORT]] == 1 else str(uuid) for uuid in projects}


def open_projects(session: Session, sought: str = "", position: Position = FIRST) -> Page:
    """A page of the projects under way, for who comes without a link: uuid and name. Those that have all words of
    `sought` in their name, where something is sought."""
    name = literal(" ") + func.portal_fold(Project.name, type_=Text)
    statement = select(Project.uuid, Project.name).where(
        Project.status == ProjectStatus.ACTIVE,
        Project.deleted_at.is_(None),
        *(contains(name, word) for word in words_in(sought)),
    )
    return page_of(session, statement, BY_NAME, position, ON_A_PAGE)


def _bounds(short: str) -> tuple[UUID, UUID]:
    """The first and the last uuid that begins so."""
    return UUID(short.ljust(32, "0")), UUID(short.ljust(32, "f"))


def categories_to_choose(session: Session) -> Sequence[tuple[UUID, str]]:
    """What a complaint can be about: uuid and name, in the order in which they came."""
    found = session.execute(
        select(GrievanceCategory.uuid, GrievanceCategory.name)
        .where(GrievanceCategory.is_active)
        .order_by(GrievanceCategory.created_at, GrievanceCategory.name)
    )
    return [(row.uuid, row.name) for row in found]
