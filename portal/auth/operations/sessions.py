"""Sessions: opened, kept alive, given another token, ended, forgotten."""

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, null, select, true, update
from sqlalchemy.orm import Session

from portal.auth.limits import LONGEST, SESSIONS_KEPT, TOUCH_AFTER
from portal.auth.models import Auth, AuthSession
from portal.auth.queries.privileges import stamp_of_account
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


def start_session(session: Session, auth_id: int, visit: Visit, before: Person | None = None) -> str:
    """A new session; returns its token.

    It takes the place of the session of the person `before`, if one is given: who showed their second factor there
    need not do so again.
    """
    token = new_token()
    session.execute(
        insert(AuthSession).values(
            client_id="browser",
            auth_id=auth_id,
            ip=visit.ip,
            user_agent=(visit.user_agent or "")[:LONGEST_USER_AGENT] or None,
            token_hash=token_hash(token),
            expires_at=func.now() + LONGEST,
            privileges=stamp_of_account(auth_id),
            second_factor_at=_second_factor_of(before) if before else None,
        )
    )
    return token


def _second_factor_of(person: Person) -> ScalarSelect[dt.datetime | None]:
    return select(AuthSession.second_factor_at).where(AuthSession.id == person.session_id).scalar_subquery()


def touch_session(session: Session, person: Person) -> None:
    """Note that the person is here, which puts off the idle limit. A session revoked meanwhile stays so."""
    session.execute(
        update(AuthSession)
        .where(AuthSession.id == person.session_id, is_live())
        .where(AuthSession.last_seen_at < func.now() - TOUCH_AFTER)
        .values(last_seen_at=func.now())
        .execution_options(synchronize_session=False)
    )


def renew_token(session: Session, person: Person) -> str | None:
    """Another token for the person's session, since what they may do has changed.

    The token until now is taken for a moment longer, for requests that are under way with it. None when another
    of them was first, or the session has ended.
    """
    token = new_token()
    renewed = session.scalar(
        update(AuthSession)
        .where(
            AuthSession.id == person.session_id, AuthSession.token_hash == token_hash(person.token), is_live()
        )
        .values(
            token_hash=token_hash(token),
            former_token_hash=AuthSession.token_hash,
            rotated_at=func.now(),
            privileges=person.privileges,
        )
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    return None if renewed is None else token


def note_second_factor(session: Session, person: Person) -> str | None:
    """Open the person's session wholly, after they proved themselves a second time, and give it another token.

    The token until now is nobody's from here on. None when the session has ended meanwhile.
    """
    token = new_token()
    opened = session.scalar(
        update(AuthSession)
        .where(AuthSession.id == person.session_id, is_live())
        .values(
            second_factor_at=func.now(),
            token_hash=token_hash(token),
            former_token_hash=null(),
            rotated_at=func.now(),
        )
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    return None if opened is None else token


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


def forget_old_sessions(session: Session) -> None:
    """Delete the sessions that have been over for ninety days. They end twelve hours after they began at the
    latest, so what counts is when they began."""
    session.execute(
        delete(AuthSession)
        .where(AuthSession.created_at < func.now() - (LONGEST + SESSIONS_KEPT))
        .execution_options(synchronize_session=False)
    )


def end_everybodys_sessions(session: Session, person: Person) -> int:
    """End every session of everybody, but the one from which the person asks for it; returns how many."""
    ended = session.scalars(
        update(AuthSession)
        .where(is_live(), AuthSession.id != person.session_id)
        .values(revoked_at=func.now())
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
