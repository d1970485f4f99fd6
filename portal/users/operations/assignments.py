"""Which user holds which role, until when, and in which projects."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import NotFound, Refusal
from portal.users.models import Role, User, UserRole
from portal.users.operations.granting import keep_an_admin
from portal.users.queries.roles import role_named
from portal.users.roles import ADMIN

MOST_PROJECTS = 500


def assign_role(
    session: Session,
    user: User,
    role: str,
    until: dt.datetime | None = None,
    by: int | None = None,
    projects: Sequence[UUID] | None = None,
) -> None:
    """Give a user a role, until a moment or for good, in some projects or everywhere (None).

    A second time changes only until when and where. `by` is the id of the user who gives it. Raises Refusal when
    there is no such role, for a limit to no project or to too many, and when no administrator would be left.
    Whether the giver may, and whether the projects exist, the caller asks.
    """
    found = _role(session, role)
    values = {"expiry": until, "conditions": _limit(projects)}
    given = (
        upsert(UserRole)
        .values(user_id=user.id, role_id=found.id, created_by=by, **values)
        .on_conflict_do_update(index_elements=["userId", "roleId"], set_=values)
    )
    try:
        with session.begin_nested():
            session.execute(given)
    except IntegrityError as gone:  # somebody deleted the role at the same moment
        raise Refusal("There is no role %(name)s.", field="role", name=role) from gone
    if role == ADMIN and (until is not None or projects is not None):
        keep_an_admin(session)


def remove_role(session: Session, user: User, role: str) -> None:
    """Take a role from a user. Raises NotFound when they do not hold it, Refusal when no administrator is left."""
    found = _role(session, role)
    held = delete(UserRole).where(UserRole.user_id == user.id, UserRole.role_id == found.id)
    if session.scalars(held.returning(UserRole.id)).one_or_none() is None:
        raise NotFound
    if role == ADMIN:
        keep_an_admin(session)


def _role(session: Session, name: str) -> Role:
    found = role_named(session, name)
    if found is None:
        raise Refusal("There is no role %(name)s.", field="role", name=name)
    return found


def _limit(projects: Sequence[UUID] | None) -> dict[str, Any] | None:
    if projects is None:
        return None
    if not projects:
        raise Refusal("Choose at least one project.", field="projects")
    if len(projects) > MOST_PROJECTS:
        raise Refusal("Choose at most %(most)s projects.", field="projects", most=MOST_PROJECTS)
    return {"projects": [str(project) for project in dict.fromkeys(projects)]}
