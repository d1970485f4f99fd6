"""Somebody new: their facts, their ways to sign in and their roles, made together or not at all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.accounts import add_email_account, add_phone_account
from portal.core.errors import Conflict
from portal.core.person import Person
from portal.users.models import Role, User
from portal.users.operations.assignments import assign_role
from portal.users.operations.granting import check_may_grant
from portal.users.operations.users import add_user


def take_in(
    session: Session,
    person: Person,
    facts: dict[str, Any],
    roles: Sequence[Role],
    until: dt.datetime | None = None,
    projects: Sequence[UUID] | None = None,
) -> User:
    """A new user with these `facts` (uuid, name, email, phone, gender, notes), who signs in by their addresses.

    `roles`, loaded with their permissions, are given by `person`, all until the same moment and in the same
    projects. Raises Refusal where an address is taken, or the person may not give a role.
    """
    user = add_user(session, **facts, created_by=str(person.uuid))
    if user.email:
        add_email_account(session, user, None)
    if user.phone:
        add_phone_account(session, user)
    for role in roles:
        check_may_grant(person.ability, role, projects)
        assign_role(session, user, role.name, until, person.id, projects)
    return user


def taken_in(session: Session, uuid: UUID) -> bool:
    """Whether a user of this uuid was taken in already. Who takes one in at this moment is waited for, and whoever
    asks later waits for the end of this transaction."""
    turn = func.hashtextextended(f"take in {uuid}", 0)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    return session.scalar(select(User.id).where(User.uuid == uuid)) is not None


def check_may_invite(session: Session, user: User) -> None:
    """Raise Conflict for a user who is deactivated, or has signed in already: they can have a new password sent."""
    used = select(Auth.id).where(Auth.user_id == user.id, Auth.last_login_at.is_not(None)).limit(1)
    if user.deleted_at is not None or session.scalar(used) is not None:
        raise Conflict("Only somebody who never signed in can be invited.")
