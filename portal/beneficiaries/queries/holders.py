"""Who has a phone, a wallet or a government id already, deleted people among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.facts import PersonFacts
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import GOVT_ID, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability


@dataclass(frozen=True)
class Holder:
    """Somebody who has what was typed. `mark` is "phone", "wallet" or "govt_id"; `reached` says whether the reader may
    open them, or restore them where they are `deleted`. Of whom they may not, `name` is None."""

    uuid: UUID
    mark: str
    deleted: bool
    reached: bool
    name: str | None


def holders(
    session: Session, facts: PersonFacts, ability: Ability, *, besides: UUID | None = None
) -> Sequence[Holder]:
    """Who has the phone, the wallet or the government id of these facts, in one statement.

    A phone and a wallet are one person's alone, whether they are deleted or not; a government id may be mistyped.
    Who was merged into somebody else stands for that person.
    """
    asked: list[tuple[str, ColumnElement[bool]]] = []
    if facts.phone:
        asked.append(("phone", BeneficiaryPii.phone == facts.phone))
    if facts.wallet:
        asked.append(("wallet", func.lower(Beneficiary.wallet_address) == facts.wallet.lower()))
    if facts.govt_id:
        folded = func.portal_fold(GOVT_ID) == func.portal_fold(facts.govt_id)
        asked.append(("govt_id", and_(folded, GOVT_ID.is_not(None))))
    if not asked:
        return []
    found = union_all(*(_who(mark, condition, ability) for mark, condition in asked)).subquery()
    statement = select(found).order_by(found.c.id)
    if besides is not None:
        statement = statement.where(found.c.uuid != besides)
    return [
        Holder(row.uuid, row.mark, row.deleted, row.reached, row.name if row.reached else None)
        for row in session.execute(statement)
    ]


def _who(mark: str, condition: ColumnElement[bool], ability: Ability) -> Select[*tuple[Any, ...]]:
    deleted = and_(Beneficiary.deleted_at.is_not(None), Beneficiary.merged_into.is_(None))
    name = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    reached = and_(
        ability.condition("read", Beneficiary), or_(~deleted, ability.condition("delete", Beneficiary))
    )
    return (
        select(
            Beneficiary.id,
            func.coalesce(Beneficiary.merged_into, Beneficiary.uuid).label("uuid"),
            literal(mark).label("mark"),
            deleted.label("deleted"),
            func.coalesce(reached, False).label("reached"),
            name.label("name"),
        )
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(condition)
        .limit(5)
    )
