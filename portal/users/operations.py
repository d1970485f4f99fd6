"""Changes to users and roles. Nothing here commits."""

import datetime as dt
from typing import Any

from sqlalchemy import cast, delete, func, insert, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.errors import Refusal
from portal.users.emails import fold_email
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries import role_named, rules_of, user_with_email
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


def add_user(session: Session, name: str, email: str | None = None, **facts: Any) -> User:
    """A new user with more `facts` by attribute name (phone, gender, uuid, created_by).

    Without a way to sign in and a role they cannot enter. Raises Refusal when a user has that e-mail address.
    """
    folded = fold_email(email) if email else None
    if folded and user_with_email(session, folded) is not None:
        raise Refusal("Somebody with this e-mail address is a user already.", field="email")
    user = User(name=name, email=folded, **facts)
    session.add(user)
    session.flush()
    return user


def assign_role(
    session: Session, user: User, role: str, until: dt.datetime | None = None, by: int | None = None
) -> None:
    """Give a user a role, until a moment or for good; a second time changes only until when.

    `by` is the id of the user who gives it. Raises Refusal when there is no such role.
    """
    found = role_named(session, role)
    if found is None:
        raise Refusal("There is no role %(name)s.", field="role", name=role)
    values = {"user_id": user.id, "role_id": found.id, "expiry": until, "created_by": by}
    session.execute(
        upsert(UserRole)
        .values(values)
        .on_conflict_do_update(index_elements=["userId", "roleId"], set_={"expiry": until})
    )


def remember_preference(session: Session, user_id: int, key: str, value: Any) -> None:
    """Keep one of the person's choices, such as the columns of a list, in `extras.preferences`."""
    extras = _object_or_empty(User.extras)
    preferences = _object_or_empty(User.extras["preferences"])
    chosen = preferences.concat(func.jsonb_build_object(key, cast(value, JSONB)))
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(extras=extras.concat(func.jsonb_build_object("preferences", chosen)), updated_at=func.now())
    )


def _object_or_empty(column: Any) -> Any:
    return func.coalesce(cast(column, JSONB), cast({}, JSONB), type_=JSONB)
