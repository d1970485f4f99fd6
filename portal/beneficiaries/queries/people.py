"""The list of people: a page of it, and how many there are."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import PersonalData, columns, on_screen
from portal.beneficiaries.queries.filters import PeopleFilter, ranks_of, where
from portal.core.abilities import Ability
from portal.core.keyset import (
    COUNT_LIMIT,
    FIRST,
    PAGE_SIZE,
    SEARCH_COUNT_LIMIT,
    Count,
    Page,
    Position,
    Sort,
    count_statement,
    page_statement,
    read_count,
    read_page,
    within,
)
from portal.core.unchanged import while_unchanged

NEWEST = Sort("-created", (Beneficiary.created_at, Beneficiary.id), descending=True)
BY_NAME = (BeneficiaryPii.search_text, BeneficiaryPii.beneficiary_id)
SORTS = {
    sort.name: sort
    for sort in (
        NEWEST,
        Sort("created", (Beneficiary.created_at, Beneficiary.id)),
        Sort("name", BY_NAME, private=True),
        Sort("-name", BY_NAME, descending=True, private=True),
    )
}
REMEMBERED = 256
"""How many statements stay put together. Putting one together takes several times as long as asking it, and
pages of the same few filters are asked all day; what somebody types into the search box is not, so those are
not kept. A statement belongs to one ability: rules that change make another, and so other statements."""
PERSONAL_SORTS = frozenset({"name", "-name"})
"""Orders that tell something of the names: only for those who read all of them."""


def personal_data(ability: Ability) -> PersonalData:
    """Whose personal data this reader sees in clear, whose phone and id as well, and of whom they know the place."""
    reads = ability.condition("read", BeneficiaryPii)
    return PersonalData(
        reads,
        and_(reads, ability.condition("reveal", BeneficiaryPii)),
        ability.condition("locate", BeneficiaryPii),
        ability.everywhere("locate", BeneficiaryPii),
    )


def chosen_people(
    chosen: PeopleFilter, ability: Ability, *, counting: bool = False, ranked: bool = False
) -> Select[*tuple[Any, ...]]:
    """The people a filter finds among those the reader may see; columns are added by the caller.

    For `counting` the personal data are joined so that the database leaves them out where nothing is asked of
    them: a list of everybody is then counted in its index alone. Of a `ranked` search the caller adds the ranks.
    """
    left_out = counting and chosen.needle is None
    statement = select(Beneficiary.id).join(
        BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id, isouter=left_out
    )
    statement = statement.where(*where(chosen, personal=personal_data(ability), ranked=ranked))
    return ability.accessible(statement, "read", Beneficiary)


def page_of_people(
    session: Session,
    chosen: PeopleFilter,
    ability: Ability,
    wanted: Sequence[str],
    sort: Sort = NEWEST,
    position: Position = FIRST,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of the list, each row with its `uuid` and the `wanted` columns, in one statement."""
    position = within(position, len(ranks_of(chosen, personal_data(ability))))
    remembered = _page_statement if chosen.needle is None else _page_statement.__wrapped__
    statement = partial(remembered, chosen, ability, tuple(wanted), sort, size)
    return read_page(session.connection(), statement, sort, position, size)


@lru_cache(REMEMBERED)
def _page_statement(
    chosen: PeopleFilter, ability: Ability, wanted: tuple[str, ...], sort: Sort, size: int, shape: Position
) -> Select[*tuple[Any, ...]]:
    available = columns(personal_data(ability), ability, wanted) | on_screen()
    shown: list[ColumnElement[Any]] = [available[name].label(name) for name in wanted if name != "uuid"]
    tiers = ranks_of(chosen, personal_data(ability))
    statement = chosen_people(chosen, ability, ranked=bool(tiers)).with_only_columns(Beneficiary.uuid, *shown)
    return page_statement(statement, sort, shape, size, tiers)


def count_people(session: Session, chosen: PeopleFilter, ability: Ability, *, further: bool = False) -> Count:
    """How many the filter finds, up to 10,000; a search is first counted up to 1,000, `further` on demand."""
    limit = SEARCH_COUNT_LIMIT if chosen.needle and not further else COUNT_LIMIT
    remembered = _count_statement if chosen.needle is None else _count_statement.__wrapped__
    return while_unchanged(
        session,
        (count_people, chosen, ability, limit),
        lambda: read_count(session.connection(), remembered(chosen, ability, limit), limit),
    )


@lru_cache(REMEMBERED)
def _count_statement(chosen: PeopleFilter, ability: Ability, limit: int) -> Select[int]:
    return count_statement(chosen_people(chosen, ability, counting=True), limit)


@lru_cache(REMEMBERED)
def reads_all_personal_data(ability: Ability) -> bool:
    """Whether nobody's personal data is masked for this reader, so that an order by name tells nothing new."""
    return str(personal_data(ability).plain) == str(true())
