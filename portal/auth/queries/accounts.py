"""Ways to sign in: whose they are, and whether they are locked."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from portal.auth.identifiers import OWN_SERVICES, Identifier
from portal.auth.limits import LOCKED_FOR
from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.models import User
from portal.users.queries.roles import holds_role_in_force

ONE_TIME = "oneTimePassword"
"""In an account's details: its password was made by the portal and has to be changed first of all."""


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a way to sign in."""

    auth_id: int
    user_id: int
    service: Service
    service_id: str
    password_hash: str | None
    is_locked: bool


def lock_is_over() -> ColumnElement[bool]:
    """SQL: the account was locked by wrong attempts, long enough ago. One locked without a time stays so."""
    return and_(Auth.is_locked, func.coalesce(Auth.locked_on_at <= func.now() - LOCKED_FOR, False))


_ACCOUNT = select(
    Auth.id,
    Auth.user_id,
    Auth.service,
    Auth.service_id,
    Auth.password_hash,
    and_(Auth.is_locked, ~lock_is_over()),
).join(User, User.id == Auth.user_id)


def may_enter() -> ColumnElement[bool]:
    """SQL: the user is not deleted and has at least one role in force."""
    return and_(User.deleted_at.is_(None), holds_role_in_force(User.id))


def account_of(session: Session, who: Identifier) -> Account | None:
    """The account that somebody names at the door, if they may come in."""
    return _first(
        session,
        _ACCOUNT.where(Auth.service == who.service, Auth.service_id == who.service_id).where(may_enter()),
    )


def account_of_user(session: Session, user_id: int) -> Account | None:
    """The account whose password is the user's: that of their e-mail address, else of their phone.

    All such accounts of one user have the same password. None where there is none, as with people who only come
    in by a wallet or another service.
    """
    own = _ACCOUNT.where(Auth.user_id == user_id, Auth.service.in_(OWN_SERVICES))
    return _first(session, own.order_by(Auth.password_hash.is_(None), Auth.service, Auth.id).limit(1))


def _first(session: Session, statement: Select[*tuple[Any, ...]]) -> Account | None:
    row = session.execute(statement).one_or_none()
    return Account(*row) if row else None


def is_taken(session: Session, who: Identifier) -> bool:
    """Whether some user, also one who has left, signs in with this address or number already."""
    taken = exists().where(Auth.service == who.service, Auth.service_id == who.service_id)
    return bool(session.scalar(select(taken)))
