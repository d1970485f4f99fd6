"""Which people somebody may put into groups or take out of them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, GroupedBeneficiary
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability


def reachable(chosen: PeopleFilter, ability: Ability) -> Select[UUID]:
    """The people a filter finds whom somebody may see and change, by their uuids."""
    people = chosen_people(chosen, ability).with_only_columns(Beneficiary.uuid)
    return ability.accessible(people, "update", Beneficiary)


def reachable_of(uuids: Collection[UUID], ability: Ability) -> Select[UUID]:
    """Those of the people named whom somebody may see and change."""
    return reachable(PeopleFilter(), ability).where(Beneficiary.uuid.in_(uuids))


def count(session: Session, people: Select[UUID]) -> int:
    """How many people there are, all of them."""
    return session.scalar(select(func.count()).select_from(people.subquery())) or 0


def not_in(people: Select[UUID], group: UUID) -> Select[UUID]:
    """Those of the people who are not in a group."""
    member = GroupedBeneficiary
    inside = select(member.id).where(
        member.beneficiary_group_id == group,
        member.beneficiary_id == Beneficiary.uuid,
        member.deleted_at.is_(None),
    )
    return people.where(~inside.correlate(Beneficiary).exists())
