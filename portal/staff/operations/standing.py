"""Whether a user is in use: deactivated with all that hangs on it, and restored."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.auth.operations.leaving import bring_back, set_aside
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.staff.queries.one_user import Grant
from portal.users.models import User
from portal.users.operations.granting import check_may_grant, keep_an_admin
from portal.users.operations.users import deactivate_user, restore_user
from portal.users.roles import ADMIN, spoken


def check_may_manage(person: Person, user: User, grants: Sequence[Grant]) -> None:
    """Raise Refusal unless the person could have given the user every role they hold.

    Whoever may do more than oneself must not be reached through their account: not by another address, not by
    taking their second factor away. `grants` are all that the user holds.
    """
    if person.id == user.id:
        return
    for grant in grants:
        try:
            check_may_grant(person.ability, grant.role, grant.projects)
        except Refusal as refusal:
            raise Refusal(
                "%(name)s holds the role %(role)s, which may do more than you. Ask an administrator.",
                name=user.name or "",
                role=spoken(grant.role.name),
            ) from refusal


def deactivate(session: Session, person: Person, user: User, grants: Sequence[Grant], reason: str) -> int:
    """Take a user out of use: their sessions end now, and others may have their addresses.

    The caller has locked the row. Returns how many sessions ended. Raises Refusal for oneself, for somebody who may
    do more, and for the last administrator; Conflict where they are deactivated already.
    """
    if person.id == user.id:
        raise Refusal("You cannot deactivate yourself. Ask another administrator.")
    check_may_manage(person, user, grants)
    deactivate_user(user, reason=reason, by=person.uuid)
    if any(grant.role.name == ADMIN for grant in grants):
        keep_an_admin(session)
    return set_aside(session, user)


def restore(session: Session, person: Person, user: User, grants: Sequence[Grant]) -> None:
    """Bring a deactivated user back, with the ways to sign in and the roles that they had.

    The caller has locked the row. Raises Refusal where an address of theirs is somebody else's by now, and where
    they would hold a role again that the person may not give; Conflict where they are in use.
    """
    check_may_manage(person, user, grants)
    restore_user(session, user, by=person.uuid)
    bring_back(session, user)
