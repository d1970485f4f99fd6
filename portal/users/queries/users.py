"""Users."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.users.models import User


def user_with_email(session: Session, email: str) -> User | None:
    """The user, not deleted, who has this folded address."""
    return session.scalars(select(User).where(User.email == email, User.deleted_at.is_(None))).one_or_none()
