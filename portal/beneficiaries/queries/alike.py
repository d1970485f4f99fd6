"""People who may be the one that is about to be registered or restored, as a page shows them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.beneficiaries.facts import PersonFacts
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import columns, on_screen
from portal.beneficiaries.queries.comparing import Reason
from portal.beneficiaries.queries.likeness import Facts, likely_same
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability

SHOWN = ("uuid", "name", "phone", "gender", "age", "location")


@dataclass(frozen=True)
class Alike:
    """Somebody like the person: what is shown of them (the columns of SHOWN), how likely they are the same, of 100,
    and why."""

    person: Row[*tuple[Any, ...]]
    score: int
    reasons: tuple[Reason, ...]


def people_alike(
    session: Session, facts: PersonFacts, ability: Ability, *, besides: UUID | None = None
) -> Sequence[Alike]:
    """The people who may be the one with these facts, the likeliest first, among those whose data the reader reads."""
    born = facts.birth_date.year if facts.birth_date else None
    if born is None and facts.age is not None:
        born = dt.datetime.now(dt.UTC).year - facts.age
    asked = Facts(
        name=facts.name,
        phone=facts.phone,
        govt_id=facts.govt_id,
        wallet=facts.wallet,
        birth_year=born,
        gender=facts.gender.value,
        location=facts.location,
    )
    found = likely_same(session, asked, ability, besides=besides)
    if not found:
        return []
    known = columns(personal_data(ability), ability, SHOWN) | {"phone": on_screen()["phone"]}
    shown: list[Any] = [column.label(name) for name, column in known.items()]
    rows = session.execute(
        select(*shown)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid.in_([one.uuid for one in found]))
    )
    people = {row.uuid: row for row in rows}
    return [Alike(people[one.uuid], one.score, one.reasons) for one in found]
