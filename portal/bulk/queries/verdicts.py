"""Whom an action would change, and whom not and why: the dry run, and the set that is changed in the end.

Both go through the same conditions, so that they cannot differ but by what somebody changed meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, not_, select, true
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject, GroupedBeneficiary
from portal.beneficiaries.queries.people import chosen_people
from portal.bulk.kinds import FIELDS, NEEDS, Kind
from portal.bulk.orders import Order
from portal.core.abilities import Ability
from portal.core.keyset import COUNT_LIMIT

MOST_NAMED = 50
"""Of how many who are left out the page leads to a list: as many as stand on one page of it."""


class Verdict(StrEnum):
    """What an action means for a person that the filter finds."""

    APPLIES = "applies"
    SAME = "same"
    """They are already as the action would have them."""
    FORBIDDEN = "forbidden"
    """Whoever acts may see them and not change them."""


@dataclass(frozen=True)
class Tried:
    """How many people the filter finds, by verdict; `more`: it finds more than were looked at. `gone` are people
    picked by hand who are not found any more."""

    verdicts: Mapping[str, int]
    more: bool = False
    gone: int = 0

    @property
    def found(self) -> int:
        """How many were found, and looked at."""
        return sum(self.verdicts.values())

    @property
    def applies(self) -> int:
        """How many would change."""
        return self.verdicts.get(Verdict.APPLIES, 0)


def try_order(session: Session, order: Order, ability: Ability, *, exactly: bool) -> Tried:
    """What the action would do now, in one statement; where it is not to be exact, to the first 10,000 at most."""
    judged = _found(order, ability).with_only_columns(
        _verdict(order, ability).label("verdict"), maintain_column_froms=True
    )
    if not exactly:
        judged = judged.limit(COUNT_LIMIT + 1)
    inner = judged.subquery()
    rows = session.execute(select(inner.c.verdict, func.count()).group_by(inner.c.verdict)).all()
    verdicts = {str(verdict): int(number) for verdict, number in rows}
    number = sum(verdicts.values())
    more = not exactly and number > COUNT_LIMIT
    return Tried(verdicts, more, 0 if more else max(0, len(order.chosen.people) - number))


def left_out(session: Session, order: Order, ability: Ability, verdict: Verdict) -> list[UUID]:
    """The people of a verdict, at most one more than a page of the list holds."""
    wanted = _found(order, ability).with_only_columns(Beneficiary.uuid, maintain_column_froms=True)
    return list(session.scalars(wanted.where(_verdict(order, ability) == verdict).limit(MOST_NAMED + 1)))


def people_to_change(order: Order, ability: Ability) -> Select[UUID]:
    """The uuids of those whom the action would change."""
    found = _found(order, ability).with_only_columns(Beneficiary.uuid, maintain_column_froms=True)
    return found.where(*_applies(order, ability))


def rows_to_change(order: Order, ability: Ability, before: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The ids of those whom it would change, with what stands there now; held, in the order of their uuids, so that
    two actions on the same people wait for each other and neither for ever."""
    found = _found(order, ability).with_only_columns(
        Beneficiary.id, before.label("before"), maintain_column_froms=True
    )
    return (
        found.where(*_applies(order, ability))
        .order_by(Beneficiary.uuid)
        .with_for_update(of=Beneficiary, key_share=True)
    )


def may_change(order: Order, ability: Ability) -> ColumnElement[bool]:
    """SQL: whoever acts may do this to the person. May be null instead of false."""
    leave = NEEDS[order.kind].leave
    return true() if ability.everywhere(leave, Beneficiary) else ability.condition(leave, Beneficiary)


def _found(order: Order, ability: Ability) -> Select[*tuple[Any, ...]]:
    return chosen_people(order.chosen, ability, counting=True)


def _applies(order: Order, ability: Ability) -> tuple[ColumnElement[bool], ...]:
    return may_change(order, ability), not_(_same(order))


def _verdict(order: Order, ability: Ability) -> ColumnElement[str]:
    leave = may_change(order, ability)
    forbidden = [] if ability.everywhere(NEEDS[order.kind].leave, Beneficiary) else [leave.is_not(true())]
    return case(
        *((one, literal(Verdict.FORBIDDEN.value)) for one in forbidden),
        (_same(order), literal(Verdict.SAME.value)),
        else_=literal(Verdict.APPLIES.value),
    )


def _same(order: Order) -> ColumnElement[bool]:
    """SQL, never null: the person is already as the action would have them."""
    match order.kind:
        case Kind.JOIN_GROUP:
            return _in_group(order)
        case Kind.LEAVE_GROUP:
            return not_(_in_group(order))
        case Kind.JOIN_PROJECT:
            return _in_project(order)
        case Kind.LEAVE_PROJECT:
            return not_(_in_project(order))
        case Kind.VERIFY:
            return Beneficiary.is_verified.is_(True)
        case Kind.UNVERIFY:
            return Beneficiary.is_verified.is_(False)
        case Kind.DELETE:
            return Beneficiary.deleted_at.is_not(None)
        case _:
            field = FIELDS[order.kind]
            column: ColumnElement[Any] = getattr(Beneficiary, field.attribute)
            return column == literal(order.value, column.type)


def _in_group(order: Order) -> ColumnElement[bool]:
    return exists().where(
        GroupedBeneficiary.beneficiary_group_id == order.group,
        GroupedBeneficiary.beneficiary_id == Beneficiary.uuid,
        GroupedBeneficiary.deleted_at.is_(None),
    )


def _in_project(order: Order) -> ColumnElement[bool]:
    return exists().where(
        BeneficiaryProject.project_id == order.project,
        BeneficiaryProject.beneficiary_id == Beneficiary.uuid,
        BeneficiaryProject.deleted_at.is_(None),
    )
