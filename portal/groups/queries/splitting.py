"""Into which groups a group falls by a column: the values of its members, each with how many have it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup
from portal.beneficiaries.queries.columns import age_in_years
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.core.abilities import Ability
from portal.groups.queries.reach import reachable

COLUMNS = ("gender", "location", "age", "banked_status", "phone_status", "internet_status")
EXTRAS = "extras"
MOST = 50
"""More groups than this are not made at once: nobody would look at them."""
AGE_BANDS = ((20, "0-20"), (40, "21-40"), (60, "41-60"), (80, "61-80"))
OLDEST = "80+"
LONGEST_NAME = 200


@dataclass(frozen=True)
class Split:
    """By what a group is split: one of COLUMNS, or EXTRAS with the `key` of a column that came with a file."""

    by: str
    key: str = ""


@dataclass(frozen=True)
class Share:
    """The members with one value, None for those without any; `name` is what their group is called."""

    value: str | None
    people: int
    name: str
    taken: bool
    """Whether another group, perhaps a deleted one, has that name."""


def value_of(split: Split) -> ColumnElement[Any]:
    """SQL: a person's value, as text; NULL where it is not known."""
    match split.by:
        case "location":
            return func.nullif(func.btrim(Beneficiary.location), "")
        case "age":
            age = age_in_years()
            bands = [(age <= oldest, literal(band)) for oldest, band in AGE_BANDS]
            return case((age.is_(None), null()), *bands, else_=literal(OLDEST))
        case "extras":
            return func.nullif(func.btrim(Beneficiary.extras[split.key].astext), "")
        case name:
            return func.nullif(cast(getattr(Beneficiary, name), Text), "UNKNOWN")


def name_of(group: ColumnElement[str], value: ColumnElement[Any]) -> ColumnElement[str]:
    """SQL: what the group of those with a value is called."""
    return func.left(group + literal(": ") + func.coalesce(value, literal("—")), LONGEST_NAME)


def people_with_values(group: UUID, split: Split, ability: Ability) -> Select[UUID, Any]:
    """The members whom somebody may move, each with their value."""
    return reachable(PeopleFilter(group=group), ability).add_columns(value_of(split).label("value"))


def shares_of(session: Session, group: BeneficiaryGroup, split: Split, ability: Ability) -> list[Share]:
    """The values of a group's members, most frequent first, one more than MOST at most."""
    found = people_with_values(group.uuid, split, ability).subquery()
    counted = (
        select(found.c.value, func.count().label("people"))
        .group_by(found.c.value)
        .order_by(func.count().desc(), found.c.value)
        .limit(MOST + 1)
        .subquery()
    )
    name = name_of(literal(group.name), counted.c.value)
    taken = select(BeneficiaryGroup.id).where(BeneficiaryGroup.name == name).correlate(counted).exists()
    rows = session.execute(
        select(counted.c.value, counted.c.people, name.label("name"), taken.label("taken")).order_by(
            counted.c.people.desc(), counted.c.value
        )
    )
    return [Share(row.value, row.people, row.name, row.taken) for row in rows]
