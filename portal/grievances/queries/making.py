"""What a new case can be made of: projects that are open, categories and channels in use, and what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, case, cast, null, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import page_of_people, personal_data
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.core.errors import NotFound
from portal.grievances.models import Grievance, GrievanceCategory, GrievanceChannel
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.vendors.models import Vendor

FEW = 10
Named = Sequence[tuple[UUID, str]]


@dataclass(frozen=True)
class Subject:
    """What a new case is about, as far as that is known and the reader may know it.

    `person`, `vendor` and `transaction` are rows with a `uuid` and a `name` (of a transaction `amount`, `currency` and
    `project_id`); `follows` is another case with its `code`.
    """

    person: Row[*tuple[Any, ...]] | None = None
    vendor: Row[*tuple[Any, ...]] | None = None
    transaction: Row[*tuple[Any, ...]] | None = None
    follows: Row[*tuple[Any, ...]] | None = None


def projects_to_complain_in(session: Session, ability: Ability, person: UUID | None = None) -> Named:
    """The projects, by name, that are not closed and that the reader may see; of a `person` those they take part in,
    or all where they take part in none: who was left out may complain as well."""
    statement = select(Project.uuid, Project.name).where(
        Project.deleted_at.is_(None), Project.status != ProjectStatus.CLOSED
    )
    statement = ability.accessible(statement.order_by(Project.name), "read", Project)
    if person is not None:
        taking_part = select(BeneficiaryProject.project_id).where(
            BeneficiaryProject.beneficiary_id == person, BeneficiaryProject.deleted_at.is_(None)
        )
        own = [(uuid, name) for uuid, name in session.execute(statement.where(Project.uuid.in_(taking_part)))]
        if own:
            return own
    return [(uuid, name) for uuid, name in session.execute(statement)]


def categories_in_use(session: Session, besides: UUID | None = None) -> list[tuple[str, str]]:
    """The categories in use, by name, with their uuids as text; `besides` that of a case, though it was put away."""
    statement = select(GrievanceCategory.uuid, GrievanceCategory.name).where(
        GrievanceCategory.is_active | (GrievanceCategory.uuid == besides)
    )
    return [(str(uuid), name) for uuid, name in session.execute(statement.order_by(GrievanceCategory.name))]


def name_of_category(session: Session, uuid: UUID | None) -> str | None:
    """What a category is called; None for none."""
    return (
        session.scalar(select(GrievanceCategory.name).where(GrievanceCategory.uuid == uuid)) if uuid else None
    )


def channels_in_use(session: Session) -> list[tuple[str, str]]:
    """The channels in use by which something can come to staff, that of talking to them first."""
    statement = (
        select(GrievanceChannel.uuid, GrievanceChannel.name)
        .where(
            GrievanceChannel.is_active,
            GrievanceChannel.key.is_(None) | (GrievanceChannel.key == "STAFF"),
        )
        .order_by(GrievanceChannel.key.is_(None), GrievanceChannel.name)
    )
    return [(str(uuid), name) for uuid, name in session.execute(statement)]


def subject_of(
    session: Session,
    ability: Ability,
    *,
    person: UUID | None = None,
    vendor: UUID | None = None,
    transaction: UUID | None = None,
    follows: UUID | None = None,
) -> Subject:
    """What these uuids name. A payment brings its person and its vendor along, where the reader may know of them.

    Raises NotFound for what does not exist or the reader may not see.
    """
    payment = _payment(session, ability, transaction) if transaction else None
    found_person = _person(session, ability, person) if person else None
    found_vendor = _vendor(session, ability, vendor) if vendor else None
    former = _former(session, ability, follows) if follows else None
    missing = (
        (person, found_person),
        (vendor, found_vendor),
        (transaction, payment),
        (follows, former),
    )
    if any(asked and found is None for asked, found in missing):
        raise NotFound
    if payment is not None:
        if person and person != payment.beneficiary_id:
            raise NotFound
        found_person = found_person or _person(session, ability, payment.beneficiary_id)
        found_vendor = found_vendor or _vendor(session, ability, payment.vendor_id)
    return Subject(found_person, found_vendor, payment, former)


def people_to_link(
    session: Session, ability: Ability, typed: str
) -> tuple[Sequence[Row[*tuple[Any, ...]]], bool]:
    """At most ten people whom the words find, with `name`, `phone` and `location`, and whether there are more."""
    page = page_of_people(session, PeopleFilter(q=typed), ability, ("name", "phone", "location"), size=FEW)
    return page.rows, page.next is not None


def vendors_to_link(ability: Ability) -> Select[UUID, str]:
    """SQL: the vendors whom the reader sees, for `core.choosing`; suspended ones too, about whom one may complain."""
    vendors = select(Vendor.uuid, Vendor.name).where(Vendor.deleted_at.is_(None))
    return ability.accessible(vendors, "read", Vendor)


def _person(session: Session, ability: Ability, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    personal = personal_data(ability)
    name = personal.shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    clear = case((personal.plain, BeneficiaryPii.name), else_=cast(null(), Text))
    statement = (
        select(Beneficiary.uuid, name.label("name"), clear.label("clear"))
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == uuid, Beneficiary.deleted_at.is_(None))
    )
    return session.execute(ability.accessible(statement, "read", Beneficiary)).one_or_none()


def _vendor(session: Session, ability: Ability, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    statement = select(Vendor.uuid, Vendor.name).where(Vendor.uuid == uuid, Vendor.deleted_at.is_(None))
    return session.execute(ability.accessible(statement, "read", Vendor)).one_or_none()


def _payment(session: Session, ability: Ability, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    statement = select(
        Transaction.uuid,
        Transaction.amount,
        Transaction.currency,
        Transaction.project_id,
        Transaction.beneficiary_id,
        Transaction.vendor_id,
    ).where(Transaction.uuid == uuid, Transaction.deleted_at.is_(None))
    return session.execute(ability.accessible(statement, "read", Transaction)).one_or_none()


def _former(session: Session, ability: Ability, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    statement = select(Grievance.uuid, Grievance.code, Grievance.project_id).where(
        Grievance.uuid == uuid, Grievance.deleted_at.is_(None)
    )
    return session.execute(ability.accessible(statement, "read", Grievance)).one_or_none()
