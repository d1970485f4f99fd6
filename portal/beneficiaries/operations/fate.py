"""What becomes of people: verified, deleted, restored; whole sets by one statement each.

Who is deleted leaves every group and project at that very moment, so that no list and no count has to think of them.
Their memberships carry the same time as the person, and those come back with them that do; a group or project that was
deleted since keeps nobody. Where a group was assigned to a project meanwhile, they follow it there.
"""

from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, Update, and_, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.operations.membership import People, into_projects
from portal.core.enums import ProjectStatus
from portal.projects.models import Project
from portal.projects.operations.following import following_people


def delete_people(session: Session, people: People, *, reason: str, by: UUID) -> int:
    """Delete people softly; how many. Who is deleted already is left as they are."""
    them = _held(people, Beneficiary.deleted_at.is_(None))
    gone = (
        update(Beneficiary)
        .where(Beneficiary.id.in_(select(them.c.id)))
        .values(
            deleted_at=func.now(),
            deleted_reason=reason,
            deleted_by=by,
            version=Beneficiary.version + 1,
            updated_at=func.now(),
        )
        .returning(Beneficiary.uuid)
        .cte("gone")
    )
    ended = [
        update(membership)
        .where(membership.beneficiary_id.in_(select(gone.c.uuid)), membership.deleted_at.is_(None))
        .values(deleted_at=func.now(), updated_at=func.now())
        for membership in (GroupedBeneficiary, BeneficiaryProject)
    ]
    with following_people(session):
        return _together(session, select(func.count()).select_from(gone), ended)


def restore_people(session: Session, people: People) -> int:
    """Bring deleted people back, with the memberships that ended with them; how many. Where their groups were
    assigned to open projects meanwhile, they join these.

    Phone and wallet are theirs still, since nobody else could have them. Who is not deleted is left as they are, and
    so is who was merged into somebody else: that is undone where it was done. Who was erased stays erased.
    """
    restorable = and_(
        Beneficiary.deleted_at.is_not(None),
        Beneficiary.merged_into.is_(None),
        Beneficiary.erased_at.is_(None),
    )
    _follow_groups(session, people, restorable)
    them = _held(people, restorable)
    back = (
        update(Beneficiary)
        .where(Beneficiary.id.in_(select(them.c.id)))
        .values(
            deleted_at=None,
            deleted_reason=None,
            deleted_by=None,
            version=Beneficiary.version + 1,
            updated_at=func.now(),
        )
        .returning(Beneficiary.uuid)
        .cte("back")
    )
    resumed = [
        update(membership)
        .where(
            and_(membership.beneficiary_id == them.c.uuid, membership.deleted_at == them.c.deleted_at),
            of.in_(select(whole.uuid).where(whole.deleted_at.is_(None))),
        )
        .values(deleted_at=None, updated_at=func.now())
        for membership, of, whole in (
            (GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id, BeneficiaryGroup),
            (BeneficiaryProject, BeneficiaryProject.project_id, Project),
        )
    ]
    with following_people(session):
        return _together(session, select(func.count()).select_from(back), resumed)


def _follow_groups(session: Session, people: People, state: ColumnElement[bool]) -> None:
    """Put people who are about to come back into the open projects that their groups were assigned to while they were
    gone: not into one that they had been taken out of before, and that their group was in then already."""
    member, assignment, place = GroupedBeneficiary, BeneficiaryGroupProject, BeneficiaryProject
    them = (
        select(Beneficiary.uuid, Beneficiary.deleted_at, member.beneficiary_group_id)
        .join(
            member,
            and_(member.beneficiary_id == Beneficiary.uuid, member.deleted_at == Beneficiary.deleted_at),
        )
        .where(Beneficiary.uuid.in_(people), state)
        .subquery("them")
    )
    groups = (
        select(BeneficiaryGroup.uuid)
        .where(
            BeneficiaryGroup.uuid.in_(select(them.c.beneficiary_group_id)),
            BeneficiaryGroup.deleted_at.is_(None),
        )
        .order_by(BeneficiaryGroup.uuid)
        .with_for_update(read=True)  # who assigns one of them does so before, or finds everybody back
    )
    held = session.scalars(groups).all()
    if not held:
        return
    open_projects = (
        select(assignment.uuid)
        .join(Project, Project.uuid == assignment.project_id)
        .where(assignment.beneficiary_group_id.in_(held), assignment.deleted_at.is_(None))
        .where(Project.deleted_at.is_(None), Project.status != ProjectStatus.CLOSED)
        .order_by(Project.uuid)
        .with_for_update(read=True, of=Project)
    )
    assignments = session.scalars(open_projects).all()
    same = and_(place.project_id == assignment.project_id, place.beneficiary_id == them.c.uuid)
    stays = or_(place.deleted_at.is_(None), place.deleted_at == them.c.deleted_at)
    meanwhile = func.greatest(assignment.created_at, assignment.updated_at) > them.c.deleted_at
    rows = (
        select(assignment.project_id, them.c.uuid, assignment.uuid)
        .join_from(them, assignment, assignment.beneficiary_group_id == them.c.beneficiary_group_id)
        .where(assignment.uuid.in_(assignments), ~exists().where(same, stays))
        .where(or_(meanwhile, ~exists().where(same)))
        .order_by(assignment.project_id, them.c.uuid, assignment.uuid)
        .ext(distinct_on(assignment.project_id, them.c.uuid))
    )
    session.execute(into_projects(rows))


def verify_people(session: Session, people: People, *, verified: bool = True) -> int:
    """Say of people that somebody has checked who they are, or take that back; of how many it was not said before."""
    them = _held(people, and_(Beneficiary.deleted_at.is_(None), Beneficiary.is_verified.is_(not verified)))
    said = (
        update(Beneficiary)
        .where(Beneficiary.id.in_(select(them.c.id)))
        .values(is_verified=verified, updated_at=func.now())
        .returning(Beneficiary.uuid)
        .cte("said")
    )
    return _together(session, select(func.count()).select_from(said), [])


def _held(people: People, state: ColumnElement[bool]) -> CTE:
    """Those of the people who are in a state, locked in the order of their uuids: two sets that overlap wait for
    each other, and neither for ever."""
    return (
        select(Beneficiary.id, Beneficiary.uuid, Beneficiary.deleted_at)
        .where(Beneficiary.uuid.in_(people), state)
        .order_by(Beneficiary.uuid)
        .with_for_update(key_share=True)
        .cte("them")
    )


def _together(session: Session, count: Select[int], further: list[Update]) -> int:
    """One statement of all: what it changes, and what it answers."""
    for at, one in enumerate(further):
        count = count.add_cte(one.returning(literal(1)).cte(f"further_{at}"))
    return session.scalar(count) or 0
