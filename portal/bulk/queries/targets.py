"""The groups and projects that can be named in an action."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup, BeneficiaryGroupProject
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.projects.models import Project

MOST = 500


def group_name(session: Session, group: UUID | None, ability: Ability) -> str | None:
    """What a group is called whose members whoever asks may change; None for any other."""
    return session.scalar(
        select(BeneficiaryGroup.name).where(BeneficiaryGroup.uuid == group, *_within(ability))
    )


def project_name(session: Session, project: UUID | None, ability: Ability) -> str | None:
    """What a project is called that is open to whoever asks; None for any other."""
    return session.scalar(select(Project.name).where(Project.uuid == project, *_open(ability)))


def projects_that_follow(session: Session, group: UUID, ability: Ability) -> Sequence[str]:
    """The open projects that whoever joins the group joins as well, as far as the reader may know of them."""
    statement = (
        select(Project.name)
        .join(BeneficiaryGroupProject, BeneficiaryGroupProject.project_id == Project.uuid)
        .where(
            BeneficiaryGroupProject.beneficiary_group_id == group,
            BeneficiaryGroupProject.deleted_at.is_(None),
            *_open(ability),
        )
        .order_by(Project.name)
        .limit(MOST)
    )
    return session.scalars(statement).all()


def _within(ability: Ability) -> tuple[ColumnElement[Any], ...]:
    return BeneficiaryGroup.deleted_at.is_(None), ability.condition("update", BeneficiaryGroup)


def _open(ability: Ability) -> tuple[ColumnElement[Any], ...]:
    return (
        Project.deleted_at.is_(None),
        Project.status != ProjectStatus.CLOSED,
        ability.condition("read", Project),
    )
