"""Users: one of them, and who has which address."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.users.models import User


def user_with_email(session: Session, email: str) -> User | None:
    """The user, not deleted, who has this folded address."""
    return session.scalars(select(User).where(User.email == email, User.deleted_at.is_(None))).one_or_none()


def the_user(uuid: UUID, *, locked: bool = False) -> Select[User]:
    """The user of that uuid, deactivated or not; `locked` for whoever changes them, until the transaction ends."""
    statement = select(User).where(User.uuid == uuid)
    return statement.with_for_update(of=User) if locked else statement


def taken_address(
    session: Session, *, email: str | None, phone: str | None, wallet: str | None, but: int | None = None
) -> str | None:
    """Which of these folded addresses another user has who is not deleted: "email", "phone", "wallet" or None.

    `but` is the id of the user who may have them.
    """
    wanted: dict[str, ColumnElement[bool]] = {}
    if email:
        wanted["email"] = User.email == email
    if phone:
        wanted["phone"] = User.phone == phone
    if wallet:
        wanted["wallet"] = func.lower(User.wallet) == wallet.lower()
    if not wanted:
        return None
    others = select(User.email, User.phone, User.wallet).where(
        User.deleted_at.is_(None), or_(*wanted.values())
    )
    if but is not None:
        others = others.where(User.id != but)
    for other in session.execute(others):
        if email and other.email == email:
            return "email"
        return "phone" if phone and other.phone == phone else "wallet"
    return None
