"""Changes to accounts and sessions. Nothing here commits.

Signing in writes also when it refuses: the view commits either way.
"""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, insert, null, select, true, update
from sqlalchemy.orm import Session

from portal.auth.limits import LONGEST, MOST_FALSE_ATTEMPTS, TOUCH_AFTER
from portal.auth.models import Auth, AuthSession
from portal.auth.passwords import Passwords, check_password
from portal.auth.queries import (
    ONE_TIME,
    account_of_email,
    account_of_session,
    has_email_account,
    is_live,
    lock_is_over,
    token_hash,
)
from portal.core.enums import Service
from portal.core.errors import NotFound, Refusal
from portal.core.person import Person
from portal.users.emails import fold_email
from portal.users.models import User

LONGEST_USER_AGENT = 400
NOBODY = 0
"""The id of no account: so that refusing an unknown address sends the same statements as a wrong password."""


@dataclass(frozen=True)
class Visit:
    """From where somebody signs in, as their browser and the network say."""

    ip: str | None
    user_agent: str | None


def sign_in(session: Session, passwords: Passwords, email: str, password: str, visit: Visit) -> str | None:
    """Open a session and return its token, which is known nowhere else; None when refused.

    Why it was refused (no such account, wrong password, locked) is not told, and every way takes one check of
    a password and one UPDATE.
    """
    account = account_of_email(session, email)
    fits = passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits:
        _count_failure(session, account.auth_id if account else NOBODY)
        return None
    if not _count_success(session, account.auth_id):
        return None
    if account.password_hash is not None and passwords.is_outdated(account.password_hash):
        _store_password(session, account.auth_id, passwords.hash(password))
    return start_session(session, account.auth_id, visit)


def _count_failure(session: Session, auth_id: int) -> None:
    """One more wrong attempt, counted by the database, so that attempts at the same time all count.

    Attempts while locked do not lock for longer; the first one after that counts from one again.
    """
    attempts = case((lock_is_over(), 1), else_=Auth.false_attempts + 1)
    still_locked = Auth.is_locked & ~lock_is_over()
    session.execute(
        update(Auth)
        .where(Auth.id == auth_id)
        .values(
            false_attempts=attempts,
            is_locked=still_locked | (attempts >= MOST_FALSE_ATTEMPTS),
            locked_on_at=case(
                (still_locked, Auth.locked_on_at),
                (attempts >= MOST_FALSE_ATTEMPTS, func.now()),
                else_=null(),
            ),
        )
        .execution_options(synchronize_session=False)
    )


def _count_success(session: Session, auth_id: int) -> bool:
    """Forget the wrong attempts and note the time; False when the account is locked by now."""
    opened = session.scalar(
        update(Auth)
        .where(Auth.id == auth_id, ~Auth.is_locked | lock_is_over())
        .values(false_attempts=0, is_locked=False, locked_on_at=None, last_login_at=func.now())
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    )
    return opened is not None


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
    if not _revoke(session, person, AuthSession.session_id == session_uuid):
        raise NotFound


def end_other_sessions(session: Session, person: Person) -> int:
    """End all of the person's sessions but this one; returns how many there were."""
    return _revoke(session, person, AuthSession.id != person.session_id)


def _revoke(session: Session, person: Person, which: object) -> int:
    own = select(Auth.id).where(Auth.user_id == person.id)
    ended = session.scalars(
        update(AuthSession)
        .where(AuthSession.auth_id.in_(own), is_live(), which)  # type: ignore[arg-type]
        .values(revoked_at=func.now())
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def add_email_account(
    session: Session, user: User, password_hash: str | None, one_time: bool = False
) -> Auth:
    """Let a user sign in with their e-mail address; with a `one_time` password only to choose their own.

    Raises Refusal when the address is taken or missing.
    """
    if not user.email:
        raise Refusal("This user has no e-mail address.", field="email")
    if has_email_account(session, user.email):
        raise Refusal("Somebody signs in with this e-mail address already.", field="email")
    auth = Auth(
        user_id=user.id,
        service=Service.EMAIL,
        service_id=fold_email(user.email),
        password_hash=password_hash,
        details={ONE_TIME: True} if one_time else None,
    )
    session.add(auth)
    session.flush()
    return auth


def change_password(
    session: Session, passwords: Passwords, person: Person, current: str, new: str, visit: Visit
) -> str:
    """Take another password, end all the person's sessions and open a new one; returns its token.

    Raises Refusal for a wrong current password, which counts like one at the door, and for a new one that is
    too weak or the same. The view commits also then.
    """
    account = account_of_session(session, person.session_id)
    if account.is_locked or not passwords.fits(current, account.password_hash):
        _count_failure(session, account.auth_id)
        raise Refusal("This is not your password, or there were too many attempts.", field="current")
    name, _, _ = (person.email or "").partition("@")
    check_password(new, (person.email, name, person.name))
    if passwords.fits(new, account.password_hash):
        raise Refusal("Take another password than the one you have.", field="password")
    _store_password(session, account.auth_id, passwords.hash(new), own_choice=True)
    _revoke(session, person, true())
    return start_session(session, account.auth_id, visit)


def _store_password(session: Session, auth_id: int, password_hash: str, own_choice: bool = False) -> None:
    values: dict[str, Any] = {"password_hash": password_hash, "updated_at": func.now()}
    if own_choice:
        values["details"] = Auth.details.op("-")(ONE_TIME)
    session.execute(
        update(Auth).where(Auth.id == auth_id).values(values).execution_options(synchronize_session=False)
    )


def unlock(session: Session, email: str) -> None:
    """Let an account try again at once. Raises NotFound when nobody signs in with the address."""
    opened = session.scalars(
        update(Auth)
        .where(Auth.service == Service.EMAIL, Auth.service_id == fold_email(email))
        .values(false_attempts=0, is_locked=False, locked_on_at=None, updated_at=func.now())
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    )
    if not opened.all():
        raise NotFound
