"""Letting vendors sign in, and what the role Vendor may be given without."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.auth.operations.accounts import add_email_account, add_phone_account
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.staff.queries.one_user import Grant, grants_of
from portal.users import roles
from portal.users.models import User
from portal.users.operations.granting import check_may_grant
from portal.users.queries.roles import role_named
from portal.vendors.queries.vendor import signs_in_by


def let_in(session: Session, person: Person, user: User) -> None:
    """Let a vendor's user sign in by each address they have; the caller sends the invitation.

    Who may make vendors may let them reach their own desk, which is all that the role Vendor allows as it came with
    the portal. Where somebody has edited it, the person must be able to give it. Raises Refusal where there is no
    address, or somebody signs in by it already.
    """
    role = role_named(session, roles.VENDOR)
    if role is not None and role.updated_by is not None:
        check_may_grant(person.ability, role)
    if not (user.email or user.phone):
        raise Refusal("Enter an e-mail address or a phone number: the invitation goes there.", field="email")
    ways = signs_in_by(session, user.id)
    if user.email and Service.EMAIL not in ways:
        add_email_account(session, user, None)
    if user.phone and Service.PHONE not in ways:
        add_phone_account(session, user)


def other_roles(session: Session, user_id: int) -> Sequence[Grant]:
    """The roles in force of a vendor's user, without the role Vendor as it came with the portal."""
    return [
        grant
        for grant in grants_of(session, user_id)
        if grant.role.name != roles.VENDOR or grant.role.updated_by is not None
    ]
