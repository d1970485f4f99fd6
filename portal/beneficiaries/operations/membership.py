"""Putting people into groups and projects and taking them out again, whole sets by one statement.

A project that a group is assigned to takes in the group's members, also those who join later (domain rule), until
it is closed. Who leaves the group stays in the project. Whom an assignment brought in carries its uuid
(`brought_by`), so that undoing it takes out those and nobody else.

Two sets that overlap meet in the order of their people's uuids, so that one waits for the other and neither for
ever; a group or project that changes meanwhile waits for both, or is found changed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Insert,
    Row,
    Select,
    Subquery,
    Update,
    Uuid,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.core.db import rows_changed
from portal.core.enums import ProjectStatus
from portal.core.errors import Refusal
from portal.projects.models import Project

People = Select[UUID]
"""A SELECT of `Beneficiary.uuid`: who is meant."""


def add_people_to_group(session: Session, group: UUID, people: People) -> int:
    """Put people into a group, and into the open projects it is assigned to; how many joined.

    Who is in already is not counted, and stays out of a project that they were taken out of. Raises Refusal for
    a group that is gone.
    """
    hold_group(session, group)
    joining = _join_group(group, people)
    assignments = open_assignments(session, group)
    if not assignments:
        return changed(session, joining)
    joined = joining.returning(GroupedBeneficiary.__table__.c.beneficiaryId).cte("joined")
    followed = follow(joined, assignments).cte("followed")
    return session.scalar(select(func.count()).select_from(joined).add_cte(followed)) or 0


def remove_people_from_group(session: Session, group: UUID, people: People) -> int:
    """Take people out of a group; how many left. They stay in its projects. Raises Refusal for a group that is gone."""
    hold_group(session, group)
    return changed(
        session, _leave(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == group, people)
    )


def add_people_to_project(session: Session, project: UUID, people: People) -> int:
    """Put people into a project; how many joined. Raises Refusal for a project that is closed or gone."""
    hold_open_project(session, project)
    return changed(session, join_project_of(project, people, brought_by=None))


def remove_people_from_project(session: Session, project: UUID, people: People) -> int:
    """Take people out of a project; how many left. Raises Refusal for a project that is closed or gone."""
    hold_open_project(session, project)
    return changed(session, _leave(BeneficiaryProject, BeneficiaryProject.project_id == project, people))


def hold_group(session: Session, group: UUID, *, alone: bool = False) -> None:
    """Keep a group from being deleted or assigned until the transaction ends; `alone`, from being joined as well.

    Raises Refusal for a group that is gone.
    """
    wanted = select(BeneficiaryGroup.id).where(
        BeneficiaryGroup.uuid == group, BeneficiaryGroup.deleted_at.is_(None)
    )
    held = wanted.with_for_update(key_share=True) if alone else wanted.with_for_update(read=True)
    if session.scalar(held) is None:
        raise Refusal("This group was deleted.", "group")


def hold_open_project(session: Session, project: UUID, *, alone: bool = False) -> None:
    """Keep a project open until the transaction ends; `alone`, from being joined and left by others as well.

    Raises Refusal for one that is closed or gone.
    """
    found = session.execute(
        select(Project.status)
        .where(Project.uuid == project, Project.deleted_at.is_(None))
        .with_for_update(read=not alone, key_share=alone)
    ).one_or_none()
    if found is None:
        raise Refusal("This project was deleted.", "project")
    if found.status == ProjectStatus.CLOSED:
        raise Refusal("This project is closed: nobody joins or leaves it.", "project")


def open_assignments(session: Session, group: UUID) -> Sequence[Row[UUID, UUID]]:
    """The assignments of a group to projects that are open, each with its `uuid` and `project_id`; the projects
    stay open until the transaction ends."""
    return session.execute(
        select(BeneficiaryGroupProject.uuid, BeneficiaryGroupProject.project_id)
        .join(Project, Project.uuid == BeneficiaryGroupProject.project_id)
        .where(
            BeneficiaryGroupProject.beneficiary_group_id == group,
            BeneficiaryGroupProject.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            Project.status != ProjectStatus.CLOSED,
        )
        .order_by(Project.uuid)
        .with_for_update(read=True, of=Project)
    ).all()


def join_project_of(project: UUID, people: People | FromClause, *, brought_by: UUID | None) -> Insert:
    """SQL: put people into a project, by the assignment of a group or on their own."""
    wanted = _wanted(people)
    rows = select(literal(project, Uuid()), wanted.c[0], literal(brought_by, Uuid())).distinct()
    return into_projects(rows.order_by(wanted.c[0]))


def follow(joined: FromClause, assignments: Sequence[Row[UUID, UUID]]) -> Insert:
    """SQL: put those who joined a group into the projects it is assigned to."""
    uuids = [one.uuid for one in assignments]
    assignment = BeneficiaryGroupProject
    rows = (
        select(assignment.project_id, joined.c[0], assignment.uuid)
        .join_from(joined, assignment, assignment.uuid.in_(uuids))
        .order_by(assignment.project_id, joined.c[0])
    )
    return into_projects(rows)


def changed(session: Session, statement: Insert | Update) -> int:
    """How many rows the statement made or changed."""
    done = session.execute(statement.execution_options(preserve_rowcount=True))
    return rows_changed(done)


def _wanted(people: People | FromClause) -> FromClause:
    return people.subquery("wanted") if isinstance(people, Select) else people


def _join_group(group: UUID, people: People) -> Insert:
    wanted: Subquery = people.subquery("wanted")
    rows = select(literal(group, Uuid()), wanted.c[0]).distinct().order_by(wanted.c[0])
    table: Any = GroupedBeneficiary.__table__
    return (
        insert(table)
        .from_select(["beneficiaryGroupId", "beneficiaryId"], rows)
        .on_conflict_do_update(
            index_elements=["beneficiaryGroupId", "beneficiaryId"],
            set_={"deletedAt": None, "updatedAt": func.now()},
            where=table.c.deletedAt.is_not(None),
        )
    )


def into_projects(rows: Select[*tuple[Any, ...]]) -> Insert:
    """SQL: put people into projects, by rows of project, person and assignment. Who was taken out joins again; who is
    in stays as they are, brought in by whatever brought them in."""
    table: Any = BeneficiaryProject.__table__
    joining = insert(table).from_select(["projectId", "beneficiaryId", "broughtBy"], rows)
    return joining.on_conflict_do_update(
        index_elements=["projectId", "beneficiaryId"],
        set_={"deletedAt": None, "broughtBy": joining.excluded.broughtBy, "updatedAt": func.now()},
        where=table.c.deletedAt.is_not(None),
    )


def _leave(membership: Any, within: Any, people: People) -> Update:
    leaving = (
        select(membership.id)
        .where(within, membership.deleted_at.is_(None), membership.beneficiary_id.in_(people))
        .order_by(membership.beneficiary_id)
        .with_for_update()
    )
    return (
        update(membership)
        .where(membership.id.in_(leaving))
        .values(deleted_at=func.now(), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
