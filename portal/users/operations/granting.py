"""Who may give a role to others, and that somebody always stays who may do everything."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.abilities.granting import uncovered
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import rules_of
from portal.users.roles import ADMIN


def check_may_grant(ability: Ability, role: Role, projects: Sequence[UUID] | None = None) -> None:
    """Raise Refusal unless all that the role allows is allowed to the giver too, for these projects (None: all).

    `role` is loaded with its permissions. Ask it for taking a role away as well: who could not have given it
    has no business there.
    """
    limit = None if projects is None else [str(project) for project in projects]
    lacking = uncovered(ability.rules, rules_of(role), limit)
    if lacking:
        raise Refusal(
            "You cannot give or take the role %(role)s: it allows \u201c%(action)s %(subject)s\u201d, "
            "and you may not do that everywhere yourself.",
            field="role",
            role=role.name,
            action=lacking[0].action,
            subject=lacking[0].subject,
        )


def check_not_own(person: Person, user: User) -> None:
    """Raise Refusal when somebody is about to change the roles they hold themselves."""
    if person.id == user.id:
        raise Refusal("You cannot change your own roles. Ask another administrator.", field="role")


def keep_an_admin(session: Session) -> None:
    """Raise Refusal when nobody is left who is an administrator without end and everywhere.

    Call it after the change and in its transaction: of two that would each take the other's role, the second
    waits here for the first to end, and is then refused. The lock lasts until the transaction ends.
    """
    session.flush()
    session.execute(select(Role.id).where(Role.name == ADMIN).with_for_update(key_share=True))
    lasting = session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(Role, Role.id == UserRole.role_id)
        .join(User, User.id == UserRole.user_id)
        .where(
            Role.name == ADMIN,
            Role.expiry.is_(None),
            UserRole.expiry.is_(None),
            UserRole.conditions.is_(None),
            User.deleted_at.is_(None),
        )
    )
    if not lasting:
        raise Refusal("Somebody must stay an administrator, for all projects and without an end.")
