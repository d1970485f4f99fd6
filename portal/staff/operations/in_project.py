"""Who works in a project: a role for it given, or taken away for it alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.core.person import Person
from portal.staff.operations.roles import give, take
from portal.staff.queries.one_user import Grant
from portal.users.models import Role, User
from portal.users.roles import spoken


def let_work_in(
    session: Session, person: Person, user: User, held: Grant | None, role: Role, project: UUID
) -> None:
    """Let a user hold a role in one more project. The caller has locked the user.

    Raises Refusal as `roles.give` does, and where they hold the role everywhere; Conflict where they hold it there.
    """
    if held is not None and held.projects is None:
        raise Refusal("This user holds the role %(role)s everywhere already.", "role", role=spoken(role.name))
    projects = held.projects or () if held else ()
    if project in projects:
        raise Conflict(
            "This user holds the role %(role)s in this project already.", "role", role=spoken(role.name)
        )
    give(session, person, user, held, role, held.until if held else None, [*projects, project])


def let_work_no_more_in(
    session: Session, person: Person, user: User, held: Grant | None, project: UUID
) -> None:
    """Take a role from a user for one project; their last project takes the role with it. The caller has locked the
    user.

    Raises Refusal as `roles.give` and `take` do, Conflict where they do not hold it by a limit to this project.
    """
    if held is None or held.projects is None or project not in held.projects:
        raise Conflict("This user does not hold the role for this project, or no longer.")
    rest = [one for one in held.projects if one != project]
    if rest:
        give(session, person, user, held, held.role, held.until, rest)
    else:
        take(session, person, user, held)
