"""The second factor: set up, shown at the door, taken away. The secret is sealed, each code is taken once.

What refuses a code also counts it, so the view commits either way.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sqlalchemy import ColumnElement, and_, case, delete, func, null, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.audit.deeds import SIGN_IN_FAILED
from portal.audit.operations import record
from portal.auth.limits import MOST_FALSE_ATTEMPTS
from portal.auth.models import RecoveryCode, SecondFactor
from portal.auth.operations.recovery_codes import use_recovery_code
from portal.auth.operations.sessions import note_second_factor, revoke_sessions
from portal.auth.passwords import Passwords
from portal.auth.queries.second_factors import lock_of_codes, second_factor_of
from portal.auth.totp import new_secret, step_of
from portal.core.errors import Conflict, Refusal
from portal.core.person import Person
from portal.core.secrets import open_sealed, seal


@dataclass(frozen=True)
class Means:
    """With what codes are checked: the folder of the key that opens secrets, how codes are hashed, what time it
    is."""

    instance: Path
    passwords: Passwords
    now: dt.datetime


def begin(session: Session, means: Means, person: Person) -> None:
    """A new secret, which counts once it is confirmed. Raises Conflict where one counts already."""
    sealed = seal(means.instance, f"{person.id}:{new_secret()}")
    begun = session.scalar(
        upsert(SecondFactor)
        .values(user_id=person.id, secret=sealed)
        .on_conflict_do_update(
            index_elements=["userId"],
            set_={"secret": sealed, "updatedAt": func.now()},
            where=SecondFactor.confirmed_at.is_(None),
        )
        .returning(SecondFactor.id)
    )
    if begun is None:
        raise Conflict("Your second factor is set up already.")


def secret_being_set_up(session: Session, means: Means, person: Person) -> str | None:
    """The secret that waits for its first code."""
    factor = second_factor_of(session, person.id)
    return _secret(means, factor) if factor is not None and factor.confirmed_at is None else None


def confirm(session: Session, means: Means, person: Person, code: str) -> str | None:
    """Let the secret count from now on, since the phone shows its codes; the session's new token.

    All other sessions of theirs will have to show a code. Raises Refusal for a wrong one, which is not counted:
    the person has the secret before their eyes.
    """
    factor = second_factor_of(session, person.id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict("This was begun anew, or done, in another window.")
    step = step_of(_secret(means, factor), code, means.now)
    if step is None or not _take(session, person.id, SecondFactor.confirmed_at.is_(None), step):
        raise Refusal(
            "This is not the code of now. Check that the phone's clock is right, and type the next one.",
            field="code",
        )
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == person.id)
        .values(confirmed_at=func.now(), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    return note_second_factor(session, person)


def show_code(session: Session, means: Means, person: Person, code: str) -> str | None:
    """Open the person's session with a code of their phone; its new token. Raises Refusal."""
    check_code(session, means, person, code)
    return note_second_factor(session, person)


def show_recovery_code(session: Session, means: Means, person: Person, code: str) -> str | None:
    """Open the person's session with a recovery code; its new token. Raises Refusal."""
    used = _may_try(session, person.id) and use_recovery_code(session, means.passwords, person.id, code)
    if not used:
        _refuse(session, person.id)
    return note_second_factor(session, person)


def check_code(session: Session, means: Means, person: Person, code: str) -> None:
    """Take a code of the person's phone. Raises Refusal for one that is wrong, or was taken before."""
    factor = second_factor_of(session, person.id)
    step = None
    if factor is not None and factor.confirmed_at is not None:
        step = step_of(_secret(means, factor), code, means.now)
    if step is None or not _take(session, person.id, SecondFactor.confirmed_at.is_not(None), step):
        _refuse(session, person.id)


def turn_off(session: Session, means: Means, person: Person, code: str) -> None:
    """Take the second factor away. Raises Refusal for a wrong code, or where a role demands one."""
    if person.needs_second_factor:
        raise Refusal("A role of yours demands a second factor, so you cannot turn it off.")
    check_code(session, means, person, code)
    _remove(session, person.id)


def reset(session: Session, user_id: int) -> int:
    """Take a user's second factor away, say because the phone is lost, and end all their sessions.

    Whoever holds a role that demands one sets it up anew after signing in. Returns how many sessions ended.
    """
    _remove(session, user_id)
    return revoke_sessions(session, user_id)


def _remove(session: Session, user_id: int) -> None:
    for table in (RecoveryCode, SecondFactor):
        session.execute(
            delete(table).where(table.user_id == user_id).execution_options(synchronize_session=False)
        )


def _secret(means: Means, factor: SecondFactor) -> str:
    """The open secret; it was sealed with its owner's id, so that nobody can put their own in another's place."""
    owner, _, secret = open_sealed(means.instance, factor.secret).partition(":")
    if owner != str(factor.user_id):
        raise LookupError(f"the secret of user {factor.user_id} was sealed for another")
    return secret


def _take(session: Session, user_id: int, state: ColumnElement[bool], step: int) -> bool:
    """Use up a code that is right: of two that come at once with the same one, one is first."""
    taken = _update(
        session,
        and_(SecondFactor.user_id == user_id, SecondFactor.last_step < step, state, ~lock_of_codes()),
        last_step=step,
        false_attempts=0,
        locked_on_at=null(),
    )
    return taken is not None


def _may_try(session: Session, user_id: int) -> bool:
    """Whether a recovery code may be tried: the attempts that came before are counted by then."""
    open_to_tries = _update(
        session,
        and_(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None), ~lock_of_codes()),
        updated_at=func.now(),
    )
    return open_to_tries is not None


def _refuse(session: Session, user_id: int) -> NoReturn:
    """Count one more wrong code, put it on record, and say no. While locked, attempts do not lock for longer."""
    locked = lock_of_codes()
    over = and_(SecondFactor.false_attempts >= MOST_FALSE_ATTEMPTS, ~locked)
    attempts = case((over, 1), else_=SecondFactor.false_attempts + 1)
    counted = _update(
        session,
        SecondFactor.user_id == user_id,
        false_attempts=attempts,
        locked_on_at=case(
            (locked, SecondFactor.locked_on_at),
            (attempts >= MOST_FALSE_ATTEMPTS, func.now()),
            else_=null(),
        ),
    )
    record(
        session,
        SIGN_IN_FAILED,
        table_name="tbl_auth_second_factors",
        record_id=str(counted) if counted else None,
    )
    raise Refusal(
        "This code is not right, or was used before, or there were too many wrong ones. "
        "After five wrong codes none is taken for 15 minutes.",
        field="code",
    )


def _update(session: Session, where: ColumnElement[bool], **values: object) -> int | None:
    """Change the one row, by the database and at once; its id, None where there was none."""
    return session.scalar(
        update(SecondFactor)
        .where(where)
        .values(**values)
        .returning(SecondFactor.id)
        .execution_options(synchronize_session=False)
    )
