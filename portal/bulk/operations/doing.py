"""What an action does to people: a set, changed by one statement, and a list of what was changed.

The statement asks the filter anew, for what whoever acts may do at that time. So nobody is changed who does not
match any more, and nobody out of reach.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroupProject,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.operations import membership
from portal.beneficiaries.operations.fate import delete_people
from portal.bulk.kinds import FIELDS, LEAVING, NEEDS, Kind
from portal.bulk.models import BulkChange
from portal.bulk.orders import Order
from portal.bulk.queries.targets import group_name, project_name
from portal.bulk.queries.verdicts import people_to_change, rows_to_change
from portal.core.abilities import Ability
from portal.core.errors import Refusal

MEMBERSHIPS = {
    Kind.JOIN_GROUP: membership.add_people_to_group,
    Kind.LEAVE_GROUP: membership.remove_people_from_group,
    Kind.JOIN_PROJECT: membership.add_people_to_project,
    Kind.LEAVE_PROJECT: membership.remove_people_from_project,
}

TURN = 0x62756C6B
"""The number of the advisory lock of actions that write in people's rows."""
PATIENCE = 500
"""Seconds that such an action waits for another; a million people take a minute or two."""


def check_order(session: Session, order: Order, ability: Ability) -> None:
    """Raise Refusal unless whoever acts may do such a thing at all, and with this group or project."""
    if not ability.can("create", "BulkAction") or not ability.can(NEEDS[order.kind].leave, "Beneficiary"):
        raise Refusal("You may not do this any more.")
    if not order.complete:
        raise Refusal("Say first what exactly is to be done.")
    told = NEEDS[order.kind].told
    if told == "group" and group_name(session, order.group, ability) is None:
        raise Refusal("This group is gone, or is not one of yours.", field="group")
    if told == "project" and project_name(session, order.project, ability) is None:
        raise Refusal("This project is closed, or is not one of yours.", field="project")


def carry_out(session: Session, action: UUID, order: Order, ability: Ability, by: UUID) -> int:
    """Do it, in the session's transaction; how many people changed. `by` is the user who acts.

    Raises Refusal where the group or project is gone or closed by now.
    """
    wait_for_turn(session, order.kind)
    if order.kind is Kind.DELETE:
        deleted = delete_people(session, people_to_change(order, ability), reason=order.reason or "", by=by)
        _keep(session, action, Beneficiary.__tablename__, _deleted_now())
        return deleted
    change = MEMBERSHIPS.get(order.kind)
    if change is None:
        return _set(session, action, order, ability)
    target = order.group or order.project
    if target is None:
        raise Refusal("Say first what exactly is to be done.")
    changed = change(session, target, people_to_change(order, ability))
    for table, rows in _memberships(order):
        _keep(session, action, table, rows)
    return changed


def wait_for_turn(session: Session, kind: Kind) -> None:
    """Those that write in people's own rows come one after the other, until the transaction ends.

    Three statements that lock a row and then change it can stand in each other's way in PostgreSQL, though each
    takes its rows in the same order: the second half reads the row as it was before the first half waited.
    """
    if kind in MEMBERSHIPS:
        return
    session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
    session.execute(select(func.pg_advisory_xact_lock(TURN)))


def set_by(kind: Kind) -> str:
    """The attribute of a person that an action sets, of those that set one."""
    return FIELDS[kind].attribute if kind in FIELDS else "is_verified"


def counted_edit(kind: Kind) -> dict[str, Any]:
    """What goes with setting an attribute: an edit makes forms stale that were filled before. That somebody was
    verified is no edit."""
    return {"version": Beneficiary.version + 1} if kind in FIELDS else {}


def _set(session: Session, action: UUID, order: Order, ability: Ability) -> int:
    attribute = set_by(order.kind)
    value: Any = order.value if order.kind in FIELDS else order.kind is Kind.VERIFY
    before = cast(getattr(Beneficiary, attribute), Text)
    found = rows_to_change(order, ability, before).cte("found")
    changed = (
        update(Beneficiary)
        .where(Beneficiary.id == found.c.id)
        .values(**{attribute: value}, **counted_edit(order.kind), updated_at=func.now())
        .returning(Beneficiary.id, found.c.before)
        .cte("changed")
    )
    lists = select(
        literal(action), literal("tbl_beneficiaries"), changed.c.before, func.array_agg(changed.c.id)
    ).group_by(changed.c.before)
    kept = (
        insert(BulkChange.__table__)
        .from_select(["actionId", "tableName", "before", "rows"], lists)
        .returning(literal(1))
        .cte("kept")
    )
    return session.scalar(select(func.count()).select_from(changed).add_cte(kept)) or 0


def _memberships(order: Order) -> list[tuple[str, Select[int]]]:
    """The rows that this transaction has just changed, by table: they bear its moment."""
    alive = order.kind not in LEAVING

    def just_now(model: Any, *within: ColumnElement[bool]) -> Select[int]:
        ended = model.deleted_at.is_(None) if alive else model.deleted_at == func.now()
        return select(model.id).where(and_(*within), model.updated_at == func.now(), ended)

    if order.project is not None:
        part = just_now(BeneficiaryProject, BeneficiaryProject.project_id == order.project)
        return [("tbl_beneficiaries_projects", part)]
    member = just_now(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == order.group)
    found = [("tbl_grouped_beneficiaries", member)]
    if alive:
        assignments = select(BeneficiaryGroupProject.uuid).where(
            BeneficiaryGroupProject.beneficiary_group_id == order.group
        )
        followed = just_now(BeneficiaryProject, BeneficiaryProject.brought_by.in_(assignments))
        found.append(("tbl_beneficiaries_projects", followed))
    return found


def _deleted_now() -> Select[int]:
    return select(Beneficiary.id).where(
        Beneficiary.deleted_at == func.now(), Beneficiary.updated_at == func.now()
    )


def _keep(session: Session, action: UUID, table: str, rows: Select[int]) -> None:
    inner = rows.subquery()
    lists = select(literal(action), literal(table), null(), func.array_agg(inner.c.id)).having(
        func.count() > 0
    )
    session.execute(
        insert(BulkChange.__table__).from_select(["actionId", "tableName", "before", "rows"], lists)
    )
