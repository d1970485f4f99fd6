"""Who may approve a list."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.payouts.models import PayoutList
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.held import abilities_of
from portal.users.queries.roles import in_force


def who_may_approve(session: Session, found: PayoutList) -> Sequence[User]:
    """The users whose roles let them approve this list and who have not made it, by name."""
    statement = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .join(Permission, Permission.role_id == Role.id)
        .where(
            User.deleted_at.is_(None),
            in_force(),
            Permission.inverted.is_(False),
            Permission.action.in_(("approve", "manage")),
            Permission.subject.in_(("PayoutList", "all")),
            User.id.not_in(found.makers),
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    users = session.scalars(statement).all()
    abilities = abilities_of(session, users)
    return [
        user for user in users if all(abilities[user.id].can(action, found) for action in ("read", "approve"))
    ]
