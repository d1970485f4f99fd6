"""What a new transaction can be made of: projects that are open, people in them, vendors at work there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryProject
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import page_of_people
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.projects.models import Project, ProjectBudget
from portal.projects.queries.choosing import open_projects

FEW = 10
"""How many people a search offers: who is not among them is searched by more of the name."""


def projects_to_pay_in(ability: Ability, person: UUID | None = None) -> Select[UUID, str]:
    """The active projects that the reader sees; with `person` only those that person takes part in."""
    active = open_projects(ability).where(Project.status == ProjectStatus.ACTIVE)
    if person is None:
        return active
    part = exists().where(
        BeneficiaryProject.project_id == Project.uuid,
        BeneficiaryProject.beneficiary_id == person,
        BeneficiaryProject.deleted_at.is_(None),
    )
    return active.where(part)


def people_to_pay(
    session: Session, ability: Ability, project: UUID, typed: str
) -> tuple[Sequence[Row[*tuple[Any, ...]]], bool]:
    """At most ten people of the project whom the words find, with `name`, `phone` and `location`, and whether there
    are more."""
    chosen = PeopleFilter(q=typed, project=project)
    page = page_of_people(session, chosen, ability, ("name", "phone", "location"), size=FEW)
    return page.rows, page.next is not None


def likely_currencies(session: Session, project: UUID) -> Sequence[str]:
    """The project's own currency, then those that it has a budget in."""
    own = select(Project.currency).where(Project.uuid == project, Project.currency.is_not(None))
    budgets = select(ProjectBudget.currency).where(ProjectBudget.project_id == project)
    return [*session.scalars(own), *session.scalars(budgets.order_by(ProjectBudget.currency))]
