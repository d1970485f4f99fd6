"""Signing in with a password, and taking another one."""

from typing import Any

from sqlalchemy import case, func, update
from sqlalchemy.orm import Session

from portal.auth.identifiers import OWN_SERVICES, Identifier
from portal.auth.limits import SHORTEST_PASSWORD, SHORTEST_WITH_SECOND_FACTOR
from portal.auth.models import Auth
from portal.auth.operations.attempts import count_failure, count_success
from portal.auth.operations.confirming import confirm_person
from portal.auth.operations.sessions import Visit, revoke_sessions, start_session
from portal.auth.operations.tokens import void_tokens
from portal.auth.passwords import Passwords, check_password, words_of
from portal.auth.queries.accounts import ONE_TIME, account_of
from portal.auth.queries.second_factors import second_factor_of
from portal.core.errors import Refusal
from portal.core.person import Person

NOBODY = 0
"""The id of no account: so that refusing an unknown address sends the same statements as a wrong password."""


def sign_in(
    session: Session, passwords: Passwords, who: Identifier, password: str, visit: Visit
) -> str | None:
    """Open a session and return its token, which is known nowhere else; None when refused.

    Why it was refused (no such account, wrong password, locked) is not told, and every way takes one check of
    a password and one UPDATE.
    """
    account = account_of(session, who)
    fits = passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits:
        count_failure(session, account.auth_id if account else NOBODY)
        return None
    if not count_success(session, account.auth_id):
        return None
    if account.password_hash is not None and passwords.is_outdated(account.password_hash):
        store_password(session, account.user_id, passwords.hash(password))
    return start_session(session, account.auth_id, visit)


def change_password(
    session: Session,
    passwords: Passwords,
    person: Person,
    current: str,
    new: str,
    visit: Visit,
    organisation: str = "",
) -> str:
    """Take another password, end all the person's sessions and open a new one; returns its token.

    What was sent to them meanwhile to choose a password by is void.

    Raises Refusal for a wrong current password, which counts like one at the door, and for a new one that is
    too weak or the same. The view commits also then.
    """
    account = confirm_person(session, passwords, person, current)
    if account is None:
        raise Refusal("You have no password yet. Ask for a link to choose one.", field="current")
    check_password(
        new,
        words_of(organisation, person.name, person.email, account.service_id),
        shortest_for(session, person.id),
    )
    if passwords.fits(new, account.password_hash):
        raise Refusal("Take another password than the one you have.", field="password")
    store_password(session, person.id, passwords.hash(new), own_choice=True)
    void_tokens(session, person.id, "RESET")
    revoke_sessions(session, person.id)
    return start_session(session, account.auth_id, visit, person)


def shortest_for(session: Session, user_id: int) -> int:
    """How many characters a user's password has at least: fewer where they have a second factor."""
    second = second_factor_of(session, user_id)
    return SHORTEST_WITH_SECOND_FACTOR if second and second.confirmed_at else SHORTEST_PASSWORD


def store_password(session: Session, user_id: int, password_hash: str, own_choice: bool = False) -> None:
    """Keep the hash of a user's password, the same for all their addresses.

    One of the person's `own_choice` is no longer a password for one time.
    """
    values: dict[str, Any] = {"password_hash": password_hash, "updated_at": func.now()}
    if own_choice:
        values["details"] = case(
            (Auth.details.has_key(ONE_TIME), Auth.details.op("-")(ONE_TIME)), else_=Auth.details
        )
    session.execute(
        update(Auth)
        .where(Auth.user_id == user_id, Auth.service.in_(OWN_SERVICES))
        .values(values)
        .execution_options(synchronize_session=False)
    )
