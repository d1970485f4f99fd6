"""Into whose hands a case may be given, and how much lies there already."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.held import abilities_of
from portal.users.queries.roles import in_force

"""So many users whose roles say something of grievances are looked at."""


def who_may_have(session: Session, case: Grievance, role: int | None = None) -> Sequence[User]:
    """Who may read and change this case by the roles they hold now, by name; of one role only where its id is given.

    Asked of the case as it is: its project, and whether it is sensitive.
    """
    return _allowed(session, case, ("read", "update"), None if role is None else Role.id == role)


def who_may_read(session: Session, case: Grievance, role: str | None = None) -> Sequence[User]:
    """Who may read this case by the roles they hold now, by name; of those who hold one role only where it is named."""
    return _allowed(session, case, ("read",), None if role is None else Role.name == role)


def may_have(session: Session, case: Grievance, user_id: int) -> bool:
    """Whether this user, not deleted, may read and change this case."""
    user = session.get(User, user_id)
    if user is None or user.deleted_at is not None:
        return False
    ability = abilities_of(session, [user])[user_id]
    return ability.can("read", case) and ability.can("update", case)


def open_cases_of(session: Session, users: Iterable[int]) -> dict[int, int]:
    """How many open cases each of these users has; who has none is not in it.

    Counts whatever the reader may see: it decides who gets the next one and is shown to nobody.
    """
    rows = session.execute(
        select(Grievance.assignee_id, func.count())
        .where(
            Grievance.assignee_id.in_(list(users)),
            Grievance.resolved_at.is_(None),
            Grievance.closed_at.is_(None),
            Grievance.deleted_at.is_(None),
        )
        .group_by(Grievance.assignee_id)
    )
    return {user: number for user, number in rows if user is not None}


def who_may_work(session: Session) -> Sequence[User]:
    """Who may read and change some case by the roles they hold now, by name."""
    users = _candidates(session, "update", None)
    abilities = abilities_of(session, users)
    return [
        user
        for user in users
        if all(abilities[user.id].can(action, Grievance) for action in ("read", "update"))
    ]


def _allowed(
    session: Session, case: Grievance, actions: Sequence[str], role: ColumnElement[bool] | None
) -> Sequence[User]:
    users = _candidates(session, actions[-1], role)
    abilities = abilities_of(session, users)
    return [user for user in users if all(abilities[user.id].can(action, case) for action in actions)]


def _candidates(session: Session, action: str, role: ColumnElement[bool] | None) -> Sequence[User]:
    """Whose roles say anything that allows the action, by name."""
    statement = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .join(Permission, Permission.role_id == Role.id)
        .where(
            User.deleted_at.is_(None),
            in_force(),
            Permission.inverted.is_(False),
            Permission.action.in_((action, "manage")),
            Permission.subject.in_(("Grievance", "all")),
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    if role is not None:
        held = select(UserRole.user_id).join(Role).where(role, in_force())
        statement = statement.where(User.id.in_(held))
    return session.scalars(statement).all()
