"""Which cases a deed for many would change, and which not and why: the dry run, and the set that is changed in the end.

Both go through the same conditions, so that they cannot differ but by what somebody changed meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.grievances.many import Kind
from portal.grievances.models import Grievance, GrievanceCategory
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import Statement, chosen_cases
from portal.projects.models import Project
from portal.users.models import User
from portal.users.queries.held import ability_of


class Verdict(StrEnum):
    """What a deed means for a case that the filter finds."""

    APPLIES = "applies"
    SAME = "same"
    """It is already as the deed would have it."""
    FORBIDDEN = "forbidden"
    """Whoever acts may see it and not change it."""
    SHUT = "shut"
    """Its project is closed."""
    UNFIT = "unfit"
    """Who is to be in charge may not look after it."""


@dataclass(frozen=True)
class Order:
    """What is to be done to which cases. `value` is a priority for PRIORITY, `category` for CATEGORY, `assignee` the
    user for ASSIGN (None: nobody), and `body` the note for NOTE."""

    kind: Kind
    chosen: CaseFilter
    value: str | None = None
    assignee: User | None = None
    category: GrievanceCategory | None = None
    body: str | None = None


def try_order(session: Session, order: Order, ability: Ability) -> Mapping[str, int]:
    """How many cases of each verdict there are now, in one statement."""
    verdict = _verdict(session, order, ability).label("verdict")
    judged = chosen_cases(order.chosen, ability).with_only_columns(verdict, maintain_column_froms=True)
    inner = judged.subquery()
    rows = session.execute(select(inner.c.verdict, func.count()).group_by(inner.c.verdict))
    return {str(found): int(number) for found, number in rows}


def cases_to_change(session: Session, order: Order, ability: Ability) -> Statement:
    """The cases that it would change, held in the order of their uuids, so that two deeds wait for each other and
    neither for ever; columns are added by the caller."""
    applies = _verdict(session, order, ability) == Verdict.APPLIES.value
    found = chosen_cases(order.chosen, ability).where(applies)
    return found.order_by(Grievance.uuid).with_for_update(of=Grievance)


def may_look_after(session: Session, user: User) -> ColumnElement[bool]:
    """SQL: the user's roles let them read and change the case. May be null instead of false."""
    theirs = ability_of(session, user)
    return and_(theirs.condition("read", Grievance), theirs.condition("update", Grievance))


def _verdict(session: Session, order: Order, ability: Ability) -> ColumnElement[str]:
    closed = exists().where(Project.uuid == Grievance.project_id, Project.status == ProjectStatus.CLOSED)
    allowed = func.coalesce(ability.condition("update", Grievance), literal(False))
    fit = (
        func.coalesce(may_look_after(session, order.assignee), literal(False))
        if order.kind is Kind.ASSIGN and order.assignee is not None
        else literal(True)
    )
    return case(
        (not_(allowed), literal(Verdict.FORBIDDEN.value)),
        (closed, literal(Verdict.SHUT.value)),
        (_same(order), literal(Verdict.SAME.value)),
        (not_(fit), literal(Verdict.UNFIT.value)),
        else_=literal(Verdict.APPLIES.value),
    )


def _same(order: Order) -> ColumnElement[bool]:
    """SQL, never null: the case is already as the deed would have it."""
    match order.kind:
        case Kind.ASSIGN:
            wanted = order.assignee.id if order.assignee else None
            return Grievance.assignee_id.is_not_distinct_from(wanted)
        case Kind.PRIORITY:
            return Grievance.priority == order.value
        case Kind.CATEGORY:
            category: UUID | None = order.category.uuid if order.category else None
            return Grievance.category_id.is_not_distinct_from(category)
        case Kind.SENSITIVE:
            return Grievance.is_sensitive.is_(True)
        case _:
            return or_(false())


def counts_of(verdicts: Mapping[str, int]) -> dict[str, Any]:
    """What is kept of a dry run: how many were found, and of each verdict."""
    return {"found": sum(verdicts.values()), **verdicts}
