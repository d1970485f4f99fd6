"""Asking a signed-in person once more whether they are themselves, before something that matters."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.auth.limits import FRESH
from portal.auth.models import AuthSession
from portal.auth.operations.attempts import count_failure
from portal.auth.passwords import Passwords
from portal.auth.queries.accounts import Account, account_of_user
from portal.core.errors import Refusal
from portal.core.person import Person


def confirm_person(session: Session, passwords: Passwords, person: Person, password: str) -> Account | None:
    """Go on only with the person's password; who has none must have signed in within the last ten minutes.

    Raises Refusal at the field `current`. A wrong password counts like one at the door, so the view commits also
    then. Returns the account whose password it is, None where the person has none.
    """
    account = account_of_user(session, person.id)
    if account is None or account.password_hash is None:
        if not _is_fresh(session, person):
            raise Refusal("You have no password. Sign out and in again, and do this within ten minutes.")
        return None
    if account.is_locked or not passwords.fits(password, account.password_hash):
        count_failure(session, account.auth_id)
        raise Refusal("This is not your password, or there were too many attempts.", field="current")
    return account


def _is_fresh(session: Session, person: Person) -> bool:
    return bool(
        session.scalar(
            select(AuthSession.created_at > func.now() - FRESH).where(AuthSession.id == person.session_id)
        )
    )
