"""Who falls short of what a group's purpose asks of its members (domain rule)."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, GroupedBeneficiary
from portal.beneficiaries.queries.filters import Lack, PeopleFilter, lacking
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability
from portal.core.enums import GroupPurpose
from portal.core.unchanged import while_unchanged

NEEDS = {
    GroupPurpose.BANK_TRANSFER: (Lack.BANK_ACCOUNT,),
    GroupPurpose.MOBILE_MONEY: (Lack.VALID_PHONE,),
    GroupPurpose.COMMUNICATION: (Lack.PHONE,),
}


def needs_of(purpose: GroupPurpose | None) -> tuple[Lack, ...]:
    """What each member of a group must have; of a group without a purpose all that any could ask for."""
    return NEEDS[purpose] if purpose else tuple(Lack)


def shortfalls(
    session: Session, group: UUID, needs: tuple[Lack, ...], ability: Ability
) -> tuple[int, list[tuple[Lack, int]]]:
    """How many members the reader may see, and how many of them are without each of the `needs`; in one statement."""
    key = (shortfalls, group, needs, ability)
    return while_unchanged(session, key, lambda: _ask(session, group, needs, ability))


def _ask(
    session: Session, group: UUID, needs: tuple[Lack, ...], ability: Ability
) -> tuple[int, list[tuple[Lack, int]]]:
    if Lack.BANK_ACCOUNT not in needs and ability.everywhere("read", Beneficiary):
        return _ask_indexes(session, group, needs, ability)
    counts = [func.count().filter(lacking(need)).label(need.value) for need in needs]
    members = chosen_people(PeopleFilter(group=group), ability).with_only_columns(
        func.count().label("members"), *counts, maintain_column_froms=True
    )
    row = session.execute(members).one()
    return row.members, [(need, getattr(row, need.value)) for need in needs]


def _ask_indexes(
    session: Session, group: UUID, needs: tuple[Lack, ...], ability: Ability
) -> tuple[int, list[tuple[Lack, int]]]:
    """The same where indexes know it: members by their memberships, and who has no phone without reading the others.
    Bank accounts stand among people's further details, which no index knows."""
    member = GroupedBeneficiary
    members = select(func.count()).where(member.beneficiary_group_id == group, member.deleted_at.is_(None))
    counts = [
        chosen_people(PeopleFilter(group=group, lacks=(need,)), ability)
        .with_only_columns(func.count(), maintain_column_froms=True)
        .scalar_subquery()
        .label(need.value)
        for need in needs
    ]
    row = session.execute(select(members.scalar_subquery().label("members"), *counts)).one()
    return row.members, [(need, getattr(row, need.value)) for need in needs]
