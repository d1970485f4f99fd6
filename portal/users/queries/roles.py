"""Roles: by name, their rules, who holds them and whether that still counts."""

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.core.abilities import Rule
from portal.users.models import Role, User, UserRole


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


def rules_of(role: Role) -> list[Rule]:
    """The rules of a role that was loaded with its permissions, in order."""
    return [
        Rule(row.action, row.subject, row.inverted, row.conditions, row.reason)
        for row in sorted(role.permissions, key=lambda permission: permission.id)
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
