"""Roles of a user: given, changed, taken, by somebody who may."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.auth.operations.offers import withdraw_offers
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.person import Person
from portal.staff.queries.one_user import Grant
from portal.users.models import Role, User
from portal.users.operations.assignments import assign_role, remove_role
from portal.users.operations.granting import check_may_grant, check_may_take, check_not_own


def give(
    session: Session,
    person: Person,
    user: User,
    held: Grant | None,
    role: Role,
    until: dt.datetime | None,
    projects: Sequence[UUID] | None,
) -> None:
    """Let a user hold a role until a moment or for good, in some projects or everywhere (None).

    `held` is how they hold it until now, if they do. Raises Refusal for one's own roles, for what the person may
    not give, and when no administrator would be left; Conflict for a deactivated user. Links to another address that
    were sent before are void: whoever had them sent could reach a user who might do less.
    """
    check_not_own(person, user)
    _check_in_use(user)
    if held is not None:
        check_may_take(person.ability, role, held.projects)
    check_may_grant(person.ability, role, projects)
    assign_role(session, user, role.name, until, person.id, projects)
    withdraw_offers(session, user)


def take(session: Session, person: Person, user: User, held: Grant | None) -> None:
    """Take a role from a user. Raises Refusal as `give` does, and NotFound where they do not hold it."""
    check_not_own(person, user)
    if held is None:
        raise NotFound
    check_may_take(person.ability, held.role, held.projects)
    remove_role(session, user, held.role.name)


def check_end(until: dt.datetime | None, now: dt.datetime) -> None:
    """Raise Refusal for a role that would have ended before it begins."""
    if until is not None and until <= now:
        raise Refusal("Choose a time that is still to come.", field="until")


def _check_in_use(user: User) -> None:
    if user.deleted_at is not None:
        raise Conflict("This user is deactivated. Restore them first.")
