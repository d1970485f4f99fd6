"""Wrong attempts to sign in: counted, locked out, forgotten."""

from sqlalchemy import case, func, null, update
from sqlalchemy.orm import Session

from portal.audit.deeds import SIGN_IN_FAILED
from portal.audit.operations import record
from portal.auth.limits import MOST_FALSE_ATTEMPTS
from portal.auth.models import Auth
from portal.auth.queries.accounts import lock_is_over
from portal.core.enums import Service
from portal.core.errors import NotFound
from portal.users.emails import fold_email


def count_failure(session: Session, auth_id: int) -> None:
    """One more wrong attempt, counted by the database, so that attempts at the same time all count.

    Attempts while locked do not lock for longer; the first one after that counts from one again. It is on
    record too, also for an account that there is not (`auth_id` 0).
    """
    record(session, SIGN_IN_FAILED, table_name="tbl_auth", record_id=str(auth_id) if auth_id else None)
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


def count_success(session: Session, auth_id: int) -> bool:
    """Forget the wrong attempts and note the time; False, and on record, when the account is locked by now."""
    opened = session.scalar(
        update(Auth)
        .where(Auth.id == auth_id, ~Auth.is_locked | lock_is_over())
        .values(false_attempts=0, is_locked=False, locked_on_at=None, last_login_at=func.now())
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    )
    if opened is None:
        record(session, SIGN_IN_FAILED, table_name="tbl_auth", record_id=str(auth_id))
    return opened is not None


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


def unlock_user(session: Session, user_id: int) -> bool:
    """Let a user try again at once, by every way they sign in; False when none was locked."""
    opened = session.scalars(
        update(Auth)
        .where(Auth.user_id == user_id, Auth.is_locked)
        .values(false_attempts=0, is_locked=False, locked_on_at=None, updated_at=func.now())
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    )
    return bool(opened.all())
