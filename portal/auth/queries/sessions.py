"""Sessions: which are open, and whose token is which."""

import hashlib

from sqlalchemy import BindParameter, ColumnElement, and_, func, select, union_all
from sqlalchemy.orm import Session

from portal.auth.limits import FORMER_TOKEN_FOR, IDLE, LONGEST
from portal.auth.models import Auth, AuthSession


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


def session_with(hashed: BindParameter[bytes]) -> ColumnElement[int]:
    """SQL: the id of the session whose token hashes to that; or whose token was replaced a moment ago."""
    now = select(AuthSession.id).where(AuthSession.token_hash == hashed)
    before = select(AuthSession.id).where(
        AuthSession.former_token_hash == hashed, AuthSession.rotated_at > func.now() - FORMER_TOKEN_FOR
    )
    return union_all(now, before).limit(1).scalar_subquery()


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
