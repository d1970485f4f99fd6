"""The projects that somebody can choose among: SELECTs of uuid and name, for `core.choosing`."""

from uuid import UUID

from sqlalchemy import Select, select

from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.projects.models import Project


def projects_to_see(ability: Ability) -> Select[UUID, str]:
    """The projects that this person sees."""
    projects = select(Project.uuid, Project.name).where(Project.deleted_at.is_(None))
    return ability.accessible(projects, "read", Project)


def open_projects(ability: Ability) -> Select[UUID, str]:
    """The projects that this person sees and that are not closed."""
    projects = select(Project.uuid, Project.name).where(
        Project.deleted_at.is_(None), Project.status != ProjectStatus.CLOSED
    )
    return ability.accessible(projects, "read", Project)
