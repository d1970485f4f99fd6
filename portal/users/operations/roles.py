"""Roles and their rules."""

from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Permission, Role
from portal.users.queries.roles import role_named, rules_of
from portal.users.roles import SYSTEM_ROLES


def ensure_system_roles(session: Session) -> list[str]:
    """Make the roles that come with the portal, and bring their rules up to date; may be repeated at will.

    A role that somebody has edited (`updatedBy` is set) keeps its rules. Returns the names of those changed.
    """
    return [name for name, rules in SYSTEM_ROLES.items() if _ensure_role(session, name, rules)]


def _ensure_role(session: Session, name: str, rules: list[Rule]) -> bool:
    made = session.scalar(
        upsert(Role).values(name=name, is_system=True).on_conflict_do_nothing().returning(Role.id)
    )
    role = role_named(session, name)
    if role is None:
        raise LookupError(f"role {name} was neither made nor found")
    if made is None and (role.updated_by is not None or rules_of(role) == rules):
        return False
    session.execute(delete(Permission).where(Permission.role_id == role.id))
    session.execute(insert(Permission), [_row(role.id, rule) for rule in rules])
    session.expire(role)
    return True


def _row(role_id: int, rule: Rule) -> dict[str, Any]:
    return {
        "role_id": role_id,
        "action": rule.action,
        "subject": rule.subject,
        "inverted": rule.inverted,
        "conditions": rule.conditions,
        "reason": rule.reason,
    }
