"""Roles: by name, their rules, who holds them and whether that still counts."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.core.abilities import Ability, Rule, projects_of
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.users.models import Permission, Role, User, UserRole

BY_NAME = Sort("name", (Role.name, Role.id))


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a role, until `expiry`, in some projects or everywhere (None)."""

    id: int
    uuid: UUID
    name: str | None
    expiry: dt.datetime | None
    projects: tuple[str, ...] | None
    deleted_at: dt.datetime | None


def in_force() -> ColumnElement[bool]:
    """SQL: neither the role nor its assignment has ended. For statements that join both."""
    return (or_(UserRole.expiry.is_(None), UserRole.expiry > func.now())) & (
        or_(Role.expiry.is_(None), Role.expiry > func.now())
    )


def holds_role_in_force(user_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """SQL: the user holds at least one role that has not ended. Who holds none is nobody."""
    held = select(UserRole.id).join(Role, Role.id == UserRole.role_id)
    return held.where(UserRole.user_id == user_id, in_force()).exists()


def role_named(session: Session, name: str) -> Role | None:
    """The role of that name, with its permissions."""
    return session.scalars(
        select(Role).where(Role.name == name).options(selectinload(Role.permissions))
    ).one_or_none()


def in_order(role: Role) -> list[Permission]:
    """The rows of a role that was loaded with its permissions, in the order in which they count."""
    return sorted(role.permissions, key=lambda permission: permission.id)


def rules_of(role: Role) -> list[Rule]:
    """The rules of a role that was loaded with its permissions, in order."""
    return [Rule(row.action, row.subject, row.inverted, row.conditions, row.reason) for row in in_order(role)]


def is_role(role_id: int) -> ColumnElement[bool]:
    """Whether it is the role of that number; none has one that its column cannot hold."""
    return Role.id == role_id if abs(role_id) < 2**31 else false()


def role_with(role_id: int, *, locked: bool = False) -> Select[Role]:
    """The role with its permissions; `locked` for whoever changes it, until the transaction ends."""
    statement = select(Role).where(is_role(role_id)).options(selectinload(Role.permissions))
    return (
        statement.with_for_update(of=Role).execution_options(populate_existing=True) if locked else statement
    )


def page_of_roles(session: Session, ability: Ability, position: Position = FIRST) -> Page:
    """One page of the roles the reader may see, by name, each with how many hold it now."""
    holding = (
        select(func.count())
        .select_from(UserRole)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role_id == Role.id, User.deleted_at.is_(None), in_force())
        .correlate(Role)
        .scalar_subquery()
    )
    statement = select(
        Role.id,
        Role.name,
        Role.is_system.label("is_system"),
        Role.expiry,
        Role.demands_second_factor.label("demands_second_factor"),
        Role.export_limit.label("export_limit"),
        holding.label("holders"),
    )
    return page_of(session, ability.accessible(statement, "read", Role), BY_NAME, position)


def count_roles(session: Session, ability: Ability) -> Count:
    """How many roles the reader may see."""
    return count_up_to(session, ability.accessible(select(Role.id), "read", Role))


def holders_of(session: Session, role: Role, most: int | None = None) -> list[Holder]:
    """Who holds a role, deleted users and ended assignments too, by name; at most `most`."""
    rows = session.execute(
        select(User.id, User.uuid, User.name, UserRole.expiry, UserRole.conditions, User.deleted_at)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role_id == role.id)
        .order_by(User.name, User.id)
        .limit(most)
    )
    return [
        Holder(row.id, row.uuid, row.name, row.expiry, projects_of(row.conditions, False), row.deleted_at)
        for row in rows
    ]


def count_holders(session: Session, role: str) -> int:
    """How many users, not deleted, hold a role that is in force."""
    return (
        session.scalar(
            select(func.count())
            .select_from(UserRole)
            .join(Role, Role.id == UserRole.role_id)
            .join(User, User.id == UserRole.user_id)
            .where(Role.name == role, User.deleted_at.is_(None), in_force())
        )
        or 0
    )
