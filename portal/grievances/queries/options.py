"""What the list of cases can be narrowed to: projects, categories, channels and colleagues the reader may know of."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Text, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.unchanged import while_unchanged
from portal.grievances.models import Grievance, GrievanceCategory, GrievanceChannel
from portal.grievances.queries.columns import knows_colleagues
from portal.projects.models import Project
from portal.users.models import User
from portal.vendors.models import Vendor

MOST = 500

Option = tuple[str, str]


@dataclass(frozen=True)
class Options:
    """Projects, categories, channels and colleagues in charge of a case, by name with their keys, 500 each at most."""

    projects: tuple[Option, ...] = ()
    categories: tuple[Option, ...] = ()
    channels: tuple[Option, ...] = ()
    colleagues: tuple[Option, ...] = ()


def options(session: Session, ability: Ability) -> Options:
    """What the reader can choose among, in one statement."""
    return while_unchanged(session, (options, ability), lambda: _ask(session, ability))


def _ask(session: Session, ability: Ability) -> Options:
    found: dict[str, list[Option]] = {"projects": [], "categories": [], "channels": [], "colleagues": []}
    for kind, key, name in session.connection().execute(_statement(ability)):
        found[kind].append((key, name))
    return Options(**{kind: tuple(rows) for kind, rows in found.items()})


@lru_cache(64)
def _statement(ability: Ability) -> CompoundSelect[*tuple[Any, ...]]:
    projects = select(*_option("projects", Project.uuid, Project.name)).where(Project.deleted_at.is_(None))
    parts = [
        ability.accessible(projects, "read", Project).order_by(Project.name).limit(MOST),
        select(*_option("categories", GrievanceCategory.uuid, GrievanceCategory.name))
        .order_by(GrievanceCategory.name)
        .limit(MOST),
        select(*_option("channels", GrievanceChannel.uuid, GrievanceChannel.name))
        .order_by(GrievanceChannel.name)
        .limit(MOST),
    ]
    if knows_colleagues(ability):
        name = func.coalesce(User.name, User.email, type_=Text)
        theirs = select(Grievance.id).where(Grievance.assignee_id == User.id, Grievance.deleted_at.is_(None))
        in_charge = ability.accessible(theirs, "read", Grievance).correlate(User).exists()
        parts.append(
            select(*_option("colleagues", User.uuid, name)).where(in_charge).order_by(name).limit(MOST)
        )
    return union_all(*(select(part.subquery()) for part in parts))


def _option(kind: str, key: Any, name: Any) -> tuple[Any, ...]:
    return literal(kind).label("kind"), cast(key, Text).label("key"), name.label("name")


def user_numbered(session: Session, uuid: UUID) -> int | None:
    """The id of the user with that uuid; None where there is none."""
    return session.scalar(select(User.id).where(User.uuid == uuid))


def name_of_person(session: Session, uuid: UUID, ability: Ability) -> str:
    """What a person is called, as this reader may know it; their reference where they may not know of them."""
    name = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    statement = select(name).join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
    return session.scalar(
        ability.accessible(statement.where(Beneficiary.uuid == uuid), "read", Beneficiary)
    ) or str(uuid)


def name_of_vendor(session: Session, uuid: UUID, ability: Ability) -> str:
    """What a vendor is called; their reference where this reader may not know of them."""
    statement = select(Vendor.name).where(Vendor.uuid == uuid)
    return session.scalar(ability.accessible(statement, "read", Vendor)) or str(uuid)
