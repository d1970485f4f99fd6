"""The groups and projects that a person can be brought into by somebody."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.beneficiaries.queries.options import MOST
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.projects.models import Project

Options = Sequence[tuple[UUID, str]]


def groups_to_join(session: Session, ability: Ability) -> Options:
    """The groups that this person may change, by name: whoever joins one joins its projects too."""
    statement = (
        select(BeneficiaryGroup.uuid, BeneficiaryGroup.name)
        .where(BeneficiaryGroup.deleted_at.is_(None))
        .order_by(BeneficiaryGroup.name)
        .limit(MOST)
    )
    return [
        (row.uuid, row.name)
        for row in session.execute(ability.accessible(statement, "update", BeneficiaryGroup))
    ]


def projects_to_join(session: Session, ability: Ability) -> Options:
    """The open projects that this person knows, by name."""
    statement = (
        select(Project.uuid, Project.name)
        .where(Project.deleted_at.is_(None), Project.status != ProjectStatus.CLOSED)
        .order_by(Project.name)
        .limit(MOST)
    )
    return [(row.uuid, row.name) for row in session.execute(ability.accessible(statement, "read", Project))]
