"""The budgets of a project."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.projects.models import ProjectBudget


def budgets_of(session: Session, project: UUID) -> Sequence[ProjectBudget]:
    """All budgets of a project, by currency."""
    return session.scalars(
        select(ProjectBudget).where(ProjectBudget.project_id == project).order_by(ProjectBudget.currency)
    ).all()


def budget_with(project: UUID, uuid: UUID) -> Select[ProjectBudget]:
    """SQL: the budget of a uuid, if it is this project's."""
    return select(ProjectBudget).where(ProjectBudget.uuid == uuid, ProjectBudget.project_id == project)


def budget_in(session: Session, project: UUID, currency: str) -> ProjectBudget | None:
    """The budget of a project in a currency; None where there is none. It is locked."""
    return session.scalars(
        select(ProjectBudget)
        .where(ProjectBudget.project_id == project, ProjectBudget.currency == currency)
        .with_for_update()
    ).one_or_none()
