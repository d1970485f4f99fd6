"""What a form or a filter on users offers to choose from."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.core.abilities import Ability
from portal.projects.models import Project
from portal.users.models import Role


def roles_to_choose(session: Session, ability: Ability) -> Sequence[tuple[int, str]]:
    """Id and name of the roles that the reader may see, by name."""
    found = select(Role.id, Role.name).order_by(Role.name)
    return [(row.id, row.name) for row in session.execute(ability.accessible(found, "read", Role))]


def roles_with_rules(session: Session, ability: Ability) -> Sequence[Role]:
    """The roles that the reader may see, by name, each with its rules, without those that have ended."""
    found = select(Role).order_by(Role.name).options(selectinload(Role.permissions))
    return session.scalars(ability.accessible(found, "read", Role)).all()


def names_of_projects(session: Session, uuids: Iterable[UUID], ability: Ability) -> dict[UUID, str]:
    """The names of these projects, of those only that the reader may see."""
    found = select(Project.uuid, Project.name).where(Project.uuid.in_(list(uuids)))
    return {row.uuid: row.name for row in session.execute(ability.accessible(found, "read", Project))}
