"""Whom a vendor may claim for: where they work now, and one person of a project by phone or code."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject
from portal.beneficiaries.queries.columns import masked_words
from portal.core.enums import ProjectStatus
from portal.projects.models import Project, ProjectBudget
from portal.vendors.models import ProjectVendor
from portal.vendors.queries.at_work import project_day


def projects_at_work(session: Session, vendor: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The open projects in which a vendor works today: uuid, name."""
    today = project_day()
    part = ProjectVendor
    return session.execute(
        select(Project.uuid, Project.name)
        .join(part, part.project_id == Project.uuid)
        .where(
            part.vendor_id == vendor,
            part.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            Project.status == ProjectStatus.ACTIVE,
            or_(part.starts_on.is_(None), part.starts_on <= today),
            or_(part.ends_on.is_(None), part.ends_on >= today),
        )
        .order_by(Project.name, Project.id)
    ).all()


def currencies_in(session: Session, projects: Sequence[UUID]) -> list[str]:
    """What may be paid in these projects: their own currencies, and those they have a budget in."""
    budgets = select(ProjectBudget.currency).where(ProjectBudget.project_id.in_(projects))
    own = select(Project.currency).where(Project.uuid.in_(projects), Project.currency.is_not(None))
    return sorted(session.scalars(own.union(budgets)))


def person_in_project(
    session: Session, project: UUID, *, phone: str | None, code: str
) -> Row[*tuple[Any, ...]] | None:
    """The one person of a project who has this phone (E.164) or this code, whole: a reference or a wallet's address.

    uuid and name (masked): the vendor has the person before them, and learns nothing that they do not know.
    """
    same: list[ColumnElement[bool]] = [func.lower(Beneficiary.wallet_address) == code.lower()]
    if phone:
        same.append(BeneficiaryPii.phone == phone)
    if reference := _uuid(code):
        same.append(Beneficiary.uuid == reference)
    return session.execute(
        select(Beneficiary.uuid, masked_words(BeneficiaryPii.name).label("name"))
        .join(BeneficiaryProject, BeneficiaryProject.beneficiary_id == Beneficiary.uuid)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(
            BeneficiaryProject.project_id == project,
            BeneficiaryProject.deleted_at.is_(None),
            Beneficiary.deleted_at.is_(None),
            or_(*same),
        )
        .limit(1)
    ).one_or_none()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
