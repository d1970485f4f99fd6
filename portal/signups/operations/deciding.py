"""Approving a request for an account, or rejecting it: of two who decide at once, one does."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.enums import SignupStatus
from portal.core.errors import Conflict, Refusal, sentence
from portal.core.person import LANGUAGE, Person
from portal.signups.kinds import maker_of_vendors
from portal.signups.models import SignUp
from portal.signups.queries.signups import UNDECIDED
from portal.staff.operations.joining import take_in
from portal.users.models import Role, User
from portal.users.operations.granting import check_may_grant
from portal.users.operations.preferences import remember_preference

DECIDED = sentence("Somebody has decided about this request already.")
ABOUT_THE_PERSON = frozenset({"email", "phone", "wallet"})
"""Fields of a refusal that lie with the person who asks, and not with the one who decides."""


def approve(
    session: Session,
    person: Person,
    uuid: UUID,
    roles: Sequence[Role],
    until: dt.datetime | None = None,
    projects: Sequence[UUID] | None = None,
) -> User | None:
    """Make a user of a request, with these `roles` (loaded with their permissions), given by `person`.

    None where the account cannot be made, for instance because somebody else has the address: the request has then
    failed, says why, and can be approved again. Raises Conflict when somebody decided before, and Refusal when the
    person may not give one of the roles.
    """
    for role in roles:
        check_may_grant(person.ability, role, projects)

    def make(found: SignUp) -> User:
        facts = {name: found.said(name) for name in ("name", "email", "phone")}
        return take_in(session, person, facts, roles, until, projects)

    return _approve(session, person, uuid, make)


def approve_vendor(session: Session, person: Person, uuid: UUID, *, approved: bool) -> User | None:
    """Make a vendor of a request, `approved` or to be approved later. As `approve` otherwise."""
    maker = maker_of_vendors()
    return _approve(
        session, person, uuid, lambda found: maker(session, person, found.data or {}, approved=approved)
    )


def _approve(session: Session, person: Person, uuid: UUID, make: Callable[[SignUp], User]) -> User | None:
    """Move a request to what `make` makes of it: to APPROVED, or to FAILED where a fact of the person is refused."""
    found = session.scalars(
        select(SignUp)
        .where(SignUp.uuid == uuid, SignUp.status.in_(UNDECIDED))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Conflict(DECIDED)
    if not found.said("email"):
        raise Conflict(
            "What this person wrote is no longer kept. Ask them to write again, or add them as a user."
        )
    try:
        with session.begin_nested():
            user = make(found)
            if language := found.said("language"):
                remember_preference(session, user.id, LANGUAGE, language)
    except Refusal as refusal:
        if refusal.field not in ABOUT_THE_PERSON:
            raise
        _move(session, found, SignupStatus.FAILED, failed_reason=refusal.message)
        return None
    _move(
        session,
        found,
        SignupStatus.APPROVED,
        approved_by=person.id,
        approved_at=func.now(),
        user_id=user.id,
        failed_reason=None,
    )
    return user


def reject(session: Session, uuid: UUID, reason: str) -> SignUp:
    """Turn a request down, for a reason that the person will be told. Raises Conflict when it does not wait."""
    rejected = session.scalars(
        update(SignUp)
        .where(SignUp.uuid == uuid, SignUp.status == SignupStatus.PENDING)
        .values(status=SignupStatus.REJECTED, rejected_reason=reason, updated_at=func.now())
        .returning(SignUp)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if rejected is None:
        raise Conflict(DECIDED)
    return rejected


def _move(session: Session, sign_up: SignUp, to: SignupStatus, **values: Any) -> None:
    moved = session.scalar(
        update(SignUp)
        .where(SignUp.id == sign_up.id, SignUp.status == sign_up.status)
        .values(status=to, updated_at=func.now(), **values)
        .returning(SignUp.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(DECIDED)
