"""Two people side by side: what a page shows of each, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.columns import on_screen
from portal.core.abilities import Ability
from portal.duplicates.fields import GOVT_ID, facts_of
from portal.projects.models import Project


@dataclass(frozen=True)
class Shown:
    """One of the two: their facts as they are, to compare, and those two that a page shows in part only."""

    person: Beneficiary
    facts: dict[str, Any]
    masked: dict[str, str | None]
    groups: list[str]
    projects: list[str]

    @property
    def uuid(self) -> UUID:
        """Whose side it is."""
        return self.person.uuid


def sides(session: Session, people: tuple[UUID, UUID], ability: Ability) -> tuple[Shown, Shown]:
    """Both people in this order. Who asks has been found to see both."""
    masked = on_screen()
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(
        select(Beneficiary, BeneficiaryPii, masked["phone"].label("phone"), masked[GOVT_ID].label(GOVT_ID))
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid.in_(people))
    ).all()
    of_group, of_project = GroupedBeneficiary.beneficiary_group_id, BeneficiaryProject.project_id
    groups = _names(session, people, ability, GroupedBeneficiary, BeneficiaryGroup, of_group)
    projects = _names(session, people, ability, BeneficiaryProject, Project, of_project)
    found = {row[0].uuid: _shown(row, groups, projects) for row in rows}
    return found[people[0]], found[people[1]]


def _shown(
    row: Row[*tuple[Any, ...]], groups: dict[UUID, list[str]], projects: dict[UUID, list[str]]
) -> Shown:
    person, pii, phone, govt_id = row
    return Shown(
        person,
        facts_of(person, pii),
        {"phone": phone, GOVT_ID: govt_id},
        groups.get(person.uuid, []),
        projects.get(person.uuid, []),
    )


def _names(
    session: Session, people: tuple[UUID, UUID], ability: Ability, membership: Any, whole: Any, link: Any
) -> dict[UUID, list[str]]:
    """What each of the two is in, of what the reader may see, by name."""
    statement = (
        select(membership.beneficiary_id, func.array_agg(whole.name))
        .join(whole, whole.uuid == link)
        .where(
            membership.beneficiary_id.in_(people), membership.deleted_at.is_(None), whole.deleted_at.is_(None)
        )
        .group_by(membership.beneficiary_id)
    )
    found = session.execute(ability.accessible(statement, "read", whole))
    return {row[0]: sorted(row[1]) for row in found}
