"""Who falls short of what a group's purpose asks of its members (domain rule)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.filters import Lack, PeopleFilter, lacking
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability
from portal.core.enums import GroupPurpose
from portal.core.keyset import COUNT_LIMIT
from portal.core.unchanged import while_unchanged
from portal.groups.queries.listing import count_members

NEEDS = {
    GroupPurpose.BANK_TRANSFER: (Lack.BANK_ACCOUNT,),
    GroupPurpose.MOBILE_MONEY: (Lack.VALID_PHONE,),
    GroupPurpose.COMMUNICATION: (Lack.PHONE,),
}


def needs_of(purpose: GroupPurpose | None) -> tuple[Lack, ...]:
    """What each member of a group must have; of a group without a purpose all that any could ask for."""
    return NEEDS[purpose] if purpose else tuple(Lack)


@dataclass(frozen=True)
class Shortfall:
    """Of so many members, `of`, so many are `short` of it. `of` is fewer than all where not all were looked at."""

    need: Lack
    short: int
    of: int


def shortfalls(
    session: Session, group: UUID, needs: tuple[Lack, ...], ability: Ability, *, further: bool = False
) -> tuple[int, list[Shortfall]]:
    """How many members the reader may see, and how many of them are without each of the `needs`.

    What no index knows is told of the first 10,000 members, of all only on demand (`further`).
    """
    key = (shortfalls, group, needs, ability, further)
    return while_unchanged(session, key, lambda: _ask(session, group, needs, ability, further=further))


def _ask(
    session: Session, group: UUID, needs: tuple[Lack, ...], ability: Ability, *, further: bool
) -> tuple[int, list[Shortfall]]:
    members = count_members(session, [group], ability).get(group, 0)
    of = members if further else min(members, COUNT_LIMIT)
    known: dict[Lack, Shortfall] = {
        need: Shortfall(need, _in_index(session, group, need, ability), members)
        for need in needs
        if need is not Lack.BANK_ACCOUNT and ability.everywhere("read", Beneficiary)
    }
    others = [need for need in needs if need not in known]
    known |= {need: Shortfall(need, short, of) for need, short in _among(session, group, others, ability, of)}
    return members, [known[need] for need in needs]


def _in_index(session: Session, group: UUID, need: Lack, ability: Ability) -> int:
    """Who has no phone stands in an index, so that the others are not read."""
    people = chosen_people(PeopleFilter(group=group, lacks=(need,)), ability)
    counted = people.with_only_columns(func.count(), maintain_column_froms=True)
    return session.execute(counted).scalar_one()


def _among(
    session: Session, group: UUID, needs: Sequence[Lack], ability: Ability, most: int
) -> Iterable[tuple[Lack, int]]:
    """How many of so many members are without each, read one by one. Bank accounts stand among people's further
    details, which no index knows."""
    if not needs:
        return ()
    shown = [lacking(need).label(need.value) for need in needs]
    members = chosen_people(PeopleFilter(group=group), ability).with_only_columns(
        *shown, maintain_column_froms=True
    )
    looked_at = members.limit(most).subquery()
    found = session.execute(select(*(func.count().filter(looked_at.c[need.value]) for need in needs))).one()
    return zip(needs, found, strict=True)
