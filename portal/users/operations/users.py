"""Users: added, edited, deactivated, restored."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.enums import Gender
from portal.core.errors import Conflict, Refusal, sentence
from portal.users.emails import fold_email
from portal.users.models import User
from portal.users.queries.users import taken_address

TAKEN = {
    "email": sentence("Somebody with this e-mail address is a user already."),
    "phone": sentence("Somebody with this phone number is a user already."),
    "wallet": sentence("Somebody with this wallet is a user already."),
}
DEACTIVATION = "deactivation"
"""In a user's `extras`: why they were deactivated, and by whom (a uuid)."""


def add_user(session: Session, name: str, email: str | None = None, **facts: Any) -> User:
    """A new user with more `facts` by attribute name (phone in E.164, gender, uuid, created_by).

    Without a way to sign in and a role they cannot enter. Raises Refusal when a user who is not deleted has that
    e-mail address, phone or wallet.
    """
    user = User(name=name, email=fold_email(email) if email else None, **facts)
    _refuse_taken(session, user)
    with _one_each(), session.begin_nested():
        session.add(user)
    return user


def facts_version(user: User) -> str:
    """What an edit form was filled from: another value when somebody changed one of its facts meanwhile."""
    facts = json.dumps([user.name, user.gender, user.notes])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def edit_user(user: User, *, name: str, gender: Gender, notes: str | None, version: str, by: UUID) -> None:
    """Change what a user is called and what is noted of them. The caller has locked the row.

    Raises Conflict when the facts are no longer those of `version`.
    """
    if facts_version(user) != version:
        raise Conflict("Somebody changed this user while you did.")
    user.name, user.gender, user.notes = name, gender, notes
    user.updated_by = str(by)


def change_address(
    session: Session, user: User, *, email: str | None = None, phone: str | None = None
) -> None:
    """Give a user another e-mail address (folded) or phone (E.164), after they showed that it is theirs.

    Raises Refusal when somebody else who is not deleted has it by now. The caller has locked the row.
    """
    found = taken_address(session, email=email, phone=phone, wallet=None, but=user.id)
    if found:
        raise Refusal(TAKEN[found], field=found)
    with _one_each(), session.begin_nested():
        user.email = email or user.email
        user.phone = phone or user.phone
        user.updated_by = str(user.uuid)


def note_addresses(session: Session, user: User, *, email: str | None, phone: str | None, by: UUID) -> None:
    """Write down where a user is reached who does not sign in by it: `email` folded, `phone` in E.164, None for none.

    Whoever signs in by an address proves the new one instead (`change_address`). Raises Refusal when somebody else who
    is not deleted has it. The caller has locked the row.
    """
    if (email, phone) == (user.email, user.phone):
        return
    found = taken_address(session, email=email, phone=phone, wallet=None, but=user.id)
    if found:
        raise Refusal(TAKEN[found], field=found)
    with _one_each(), session.begin_nested():
        user.email, user.phone = email, phone
        user.updated_by = str(by)


def deactivate_user(user: User, *, reason: str, by: UUID) -> None:
    """Take a user out of use; nothing of them is lost. Raises Conflict when that was done already."""
    if user.deleted_at is not None:
        raise Conflict("This user is deactivated already.")
    user.deleted_at = func.now()
    user.extras = {**(user.extras or {}), DEACTIVATION: {"reason": reason, "by": str(by)}}
    user.updated_by = str(by)


def restore_user(session: Session, user: User, *, by: UUID) -> None:
    """Bring a deactivated user back.

    Raises Conflict when they are in use, and Refusal when somebody else has one of their addresses by now.
    """
    if user.deleted_at is None:
        raise Conflict("This user is not deactivated.")
    _refuse_taken(session, user)
    with _one_each(), session.begin_nested():
        user.deleted_at = None
        user.extras = {key: value for key, value in (user.extras or {}).items() if key != DEACTIVATION}
        user.updated_by = str(by)


def _refuse_taken(session: Session, user: User) -> None:
    found = taken_address(session, email=user.email, phone=user.phone, wallet=user.wallet, but=user.id)
    if found:
        raise Refusal(TAKEN[found], field=found)


@contextmanager
def _one_each() -> Iterator[None]:
    """Say as a refusal what the database refuses: of two who take an address at once, the second."""
    try:
        yield
    except IntegrityError as clash:
        name = getattr(getattr(clash.orig, "diag", None), "constraint_name", "") or ""
        for field, said in TAKEN.items():
            if name == f"uq_tbl_users_{field}_live":
                raise Refusal(said, field=field) from clash
        raise
