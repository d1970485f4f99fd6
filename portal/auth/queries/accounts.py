"""Ways to sign in: whose they are, and whether they are locked."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from portal.auth.limits import LOCKED_FOR
from portal.auth.models import Auth, AuthSession
from portal.core.enums import Service
from portal.users.emails import fold_email
from portal.users.models import User
from portal.users.queries.roles import holds_role_in_force

ONE_TIME = "oneTimePassword"
"""In an account's details: its password was made by the portal and has to be changed first of all."""


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of an account before the password is checked."""

    auth_id: int
    password_hash: str | None
    is_locked: bool


def lock_is_over() -> ColumnElement[bool]:
    """SQL: the account was locked by wrong attempts, long enough ago. One locked without a time stays so."""
    return and_(Auth.is_locked, func.coalesce(Auth.locked_on_at <= func.now() - LOCKED_FOR, False))


def account_of_email(session: Session, email: str) -> Account | None:
    """The account of a user who may come in: not deleted, and with at least one role in force."""
    row = session.execute(
        select(Auth.id, Auth.password_hash, and_(Auth.is_locked, ~lock_is_over()))
        .join(User, User.id == Auth.user_id)
        .where(Auth.service == Service.EMAIL, Auth.service_id == fold_email(email), User.deleted_at.is_(None))
        .where(holds_role_in_force(User.id))
    ).one_or_none()
    return Account(*row) if row else None


def account_of_session(session: Session, session_id: int) -> Account:
    """The account by which a session was opened. Raises NoResultFound when there is no such session."""
    return Account(
        *session.execute(
            select(Auth.id, Auth.password_hash, and_(Auth.is_locked, ~lock_is_over()))
            .join(AuthSession, AuthSession.auth_id == Auth.id)
            .where(AuthSession.id == session_id)
        ).one()
    )


def has_email_account(session: Session, email: str) -> bool:
    """Whether some user signs in with this address already."""
    taken = exists().where(Auth.service == Service.EMAIL, Auth.service_id == fold_email(email))
    return bool(session.scalar(select(taken)))
