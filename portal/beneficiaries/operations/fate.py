"""What becomes of people: verified, deleted, restored; whole sets by one statement each.

Who is deleted leaves every group and project at that very moment, so that no list and no count has to think of them.
Their memberships carry the same time as the person, and those come back with them that do; a group or project that was
deleted since keeps nobody.
"""

from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, Update, and_, func, literal, select, update
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.operations.membership import People
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
    """Bring deleted people back, with the memberships that ended with them; how many.

    Phone and wallet are theirs still, since nobody else could have them. Who is not deleted is left as they are, and
    so is who was merged into somebody else: that is undone where it was done. Who was erased stays erased.
    """
    restorable = and_(
        Beneficiary.deleted_at.is_not(None),
        Beneficiary.merged_into.is_(None),
        Beneficiary.erased_at.is_(None),
    )
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
