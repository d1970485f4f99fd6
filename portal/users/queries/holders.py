"""Who holds a role, to write to them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import in_force


def holders_with_email(session: Session, role: str) -> list[tuple[int, str]]:
    """Id and e-mail address of the users, not deleted, who hold a role that is in force."""
    rows = session.execute(
        select(User.id, User.email)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.name == role, User.deleted_at.is_(None), User.email.is_not(None), in_force())
        .order_by(User.id)
    )
    return [(row.id, str(row.email)) for row in rows]
