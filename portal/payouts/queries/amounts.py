"""Amounts that follow from what a file or a form put among a person's further details, as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, case, cast, func, literal, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability
from portal.payouts.models import PayoutList
from portal.payouts.terms import AmountRule

AMOUNT = r"^[0-9]{1,20}([.][0-9]{1,8})?$"
"""Figures that can be read in one way, as `portal_payout_amount` reads them: a point and no other mark, at most twenty
before it and eight behind."""
LOOKED_AT = 2_000
"""In so many people one looks for details that hold numbers."""


@dataclass(frozen=True)
class NumericKey:
    """A detail that holds a number for some people: of those `looked_at`, so many."""

    key: str
    number: int
    looked_at: int


def amount_of(found: PayoutList, decimals: int) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """SQL: what a person of the list is to receive, or null, and whether something unreadable stands in its place.

    What has more than so many `decimals` is no amount of the list's currency.
    """
    if found.amount_rule == AmountRule.FIXED:
        return literal(found.amount, Numeric(28, 8)), literal(False)
    said = func.nullif(func.btrim(Beneficiary.extras[found.amount_key].astext), "", type_=Text)
    each = found.amount if found.amount_rule == AmountRule.PER_MEMBER else None
    amount = func.portal_payout_amount(said, literal(each, Numeric(28, 8)), decimals, type_=Numeric(28, 8))
    return amount, said.is_not(None)


def numeric_keys(session: Session, chosen: PeopleFilter, ability: Ability) -> Sequence[NumericKey]:
    """The details of these people that hold numbers, those that most have first.

    Looks at 2,000 of them: what none of those has is not offered.
    """
    people = chosen_people(chosen, ability, counting=True)
    some = people.with_only_columns(Beneficiary.extras.label("extras"), maintain_column_froms=True)
    sample = some.limit(LOOKED_AT).cte("sample")
    looked_at = select(func.count()).select_from(sample).scalar_subquery()
    objects = case((func.jsonb_typeof(sample.c.extras) == "object", sample.c.extras))
    pair = func.jsonb_each_text(objects).table_valued("key", "value").lateral("pair")
    statement = (
        select(cast(pair.c.key, Text), func.count(), looked_at)
        .select_from(sample)
        .join(pair, literal(True))
        .where(func.btrim(pair.c.value).regexp_match(AMOUNT))
        .group_by(pair.c.key)
        .order_by(func.count().desc(), pair.c.key)
    )
    return [NumericKey(*row) for row in session.execute(statement)]
