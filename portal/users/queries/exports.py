"""How much one may take along at once."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.users.models import Permission, Role, UserRole
from portal.users.queries.roles import in_force


def export_limit(session: Session, user_id: int, action: str, subject: str) -> int | None:
    """The most rows of a file for this user; None where there is no limit.

    What counts are the roles in force that allow `action` on `subject`, and of them the most generous one. Who
    has none of them may export nothing.
    """
    allows = (
        select(Permission.id)
        .where(
            Permission.role_id == Role.id,
            Permission.action.in_((action, "manage")),
            Permission.subject.in_((subject, "all")),
            Permission.inverted.is_(False),
        )
        .exists()
    )
    limits, unlimited, most = session.execute(
        select(
            func.count(),
            func.coalesce(func.bool_or(Role.export_limit.is_(None)), False),
            func.max(Role.export_limit),
        )
        .select_from(UserRole)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.user_id == user_id, in_force(), allows)
    ).one()
    if not limits:
        return 0
    return None if unlimited else most
