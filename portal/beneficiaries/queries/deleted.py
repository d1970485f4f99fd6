"""Deleted people, for those who may bring them back. Who was merged into somebody else is not among them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.facts import GOVT_ID, NO_PHONE, PersonFacts
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.users.models import User

LATEST = Sort("-deleted", (Beneficiary.deleted_at, Beneficiary.id), descending=True)


def page_of_deleted(session: Session, ability: Ability, position: Position = FIRST) -> Page:
    """One page of the deleted people whom the reader may restore, the latest first: uuid, name, phone, deleted,
    reason, and by whom."""
    return page_of(session, _shown(ability), LATEST, position)


def count_deleted(session: Session, ability: Ability) -> Count:
    """How many they are, up to 10,000."""
    return count_up_to(session, _restorable(select(Beneficiary.id), ability))


def deleted_person(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """One of them, with the same columns. Raises NotFound where the reader may not restore such a person."""
    found = session.execute(_shown(ability).where(Beneficiary.uuid == uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def merged_into(session: Session, uuid: UUID, ability: Ability) -> UUID | None:
    """The person into whom this one was merged, if that is what became of them and the reader may read them."""
    merged = select(Beneficiary.merged_into).where(
        Beneficiary.uuid == uuid, Beneficiary.merged_into.is_not(None), Beneficiary.erased_at.is_(None)
    )
    return session.scalar(ability.accessible(merged, "read", Beneficiary))


def was_erased(session: Session, uuid: UUID, ability: Ability) -> bool:
    """Whether this person was erased, as far as the reader could see them."""
    erased = select(Beneficiary.id).where(Beneficiary.uuid == uuid, Beneficiary.erased_at.is_not(None))
    return session.scalar(ability.accessible(erased, "read", Beneficiary)) is not None


def facts_to_compare(session: Session, uuid: UUID) -> PersonFacts:
    """What tells a deleted person from others: whether somebody else who is registered is the same is asked by it."""
    row = session.execute(
        select(Beneficiary, BeneficiaryPii)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == uuid)
    ).one()
    person, pii = row
    return PersonFacts(
        name=pii.name,
        phone=None if pii.phone.startswith(NO_PHONE) else pii.phone,
        govt_id=(pii.extras or {}).get(GOVT_ID),
        wallet=person.wallet_address,
        birth_date=person.birth_date.date() if person.birth_date else None,
        age=person.age,
        gender=person.gender,
        location=person.location,
    )


def _restorable(statement: Select[*tuple[Any, ...]], ability: Ability) -> Select[*tuple[Any, ...]]:
    statement = statement.where(
        Beneficiary.deleted_at.is_not(None),
        Beneficiary.merged_into.is_(None),
        Beneficiary.erased_at.is_(None),
    )
    return ability.accessible(ability.accessible(statement, "read", Beneficiary), "delete", Beneficiary)


def _shown(ability: Ability) -> Select[*tuple[Any, ...]]:
    personal = personal_data(ability)
    return _restorable(
        select(
            Beneficiary.id,
            Beneficiary.uuid,
            personal.shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name)).label("name"),
            masked_phone(BeneficiaryPii.phone).label("phone"),
            Beneficiary.deleted_at.label("deleted"),
            Beneficiary.deleted_reason.label("reason"),
            func.coalesce(User.name, User.email).label("by"),
        )
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .outerjoin(User, User.uuid == Beneficiary.deleted_by),
        ability,
    )
