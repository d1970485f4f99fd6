"""What becomes of the ways to sign in of somebody who is deactivated: set aside, so that their addresses are free."""

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import revoke_sessions
from portal.auth.operations.tokens import void_tokens
from portal.core.errors import Refusal
from portal.users.models import User

MARK = "#"
"""Between the address of a way to sign in and the user's uuid, while it is set aside."""


def set_aside(session: Session, user: User) -> int:
    """End all sessions of a user who is deactivated, make the links they were sent void, and let others have their
    ways to sign in.

    Returns how many sessions there were.
    """
    void_tokens(session, user.id)
    ended = revoke_sessions(session, user.id)
    _rename(session, user, Auth.service_id + _suffix(user))
    return ended


def bring_back(session: Session, user: User) -> None:
    """Give a user who is restored their ways to sign in again, unlocked.

    Raises Refusal when somebody else signs in by one of them by now.
    """
    try:
        with session.begin_nested():
            _rename(session, user, func.regexp_replace(Auth.service_id, f"{_suffix(user)}$", ""))
    except IntegrityError as clash:
        raise Refusal(
            "Somebody else signs in with an address, number or service of theirs by now."
        ) from clash


def address_of(auth: Auth, user: User) -> str:
    """The address of one of a user's ways to sign in, also while it is set aside."""
    return auth.service_id.removesuffix(_suffix(user))


def _suffix(user: User) -> str:
    return f"{MARK}{user.uuid}"


def _rename(session: Session, user: User, name: ColumnElement[str]) -> None:
    session.execute(
        update(Auth)
        .where(Auth.user_id == user.id)
        .values(
            service_id=name,
            is_locked=False,
            locked_on_at=None,
            false_attempts=0,
            challenge=None,
            updated_at=func.now(),
        )
        .execution_options(synchronize_session=False)
    )
