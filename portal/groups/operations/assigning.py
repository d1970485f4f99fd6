"""Groups in projects: assigned, so that members become the project's; taken out again; undone."""

from typing import Any
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroupProject, BeneficiaryProject, GroupedBeneficiary
from portal.beneficiaries.operations.membership import (
    changed,
    hold_group,
    hold_open_project,
    join_project_of,
)
from portal.core.errors import Conflict, NotFound
from portal.groups.queries.group import another_assignment, assignment_of

ENDED: dict[str, Any] = {"deleted_at": func.now(), "updated_at": func.now()}


def assign_group(session: Session, group: UUID, project: UUID) -> int:
    """Make a group's members the project's, now and later; how many joined it.

    Raises Refusal for a group that is gone and a project that is closed, Conflict where it is assigned already.
    """
    hold_group(session, group, alone=True)  # who joins the group at this moment does so before or after
    hold_open_project(session, project)
    table: Any = BeneficiaryGroupProject.__table__
    assignment = session.scalar(
        insert(table)
        .values(projectId=project, beneficiaryGroupId=group)
        .on_conflict_do_update(
            index_elements=["projectId", "beneficiaryGroupId"],
            set_={"deletedAt": None, "updatedAt": func.now()},
            where=table.c.deletedAt.is_not(None),
        )
        .returning(table.c.uuid)
    )
    if assignment is None:
        raise Conflict("The group is assigned to this project already.", "project")
    members = select(GroupedBeneficiary.beneficiary_id).where(
        GroupedBeneficiary.beneficiary_group_id == group, GroupedBeneficiary.deleted_at.is_(None)
    )
    return changed(session, join_project_of(project, members, brought_by=assignment))


def end_assignment(session: Session, group: UUID, project: UUID, *, undo: bool) -> int:
    """Take a group out of a project; how many people left it.

    Members stay in the project in their own right; with `undo` those leave whom this assignment brought in, but for
    who is in another of the project's groups and stays through that. Raises NotFound where the group is not assigned,
    Refusal for a project that is closed.
    """
    assignment = _hold(session, group, project)
    session.execute(
        update(BeneficiaryGroupProject)
        .where(BeneficiaryGroupProject.uuid == assignment)
        .values(deleted_at=func.now(), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    other = another_assignment(assignment, group)
    left = changed(session, _brought_in(assignment).where(~other.exists()).values(ENDED)) if undo else 0
    session.execute(_brought_in(assignment).values(brought_by=other.scalar_subquery()))
    return left


def take_out_who_left(session: Session, group: UUID, project: UUID) -> int:
    """Take those out of a project whom a group brought in and who have left it since; how many.

    Who is in another of the project's groups stays. Raises NotFound where the group is not assigned, Refusal for a
    project that is closed.
    """
    assignment = _hold(session, group, project)
    other = another_assignment(assignment, group)
    inside = (
        select(GroupedBeneficiary.id)
        .where(
            GroupedBeneficiary.beneficiary_group_id == group,
            GroupedBeneficiary.beneficiary_id == BeneficiaryProject.beneficiary_id,
            GroupedBeneficiary.deleted_at.is_(None),
        )
        .correlate(BeneficiaryProject)
    )
    return changed(session, _brought_in(assignment).where(~inside.exists(), ~other.exists()).values(ENDED))


def take_out(session: Session, group: UUID, project: UUID, what: str) -> int:
    """Take out of a project what `EndForm` names: the group ("keep", "undo"), or who has left it ("left"); how many."""
    if what == "left":
        return take_out_who_left(session, group, project)
    return end_assignment(session, group, project, undo=what == "undo")


def _hold(session: Session, group: UUID, project: UUID) -> UUID:
    """The assignment's uuid; nobody joins or leaves the group or the project until the transaction ends."""
    hold_group(session, group, alone=True)
    hold_open_project(session, project, alone=True)
    assignment = assignment_of(session, group, project)
    if assignment is None:
        raise NotFound
    return assignment


def _brought_in(assignment: UUID) -> Update:
    """SQL: change those whom an assignment brought into its project and who are in it."""
    return (
        update(BeneficiaryProject)
        .where(BeneficiaryProject.brought_by == assignment, BeneficiaryProject.deleted_at.is_(None))
        .execution_options(synchronize_session=False)
    )
