"""Somebody new: their facts, their ways to sign in and their roles, made together or not at all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.auth.operations.accounts import add_email_account, add_phone_account
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
    """A new user with these `facts` (name, email, phone, gender, notes), who signs in by their addresses.

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
