"""Taking an action back from exactly those whom it changed and whom nobody has changed since.

A row that it changed bears the moment of the action (`updatedAt`); any later change moves that on. Rows that were
moved on, or that are out of the reach of who undoes, stay as they are and are counted.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, func, select, true, update
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject, GroupedBeneficiary
from portal.beneficiaries.operations.fate import restore_people
from portal.beneficiaries.operations.membership import hold_group, hold_open_project
from portal.bulk.kinds import JOINING, NEEDS, Kind
from portal.bulk.models import BulkAction, BulkChange
from portal.bulk.operations.doing import counted_edit, set_by, wait_for_turn
from portal.bulk.orders import Order
from portal.bulk.queries.targets import group_name, project_name
from portal.bulk.queries.verdicts import may_change
from portal.core.abilities import Ability
from portal.core.db import rows_changed
from portal.core.enums import ProjectStatus
from portal.core.errors import Refusal
from portal.projects.models import Project


def take_back(session: Session, action: BulkAction, order: Order, ability: Ability) -> dict[str, int]:
    """Undo a done action, in the session's transaction.

    Returns `restored`, how many people are as they were, and `kept`, how many were changed since or are out of
    reach. Raises Refusal where its group or project is gone, closed or out of reach by now.
    """
    if not ability.can("update", "BulkAction") or not ability.can(NEEDS[order.kind].leave, "Beneficiary"):
        raise Refusal("You may not do this any more.")
    if order.kind in {Kind.JOIN_GROUP, Kind.LEAVE_GROUP}:
        return _of_group(session, action, order, ability)
    if order.kind in {Kind.JOIN_PROJECT, Kind.LEAVE_PROJECT}:
        return _of_project(session, action, order, ability)
    wait_for_turn(session, order.kind)
    if order.kind is Kind.DELETE:
        return _of_deleted(session, action, order, ability)
    return _of_people(session, action, order, ability)


def _of_group(session: Session, action: BulkAction, order: Order, ability: Ability) -> dict[str, int]:
    if order.group is None or group_name(session, order.group, ability) is None:
        raise Refusal("This group is gone, or is not one of yours.")
    hold_group(session, order.group)
    if order.kind is Kind.JOIN_GROUP:
        _end_parts_that_followed(session, action, order, ability)
    return _memberships(session, action, order, ability, GroupedBeneficiary)


def _of_project(session: Session, action: BulkAction, order: Order, ability: Ability) -> dict[str, int]:
    if order.project is None or project_name(session, order.project, ability) is None:
        raise Refusal("This project is closed, or is not one of yours.")
    hold_open_project(session, order.project)
    return _memberships(session, action, order, ability, BeneficiaryProject)


def _memberships(
    session: Session, action: BulkAction, order: Order, ability: Ability, model: Any
) -> dict[str, int]:
    rows = _rows(action.uuid, model.__tablename__)
    joined = order.kind in JOINING
    ended = None if joined else action.done_at
    reach = _may_undo(order, ability)
    statement = (
        update(model)
        .where(model.id.in_(_ids(rows)), model.updated_at == action.done_at)
        .where(model.deleted_at.is_(None) if ended is None else model.deleted_at == ended)
        .where(Beneficiary.uuid == model.beneficiary_id, Beneficiary.deleted_at.is_(None), reach)
        .values(deleted_at=func.now() if joined else None, updated_at=func.now())
    )
    return _counted(session, statement, rows)


def _end_parts_that_followed(session: Session, action: BulkAction, order: Order, ability: Ability) -> None:
    """Who joined the group joined its projects too; what is closed by now stays as it is."""
    part = BeneficiaryProject
    session.execute(
        update(part)
        .where(part.id.in_(_ids(_rows(action.uuid, part.__tablename__))), part.updated_at == action.done_at)
        .where(part.deleted_at.is_(None), Project.uuid == part.project_id)
        .where(Project.status != ProjectStatus.CLOSED, Project.deleted_at.is_(None))
        .where(Beneficiary.uuid == part.beneficiary_id, _may_undo(order, ability))
        .values(deleted_at=func.now(), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _of_people(session: Session, action: BulkAction, order: Order, ability: Ability) -> dict[str, int]:
    rows = _rows(action.uuid, Beneficiary.__tablename__)
    former = select(BulkChange.before, func.unnest(BulkChange.rows).label("id")).where(*rows).subquery()
    attribute = set_by(order.kind)
    value = cast(former.c.before, getattr(Beneficiary, attribute).type)
    statement = (
        update(Beneficiary)
        .where(Beneficiary.id == former.c.id, Beneficiary.updated_at == action.done_at)
        .where(Beneficiary.deleted_at.is_(None), _may_undo(order, ability))
        .values(**{attribute: value}, **counted_edit(order.kind), updated_at=func.now())
    )
    return _counted(session, statement, rows)


def _of_deleted(session: Session, action: BulkAction, order: Order, ability: Ability) -> dict[str, int]:
    rows = _rows(action.uuid, Beneficiary.__tablename__)
    still = select(Beneficiary.uuid).where(
        Beneficiary.id.in_(_ids(rows)),
        Beneficiary.deleted_at == action.done_at,
        Beneficiary.updated_at == action.done_at,
        _may_undo(order, ability),
    )
    restored = restore_people(session, still)
    return {"restored": restored, "kept": _number(session, rows) - restored}


def _may_undo(order: Order, ability: Ability) -> ColumnElement[bool]:
    """SQL: the person is within reach. Whoever was taken out of a project may be within reach by it alone, so who
    may fill the project may bring them back."""
    return true() if order.kind is Kind.LEAVE_PROJECT else may_change(order, ability)


def _rows(action: UUID, table: str) -> tuple[ColumnElement[bool], ...]:
    return BulkChange.action_id == action, BulkChange.table_name == table


def _ids(rows: tuple[ColumnElement[bool], ...]) -> Select[int]:
    return select(func.unnest(BulkChange.rows)).where(*rows)


def _counted(session: Session, statement: Any, rows: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    restored = rows_changed(session.execute(statement.execution_options(synchronize_session=False)))
    return {"restored": restored, "kept": _number(session, rows) - restored}


def _number(session: Session, rows: tuple[ColumnElement[bool], ...]) -> int:
    """How many rows the action changed."""
    return int(session.scalar(select(func.sum(func.cardinality(BulkChange.rows))).where(*rows)) or 0)
