"""Sessions: which are open, and whose token is which."""

import hashlib

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from portal.auth.limits import IDLE, LONGEST
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
