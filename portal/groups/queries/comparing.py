"""How two groups overlap."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, GroupedBeneficiary
from portal.core.abilities import Ability
from portal.core.unchanged import while_unchanged


@dataclass(frozen=True)
class Overlap:
    """How many people are in both groups, only in the first, and only in the second."""

    both: int
    only_a: int
    only_b: int


def compare(session: Session, a: UUID, b: UUID, ability: Ability) -> Overlap:
    """Count the people of two groups whom the reader may see, in one statement."""
    return while_unchanged(session, (compare, a, b, ability), lambda: _ask(session, a, b, ability))


def _ask(session: Session, a: UUID, b: UUID, ability: Ability) -> Overlap:
    group = GroupedBeneficiary.beneficiary_group_id
    members = select(
        GroupedBeneficiary.beneficiary_id,
        func.bool_or(group == a).label("in_a"),
        func.bool_or(group == b).label("in_b"),
    ).where(group.in_((a, b)), GroupedBeneficiary.deleted_at.is_(None))
    if not ability.everywhere("read", Beneficiary):
        members = ability.accessible(
            members.join(Beneficiary, Beneficiary.uuid == GroupedBeneficiary.beneficiary_id),
            "read",
            Beneficiary,
        )
    of = members.group_by(GroupedBeneficiary.beneficiary_id).subquery()
    row = session.execute(
        select(
            func.count().filter(of.c.in_a & of.c.in_b).label("both"),
            func.count().filter(of.c.in_a & ~of.c.in_b).label("only_a"),
            func.count().filter(~of.c.in_a & of.c.in_b).label("only_b"),
        )
    ).one()
    return Overlap(row.both, row.only_a, row.only_b)
