"""What a filter or a form on people can be narrowed to."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, literal, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability
from portal.projects.models import Project

MOST = 500

Option = tuple[UUID, str]


def groups_and_projects(session: Session, ability: Ability) -> tuple[Sequence[Option], Sequence[Option]]:
    """The groups and the projects the reader may see, each by name, at most 500; in one statement."""
    rows = session.connection().execute(_statement(ability)).all()
    return (
        [(row.uuid, row.name) for row in rows if row.kind == "group"],
        [(row.uuid, row.name) for row in rows if row.kind == "project"],
    )


@lru_cache(64)
def _statement(ability: Ability) -> CompoundSelect[*tuple[Any, ...]]:
    groups = (
        select(literal("group").label("kind"), BeneficiaryGroup.uuid, BeneficiaryGroup.name)
        .where(BeneficiaryGroup.deleted_at.is_(None))
        .order_by(BeneficiaryGroup.name)
        .limit(MOST)
    )
    projects = (
        select(literal("project").label("kind"), Project.uuid, Project.name)
        .where(Project.deleted_at.is_(None))
        .order_by(Project.name)
        .limit(MOST)
    )
    parts = (
        ability.accessible(groups, "read", BeneficiaryGroup).subquery(),
        ability.accessible(projects, "read", Project).subquery(),
    )
    return union_all(*(select(part) for part in parts))
