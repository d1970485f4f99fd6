"""One person: what is known of them, as much as the reader may know."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Uuid, bindparam, case, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.columns import GOVT_ID, columns, masked_words, on_screen
from portal.beneficiaries.queries.people import REMEMBERED, personal_data
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.projects.models import Project

WHO = bindparam("who", type_=Uuid())
"""The person whom a statement is about, which is put together once for everybody."""


def person(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """All columns of the list for one person, with extras and times; phone and government id are masked.

    `plain` says whether the reader sees the personal data in clear, `revealable` whether they may have phone and id
    shown. Extras are null otherwise: nobody knows
    what a file's other columns hold, and a shared phone is kept among them. Raises NotFound for a person who
    does not exist or whom the reader may not see.
    """
    found = session.connection().execute(_person(ability), {"who": uuid}).one_or_none()
    if found is None:
        raise NotFound
    return found


@lru_cache(REMEMBERED)
def _person(ability: Ability) -> Select[*tuple[Any, ...]]:
    personal = personal_data(ability)
    known = columns(personal, ability) | on_screen()
    shown: list[Any] = [column.label(name) for name, column in known.items()]
    statement = (
        select(
            *shown,
            case((personal.plain, Beneficiary.extras)).label("extras"),
            Beneficiary.updated_at.label("updated_at"),
            personal.plain.label("plain"),
            case((personal.plain, BeneficiaryPii.extras)).label("personal_extras"),
            func.coalesce(ability.condition("reveal", BeneficiaryPii), False).label("revealable"),
        )
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == WHO, Beneficiary.deleted_at.is_(None))
    )
    return ability.accessible(statement, "read", Beneficiary)


def revealed(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """A person's `phone` and `govt_id` in clear. Raises NotFound where this reader may not have them shown."""
    statement = (
        select(BeneficiaryPii.phone, GOVT_ID.label("govt_id"))
        .join(Beneficiary, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == uuid, Beneficiary.deleted_at.is_(None))
    )
    statement = ability.accessible(statement, "read", Beneficiary)
    found = session.execute(ability.accessible(statement, "reveal", BeneficiaryPii)).one_or_none()
    if found is None:
        raise NotFound
    return found


def name_of_person(session: Session, uuid: UUID, ability: Ability) -> str:
    """What somebody is called, as this reader may know it; their reference where they may not know of them."""
    name = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    statement = select(name).join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
    return session.scalar(
        ability.accessible(statement.where(Beneficiary.uuid == uuid), "read", Beneficiary)
    ) or str(uuid)


def groups_of(session: Session, uuid: UUID, ability: Ability) -> Sequence[Row[*tuple[Any, ...]]]:
    """The groups a person is in, with purpose and since when."""
    return session.connection().execute(_groups(ability), {"who": uuid}).all()


@lru_cache(REMEMBERED)
def _groups(ability: Ability) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            BeneficiaryGroup.uuid,
            BeneficiaryGroup.name,
            BeneficiaryGroup.group_purpose.label("group_purpose"),
            GroupedBeneficiary.created_at.label("created_at"),
        )
        .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == BeneficiaryGroup.uuid)
        .where(
            GroupedBeneficiary.beneficiary_id == WHO,
            GroupedBeneficiary.deleted_at.is_(None),
            BeneficiaryGroup.deleted_at.is_(None),
        )
        .order_by(BeneficiaryGroup.name)
    )
    return ability.accessible(statement, "read", BeneficiaryGroup)


def projects_of(session: Session, uuid: UUID, ability: Ability) -> Sequence[Row[*tuple[Any, ...]]]:
    """The projects a person is in, with status, since when, and `through` which group, of those the reader may see."""
    return session.connection().execute(_projects(ability), {"who": uuid}).all()


@lru_cache(REMEMBERED)
def _projects(ability: Ability) -> Select[*tuple[Any, ...]]:
    through = (
        select(BeneficiaryGroup.name)
        .join(BeneficiaryGroupProject, BeneficiaryGroupProject.beneficiary_group_id == BeneficiaryGroup.uuid)
        .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == BeneficiaryGroup.uuid)
        .where(
            BeneficiaryGroupProject.project_id == Project.uuid,
            BeneficiaryGroupProject.deleted_at.is_(None),
            GroupedBeneficiary.beneficiary_id == WHO,
            GroupedBeneficiary.deleted_at.is_(None),
            ability.condition("read", BeneficiaryGroup),
        )
        .order_by(BeneficiaryGroup.name)
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    statement = (
        select(
            Project.uuid,
            Project.name,
            Project.status,
            BeneficiaryProject.created_at.label("created_at"),
            through.label("through"),
        )
        .join(BeneficiaryProject, BeneficiaryProject.project_id == Project.uuid)
        .where(
            BeneficiaryProject.beneficiary_id == WHO,
            BeneficiaryProject.deleted_at.is_(None),
            Project.deleted_at.is_(None),
        )
        .order_by(Project.name)
    )
    return ability.accessible(statement, "read", Project)
