"""What is asked about ways to sign in and about sessions."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from portal.auth.limits import IDLE, LOCKED_FOR, LONGEST, TOUCH_AFTER
from portal.auth.models import Auth, AuthSession
from portal.core.abilities import Ability, Rule
from portal.core.enums import Service
from portal.core.person import Person
from portal.users.emails import fold_email
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries import in_force

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
        .where(_roles_in_force(exists(), User.id))
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


def token_hash(token: str) -> bytes:
    """What the database keeps of a token. The token is random and long, so a plain hash cannot be undone."""
    return hashlib.sha256(token.encode()).digest()


def is_live() -> ColumnElement[bool]:
    """SQL: the session is neither revoked nor over, neither too long unused nor too old."""
    return and_(
        AuthSession.revoked_at.is_(None),
        AuthSession.expires_at > func.now(),
        AuthSession.last_seen_at > func.now() - IDLE,
        AuthSession.created_at > func.now() - LONGEST,
    )


def _roles_in_force(statement: Any, user_id: Any) -> Any:
    return statement.where(UserRole.user_id == user_id, Role.id == UserRole.role_id, in_force()).correlate(
        User
    )


_ROLES = _roles_in_force(
    select(func.array_agg(aggregate_order_by(Role.name, Role.id))), User.id
).scalar_subquery()

_RULES = _roles_in_force(
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    Permission.action,
                    Permission.subject,
                    Permission.inverted,
                    Permission.conditions,
                    Permission.reason,
                ),
                Role.id,
                Permission.id,
            )
        )
    ).where(Permission.role_id == Role.id),
    User.id,
).scalar_subquery()

_PERSON = (
    select(
        User.id,
        User.uuid,
        User.name,
        User.email,
        User.phone,
        User.wallet,
        cast(User.extras["preferences"], JSONB).label("preferences"),
        _ROLES.label("roles"),
        cast(_RULES, JSONB).label("rules"),
        AuthSession.id.label("session_id"),
        AuthSession.session_id.label("session_uuid"),
        func.coalesce(Auth.details[ONE_TIME].as_boolean(), False).label("must_change_password"),
        (AuthSession.last_seen_at < func.now() - TOUCH_AFTER).label("seen_long_ago"),
        func.set_config("portal.actor", cast(User.uuid, User.name.type), True),
        func.set_config("portal.request", bindparam("request"), True),
    )
    .join(Auth, Auth.id == AuthSession.auth_id)
    .join(User, User.id == Auth.user_id)
    .where(AuthSession.token_hash == bindparam("hash"), is_live(), User.deleted_at.is_(None))
)


def find_person(session: Session, token: str, request_id: str) -> Person | None:
    """The person whose session the token is, with all they may do; None when it is not a live session.

    One statement. It also tells the transaction who acts in which request, for the audit log. A person none
    of whose roles is in force is nobody.
    """
    row = session.execute(_PERSON, {"hash": token_hash(token), "request": request_id}).one_or_none()
    if row is None or not row.roles:
        return None
    facts = {name: getattr(row, name) for name in ("id", "uuid", "name", "email", "phone", "wallet")}
    return Person(
        id=row.id,
        uuid=row.uuid,
        name=row.name,
        email=row.email,
        role_names=tuple(row.roles),
        ability=Ability((Rule(*rule) for rule in row.rules or ()), facts),
        preferences=row.preferences if isinstance(row.preferences, dict) else {},
        token=token,
        session_id=row.session_id,
        session_uuid=row.session_uuid,
        must_change_password=row.must_change_password,
        seen_long_ago=row.seen_long_ago,
    )


def live_sessions(session: Session, user_id: int) -> list[AuthSession]:
    """The user's sessions that are open now, the latest used first."""
    return list(
        session.scalars(
            select(AuthSession)
            .join(Auth, Auth.id == AuthSession.auth_id)
            .where(Auth.user_id == user_id, is_live())
            .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
        )
    )


def has_email_account(session: Session, email: str) -> bool:
    """Whether some user signs in with this address already."""
    taken = exists().where(Auth.service == Service.EMAIL, Auth.service_id == fold_email(email))
    return bool(session.scalar(select(taken)))
