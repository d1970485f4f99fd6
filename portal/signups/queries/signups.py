"""Requests for an account: lists of them, one of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from portal.core.abilities import Ability
from portal.core.enums import SignupStatus
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.signups.models import SignUp
from portal.users.models import User

NEWEST = Sort("-created", (SignUp.created_at, SignUp.id), descending=True)

UNDECIDED = (SignupStatus.PENDING, SignupStatus.FAILED)
"""From which an account can be made."""


def sign_up_with(uuid: UUID) -> Select[SignUp]:
    """The request of that uuid."""
    return select(SignUp).where(SignUp.uuid == uuid)


def page_of_sign_ups(
    session: Session, ability: Ability, status: SignupStatus | None, position: Position = FIRST
) -> Page:
    """One page of the requests this reader may see, newest first."""
    shown: list[Any] = [
        SignUp.uuid,
        SignUp.status,
        SignUp.created_at.label("created_at"),
        SignUp.data["name"].as_string().label("name"),
        SignUp.data["organisation"].as_string().label("organisation"),
    ]
    return page_of(
        session, _narrowed(ability.accessible(select(*shown), "read", SignUp), status), NEWEST, position
    )


def count_sign_ups(session: Session, ability: Ability, status: SignupStatus | None) -> Count:
    """How many requests this reader finds so."""
    return count_up_to(session, _narrowed(ability.accessible(select(SignUp.uuid), "read", SignUp), status))


def people_of(session: Session, sign_up: SignUp) -> tuple[str | None, UUID | None]:
    """The name of who approved a request, and the uuid of the user it became; None where nobody did, or it did not."""
    approver, user = aliased(User), aliased(User)
    row = session.execute(
        select(approver.name, user.uuid)
        .select_from(SignUp)
        .outerjoin(approver, approver.id == SignUp.approved_by)
        .outerjoin(user, user.id == SignUp.user_id)
        .where(SignUp.id == sign_up.id)
    ).one()
    return row[0], row[1]


def _narrowed(statement: Select[*tuple[Any, ...]], status: SignupStatus | None) -> Select[*tuple[Any, ...]]:
    return statement if status is None else statement.where(SignUp.status == status)
