"""Sessions: opened, kept alive, ended."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, true, update
from sqlalchemy.orm import Session

from portal.auth.limits import LONGEST, TOUCH_AFTER
from portal.auth.models import Auth, AuthSession
from portal.auth.queries.sessions import is_live, token_hash
from portal.core.errors import NotFound
from portal.core.person import Person

LONGEST_USER_AGENT = 400


@dataclass(frozen=True)
class Visit:
    """From where somebody signs in, as their browser and the network say."""

    ip: str | None
    user_agent: str | None


def new_token() -> str:
    """A session's token: 256 random bits, as text."""
    return secrets.token_urlsafe(32)


def start_session(session: Session, auth_id: int, visit: Visit) -> str:
    """A new session; returns its token."""
    token = new_token()
    session.execute(
        insert(AuthSession).values(
            client_id="browser",
            auth_id=auth_id,
            ip=visit.ip,
            user_agent=(visit.user_agent or "")[:LONGEST_USER_AGENT] or None,
            token_hash=token_hash(token),
            expires_at=func.now() + LONGEST,
        )
    )
    return token


def touch_session(session: Session, person: Person) -> None:
    """Note that the person is here, which puts off the idle limit. A session revoked meanwhile stays so."""
    session.execute(
        update(AuthSession)
        .where(AuthSession.id == person.session_id, is_live())
        .where(AuthSession.last_seen_at < func.now() - TOUCH_AFTER)
        .values(last_seen_at=func.now())
        .execution_options(synchronize_session=False)
    )


def end_session(session: Session, person: Person, session_uuid: UUID) -> None:
    """End one of the person's own sessions. Raises NotFound when it is not theirs or has ended."""
    if not revoke_sessions(session, person.id, AuthSession.session_id == session_uuid):
        raise NotFound


def end_other_sessions(session: Session, person: Person) -> int:
    """End all of the person's sessions but this one; returns how many there were."""
    return revoke_sessions(session, person.id, AuthSession.id != person.session_id)


def revoke_sessions(session: Session, user_id: int, which: ColumnElement[bool] | None = None) -> int:
    """End all of a user's sessions, or those of them that `which` chooses; returns how many."""
    own = select(Auth.id).where(Auth.user_id == user_id)
    chosen = true() if which is None else which
    ended = session.scalars(
        update(AuthSession)
        .where(AuthSession.auth_id.in_(own), is_live(), chosen)
        .values(revoked_at=func.now())
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
