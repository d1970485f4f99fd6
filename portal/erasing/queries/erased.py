"""People who were erased: when, by whom and why, for who may read the audit log. Nothing else is left of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Ability
from portal.core.enums import OfframpStatus
from portal.core.errors import NotFound
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.core.unchanged import while_unchanged
from portal.offramp.models import OfframpRequest
from portal.users.models import User

LATEST = Sort("-erased", (Beneficiary.erased_at, Beneficiary.id), descending=True)


def page_of_erased(session: Session, ability: Ability, position: Position = FIRST) -> Page:
    """One page of them, the latest first: uuid, erased, reason (a code), note, and by whom."""
    return page_of(session, _shown(ability), LATEST, position)


def count_erased(session: Session, ability: Ability) -> Count:
    """How many they are, up to 10,000."""
    return while_unchanged(
        session,
        ("erased", ability),
        lambda: count_up_to(session, _erased(select(Beneficiary.id), ability)),
    )


def erased_person(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """One of them, with the same columns. Raises NotFound where there is none whom the reader might have seen."""
    found = session.execute(_shown(ability).where(Beneficiary.uuid == uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def due_people(session: Session, days: float, limit: int) -> list[UUID]:
    """People who were deleted so many days ago and are not erased yet, the longest deleted first. Records that were
    merged into another go with that one."""
    long_ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, days * 86_400)
    return list(
        session.scalars(
            select(Beneficiary.uuid)
            .where(
                Beneficiary.deleted_at < long_ago,
                Beneficiary.erased_at.is_(None),
                Beneficiary.merged_into.is_(None),
                ~_money_is_on_its_way(),
            )
            .order_by(Beneficiary.deleted_at, Beneficiary.id)
            .limit(limit)
        )
    )


def _money_is_on_its_way() -> ColumnElement[bool]:
    """Whoever is to be paid through a provider waits, and the others do not wait for them."""
    return exists().where(
        OfframpRequest.beneficiary_id == Beneficiary.uuid,
        OfframpRequest.status.in_((OfframpStatus.PENDING, OfframpStatus.PROCESSING)),
        OfframpRequest.deleted_at.is_(None),
    )


def _erased(statement: Select[*tuple[Any, ...]], ability: Ability) -> Select[*tuple[Any, ...]]:
    statement = statement.where(Beneficiary.erased_at.is_not(None), Beneficiary.merged_into.is_(None))
    return ability.accessible(statement, "read", Beneficiary)


def _shown(ability: Ability) -> Select[*tuple[Any, ...]]:
    return _erased(
        select(
            Beneficiary.id,
            Beneficiary.uuid,
            Beneficiary.erased_at.label("erased"),
            Beneficiary.erased_reason.label("reason"),
            Beneficiary.erased_note.label("note"),
            func.coalesce(User.name, User.email).label("by"),
        ).outerjoin(User, User.uuid == Beneficiary.erased_by),
        ability,
    )
