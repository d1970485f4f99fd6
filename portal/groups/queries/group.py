"""One group: its record, its projects, its saved filters, and what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Uuid, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.joining import groups_to_join
from portal.beneficiaries.queries.people import REMEMBERED
from portal.core.abilities import Ability
from portal.groups.models import SavedFilter
from portal.projects.models import Project
from portal.projects.queries.choosing import open_projects
from portal.users.models import User

GROUP = bindparam("group", type_=Uuid())
"""The group whom a statement is about, which is put together once for all of them."""


def group_with(uuid: UUID, *, also_deleted: bool = False) -> Select[BeneficiaryGroup]:
    """The group with this uuid."""
    statement = select(BeneficiaryGroup).where(BeneficiaryGroup.uuid == uuid)
    return statement if also_deleted else statement.where(BeneficiaryGroup.deleted_at.is_(None))


def project_with(uuid: UUID) -> Select[Project]:
    """The project with this uuid."""
    return select(Project).where(Project.uuid == uuid, Project.deleted_at.is_(None))


def group_named(session: Session, name: str, besides: UUID | None = None) -> BeneficiaryGroup | None:
    """The group of this name, however its letters are written, also a deleted one."""
    same = func.lower(BeneficiaryGroup.name) == func.lower(name)
    return session.scalars(
        select(BeneficiaryGroup)
        .where(same, BeneficiaryGroup.uuid.is_distinct_from(besides))
        .order_by(BeneficiaryGroup.deleted_at.is_not(None))
        .limit(1)
    ).one_or_none()


def projects_of_group(session: Session, group: UUID, ability: Ability) -> Sequence[Row[*tuple[Any, ...]]]:
    """The projects a group is assigned to that the reader may see: uuid, name, status, since."""
    return session.connection().execute(_projects(ability), {"group": group}).all()


@lru_cache(REMEMBERED)
def _projects(ability: Ability) -> Select[*tuple[Any, ...]]:
    part = BeneficiaryGroupProject
    statement = (
        select(Project.uuid, Project.name, Project.status, part.created_at.label("since"))
        .join(part, part.project_id == Project.uuid)
        .where(part.beneficiary_group_id == GROUP, part.deleted_at.is_(None), Project.deleted_at.is_(None))
        .order_by(Project.name)
    )
    return ability.accessible(statement, "read", Project)


def other_projects(ability: Ability, group: UUID) -> Select[UUID, str]:
    """The projects that a group can be assigned to: open, seen by the reader, and not those it is in already."""
    part = BeneficiaryGroupProject
    inside = exists().where(
        part.project_id == Project.uuid, part.beneficiary_group_id == group, part.deleted_at.is_(None)
    )
    return open_projects(ability).where(~inside)


def filters_of(session: Session, group: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The filters kept with a group: uuid, name, whose, since and when they last ran."""
    return session.connection().execute(_FILTERS, {"group": group}).all()


_FILTERS = (
    select(
        SavedFilter.uuid,
        SavedFilter.name,
        User.name.label("owner"),
        SavedFilter.created_at.label("created_at"),
        SavedFilter.used_at.label("used_at"),
    )
    .outerjoin(User, User.id == SavedFilter.owner_id)
    .where(SavedFilter.beneficiary_group_id == GROUP)
    .order_by(SavedFilter.name)
)


def filter_with(session: Session, group: UUID, uuid: UUID) -> SavedFilter | None:
    """A filter that is kept with this group."""
    own = and_(SavedFilter.uuid == uuid, SavedFilter.beneficiary_group_id == group)
    return session.scalars(select(SavedFilter).where(own)).one_or_none()


@dataclass(frozen=True)
class Parts:
    """How the people of an assignment stand: `members` of the group who are in the project, how many the assignment
    `brought` in, how many of all in the project `left` the group again, and how many of those brought in another of
    the project's groups keeps."""

    members: int
    brought: int
    left: int
    kept: int


def assignment_of(session: Session, group: UUID, project: UUID) -> UUID | None:
    """The uuid of the group's assignment to a project; None where there is none."""
    part = BeneficiaryGroupProject
    return session.scalar(
        select(part.uuid).where(
            part.beneficiary_group_id == group, part.project_id == project, part.deleted_at.is_(None)
        )
    )


def another_assignment(assignment: UUID, group: UUID) -> Select[UUID]:
    """SQL: another assignment to the same project whose group the person of a `BeneficiaryProject` is in."""
    member, part = aliased(GroupedBeneficiary), aliased(BeneficiaryGroupProject)
    alive = aliased(BeneficiaryGroup)
    return (
        select(part.uuid)
        .join(member, member.beneficiary_group_id == part.beneficiary_group_id)
        .join(alive, alive.uuid == part.beneficiary_group_id)
        .where(
            part.project_id == BeneficiaryProject.project_id,
            part.uuid != assignment,
            part.beneficiary_group_id != group,
            part.deleted_at.is_(None),
            alive.deleted_at.is_(None),
            member.beneficiary_id == BeneficiaryProject.beneficiary_id,
            member.deleted_at.is_(None),
        )
        .order_by(part.id)
        .limit(1)
        .correlate(BeneficiaryProject)
    )


def parts_of(session: Session, group: UUID, project: UUID, assignment: UUID, ability: Ability) -> Parts:
    """Count the people of an assignment whom the reader may see."""
    place, member = BeneficiaryProject, aliased(GroupedBeneficiary)
    inside = and_(
        member.beneficiary_id == place.beneficiary_id,
        member.beneficiary_group_id == group,
        member.deleted_at.is_(None),
    )
    brought = place.brought_by == assignment
    statement = (
        select(
            func.count().filter(member.id.is_not(None)).label("members"),
            func.count().filter(brought).label("brought"),
            func.count().filter(brought, member.id.is_(None)).label("left"),
            func.count().filter(brought, another_assignment(assignment, group).exists()).label("kept"),
        )
        .select_from(place)
        .join(Beneficiary, Beneficiary.uuid == place.beneficiary_id)
        .outerjoin(member, inside)
        .where(place.project_id == project, place.deleted_at.is_(None), or_(member.id.is_not(None), brought))
    )
    row = session.execute(ability.accessible(statement, "read", Beneficiary)).one()
    return Parts(row.members, row.brought, row.left, row.kept)


def person_with(uuid: UUID) -> Select[Beneficiary]:
    """The person with this uuid."""
    return select(Beneficiary).where(Beneficiary.uuid == uuid, Beneficiary.deleted_at.is_(None))


def other_groups_of(person: UUID, ability: Ability) -> Select[UUID, str]:
    """The groups that a person is not in and whose members one may change."""
    member = GroupedBeneficiary
    inside = exists().where(
        member.beneficiary_group_id == BeneficiaryGroup.uuid,
        member.beneficiary_id == person,
        member.deleted_at.is_(None),
    )
    return groups_to_join(ability).where(~inside)


def other_projects_of(person: UUID, ability: Ability) -> Select[UUID, str]:
    """The open projects that a person is not in and that one may see."""
    part = BeneficiaryProject
    inside = exists().where(
        part.project_id == Project.uuid, part.beneficiary_id == person, part.deleted_at.is_(None)
    )
    return open_projects(ability).where(~inside)
