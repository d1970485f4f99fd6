"""Who works in a project: the roles that are limited to it, and how many hold one everywhere."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import in_force
from portal.users.roles import VENDOR


@dataclass(frozen=True)
class Assignment:
    """A role in force that a user holds in the project; `projects` is in how many it is held."""

    user_uuid: UUID
    user_name: str | None
    role_id: int
    role_name: str
    ends_at: dt.datetime | None
    projects: int


def working_in(session: Session, project: UUID, ability: Ability) -> list[Assignment]:
    """The roles limited to the project, of users whom the reader may see, by their names."""
    statement = (
        select(
            User.uuid,
            User.name,
            Role.id,
            Role.name,
            func.least(UserRole.expiry, Role.expiry),
            func.jsonb_array_length(UserRole.conditions["projects"]),
        )
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(_limited_to(project), User.deleted_at.is_(None), in_force())
        .order_by(User.name, User.id, Role.name)
    )
    return [Assignment(*row) for row in session.execute(ability.accessible(statement, "read", User))]


def count_everywhere(session: Session, ability: Ability) -> int:
    """How many of the staff whom the reader may see hold a role that is not limited to projects; vendors are none."""
    statement = (
        select(func.count(User.id.distinct()))
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.conditions.is_(None), Role.name != VENDOR, User.deleted_at.is_(None), in_force())
    )
    return session.scalar(ability.accessible(statement, "read", User)) or 0


def users_to_choose(ability: Ability, besides: int) -> Select[UUID, str]:
    """The users in use whom the reader may change, but for themselves; one without a name by the reference."""
    name = func.coalesce(User.name, cast(User.uuid, Text)).label("name")
    statement = select(User.uuid, name).where(User.deleted_at.is_(None), User.id != besides)
    return ability.accessible(statement, "update", User)


def _limited_to(project: UUID) -> ColumnElement[bool]:
    return UserRole.conditions["projects"].contains([str(project)])
