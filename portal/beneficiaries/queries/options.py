"""What a filter or a form on people can be narrowed to."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, literal, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability
from portal.core.unchanged import while_unchanged
from portal.projects.models import Project

MOST = 500

Option = tuple[UUID, str]


def groups_and_projects(session: Session, ability: Ability) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """The groups and the projects the reader may see, each by name, at most 500; in one statement."""
    return while_unchanged(session, (groups_and_projects, ability), lambda: _ask(session, ability))


def _ask(session: Session, ability: Ability) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    rows = session.connection().execute(_statement(ability)).all()
    return (
        tuple((row.uuid, row.name) for row in rows if row.kind == "group"),
        tuple((row.uuid, row.name) for row in rows if row.kind == "project"),
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
