"""One person as an editor needs them: their rows, and what of them the editor may change."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.facts import GOVT_ID, NO_PHONE, PersonFacts
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.people import REMEMBERED
from portal.beneficiaries.queries.person import WHO
from portal.core.abilities import Ability
from portal.core.errors import NotFound


@dataclass(frozen=True)
class Edited:
    """A person to edit. `personal` says whether the editor may read and change personal data, `exact` whether they
    know the exact place."""

    person: Beneficiary
    pii: BeneficiaryPii
    personal: bool
    exact: bool

    @property
    def facts(self) -> PersonFacts:
        """All that is known of the person now, whether the editor may see it or not."""
        person, pii = self.person, self.pii
        return PersonFacts(
            name=pii.name,
            phone=None if pii.phone.startswith(NO_PHONE) else pii.phone,
            email=pii.email,
            govt_id=(pii.extras or {}).get(GOVT_ID),
            gender=person.gender,
            birth_date=person.birth_date.date() if person.birth_date else None,
            age=person.age,
            location=person.location,
            latitude=person.latitude,
            longitude=person.longitude,
            banked_status=person.banked_status,
            phone_status=person.phone_status,
            internet_status=person.internet_status,
            wallet=person.wallet_address,
            notes=person.notes,
            extras=dict(person.extras or {}),
        )


def person_to_edit(session: Session, uuid: UUID, ability: Ability, *, locked: bool) -> Edited:
    """The person, if the reader may change them; `locked` keeps others from changing them meanwhile.

    Raises NotFound where there is no such person, and where the reader may not change them.
    """
    personal = ability.condition("read", BeneficiaryPii) & ability.condition("update", BeneficiaryPii)
    statement = (
        select(
            Beneficiary,
            BeneficiaryPii,
            func.coalesce(personal, False).label("personal"),
            func.coalesce(ability.condition("locate", BeneficiaryPii), False).label("exact"),
        )
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == uuid, Beneficiary.deleted_at.is_(None))
    )
    statement = ability.accessible(ability.accessible(statement, "read", Beneficiary), "update", Beneficiary)
    if locked:
        statement = statement.with_for_update(of=Beneficiary, key_share=True).execution_options(
            populate_existing=True
        )
    found: Any = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return Edited(*found)


def who_is(uuid: UUID) -> Select[Beneficiary]:
    """The person, unless they are deleted."""
    return select(Beneficiary).where(Beneficiary.uuid == uuid, Beneficiary.deleted_at.is_(None))


def this_one(uuid: UUID) -> Select[UUID]:
    """One person as a set, for operations that take sets."""
    return select(Beneficiary.uuid).where(Beneficiary.uuid == uuid)


def rights_on(session: Session, uuid: UUID, ability: Ability) -> frozenset[str]:
    """What the reader may do to a person of "update", "delete" and "erase", which takes leave to delete them too."""
    row = session.connection().execute(_rights(ability), {"who": uuid}).one()
    return frozenset(action for action, allowed in row._mapping.items() if allowed)


@lru_cache(REMEMBERED)
def _rights(ability: Ability) -> Select[*tuple[Any, ...]]:
    asked = {action: ability.condition(action, Beneficiary) for action in ("update", "delete")}
    asked["erase"] = and_(asked["delete"], ability.condition("erase", BeneficiaryPii))
    return (
        select(*(allowed.label(action) for action, allowed in asked.items()))
        .select_from(Beneficiary)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == WHO)
    )
