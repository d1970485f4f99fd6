"""What a reader finds in the list, without a browser: for tests of what is found rather than how it is shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import NEWEST, count_people, page_of_people
from portal.core.abilities import Ability, Rule
from portal.core.keyset import Sort

EVERYTHING = Ability([Rule("manage", "all")])
MASKED = Ability([Rule("read", "Beneficiary")])
"""Reads people, and no personal data."""


def found(
    session: Session, q: str = "", ability: Ability = EVERYTHING, *, sort: Sort = NEWEST, **chosen: Any
) -> list[str]:
    """The names a filter finds, in the list's order; their number agrees with the count."""
    wanted = PeopleFilter(q=q, **chosen)
    page = page_of_people(session, wanted, ability, ["name"], sort)
    assert count_people(session, wanted, ability).number == len(page.rows)
    return [row.name for row in page.rows]


def named(names: Sequence[str]) -> list[str]:
    """Names to compare where the order says nothing."""
    return sorted(names)
