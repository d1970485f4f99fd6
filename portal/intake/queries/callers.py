"""Who called, where the registry knows exactly one person by their phone."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, func, select, union
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability

SHARED_PHONE = Beneficiary.extras["shared phone"].astext
"""The number of somebody whose phone is another's as well."""


def people_by_phone(session: Session, ability: Ability, phones: Iterable[str]) -> dict[str, UUID]:
    """Phone as E.164 has it → the person whose it is and nobody else's, as far as the reader may know whose it is. A
    phone that several share tells nobody's name."""
    asked = sorted({phone for phone in phones if phone})
    if not asked:
        return {}
    phone = select(func.unnest(cast(asked, ARRAY(Text))).label("phone")).subquery().c.phone
    own = (
        select(phone, Beneficiary.uuid)
        .join(BeneficiaryPii, BeneficiaryPii.phone == phone)
        .join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
        .where(Beneficiary.deleted_at.is_(None))
    )
    shared = (
        select(phone, Beneficiary.uuid)
        .join(Beneficiary, func.portal_phone_key(SHARED_PHONE) == func.portal_phone_key(phone))
        .where(Beneficiary.deleted_at.is_(None), SHARED_PHONE.is_not(None))
    )
    found = union(own, shared).subquery()
    only = (
        select(found.c.phone, func.array_agg(found.c.uuid)[1].label("uuid"))
        .group_by(found.c.phone)
        .having(func.count() == 1)
        .subquery()
    )
    known = (
        select(only.c.phone, Beneficiary.uuid)
        .join(Beneficiary, Beneficiary.uuid == only.c.uuid)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(personal_data(ability).whole)
    )
    rows = session.execute(ability.accessible(known, "read", Beneficiary))
    return {row.phone: row.uuid for row in rows}
