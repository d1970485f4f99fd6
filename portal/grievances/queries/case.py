"""One case: what it says, what it is about, how its clocks stand, and what the reader may do with it."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, literal, null, select
from sqlalchemy import inspect as mapping_of
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.grievances.models import Grievance, GrievanceCategory, GrievanceChannel
from portal.grievances.queries.columns import columns
from portal.grievances.queries.filters import reads_reporter
from portal.grievances.queries.listing import REMEMBERED
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.vendors.models import Vendor

HIDDEN = frozenset({"reported_by", "reporter_contact", "pin_hash", "deleted_at"})
"""What the page gets masked, or not at all."""
NAMED = ("project", "category", "channel", "assignee", "reporter", "contact")
OWN = tuple(attribute.key for attribute in mapping_of(Grievance).column_attrs if attribute.key not in HIDDEN)


def the_case(uuid: UUID) -> Select[Grievance]:
    """SQL: the case of a uuid."""
    return select(Grievance).where(Grievance.uuid == uuid, Grievance.deleted_at.is_(None))


def case_with_code(code: str) -> Select[Grievance]:
    """SQL: the case of a code, however it was written."""
    bare = "".join(letter for letter in code if letter.isalnum()).upper()
    return select(Grievance).where(Grievance.code == bare, Grievance.deleted_at.is_(None))


def knows_reporter(session: Session, uuid: UUID, ability: Ability) -> bool:
    """Whether this reader may know who complained in a case, and how to reach them."""
    return bool(session.scalar(select(reads_reporter(ability)).where(Grievance.uuid == uuid)))


def case_in_full(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """All about one case: its own columns but for who complained, who is named `reporter` and `contact` as far as the
    reader may know (`reporter_known`); the names of what it is about, none of what the reader may not see (`person`,
    `vendor`, `amount` of a transaction, `original_code` and `followed_code` of other cases); `project_status`; `now`,
    and the working minutes that its running clock has `left`; whether the reader `may_update` it.

    Raises NotFound for one that does not exist or that the reader may not see.
    """
    found = session.connection().execute(_case_statement(ability), {"case": uuid}).one_or_none()
    if found is None:
        raise NotFound
    return found


@lru_cache(REMEMBERED)
def _case_statement(ability: Ability) -> Select[*tuple[Any, ...]]:
    original, followed = aliased(Grievance), aliased(Grievance)
    person = and_(
        Beneficiary.id.is_not(None), Beneficiary.deleted_at.is_(None), ability.condition("read", Beneficiary)
    )
    vendor = and_(Vendor.deleted_at.is_(None), ability.condition("read", Vendor))
    payment = and_(Transaction.deleted_at.is_(None), ability.condition("read", Transaction))
    named = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    own: list[Any] = [getattr(Grievance, key).label(key) for key in OWN]
    more: dict[str, Any] = {
        **columns(ability, NAMED),
        "reporter_known": func.coalesce(reads_reporter(ability), literal(False)),
        "category_is_sensitive": func.coalesce(GrievanceCategory.is_sensitive, literal(False)),
        "project_status": Project.status,
        "project_known": func.coalesce(ability.condition("read", Project), literal(False)),
        "person": _where(person, func.coalesce(named, "")),
        "vendor": _where(vendor, Vendor.name),
        "amount": _where(payment, Transaction.amount),
        "currency": _where(payment, Transaction.currency),
        "payment_status": _where(payment, Transaction.status),
        "original_code": _where(ability.condition("read", original), original.code),
        "followed_code": _where(ability.condition("read", followed), followed.code),
        "may_update": func.coalesce(ability.condition("update", Grievance), literal(False)),
        "now": func.now(),
        "left": _where(
            Grievance.due_at > func.now(),
            func.ceil(
                func.portal_working_between(
                    func.now(), Grievance.due_at, func.portal_calendar_of(Grievance.project_id)
                )
            ),
        ),
    }
    statement = (
        select(*own, *(column.label(name) for name, column in more.items()))
        .select_from(Grievance)
        .outerjoin(Project, Project.uuid == Grievance.project_id)
        .outerjoin(GrievanceCategory, GrievanceCategory.uuid == Grievance.category_id)
        .outerjoin(GrievanceChannel, GrievanceChannel.uuid == Grievance.channel_id)
        .outerjoin(Beneficiary, Beneficiary.uuid == Grievance.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .outerjoin(Vendor, Vendor.uuid == Grievance.vendor_id)
        .outerjoin(Transaction, Transaction.uuid == Grievance.transaction_id)
        .outerjoin(original, and_(original.uuid == Grievance.duplicate_of, original.deleted_at.is_(None)))
        .outerjoin(followed, and_(followed.uuid == Grievance.follows, followed.deleted_at.is_(None)))
        .where(Grievance.uuid == bindparam("case"), Grievance.deleted_at.is_(None))
    )
    return ability.accessible(statement, "read", Grievance)


def _where(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    """The value where the reader may know it, else nothing."""
    return case((condition, value), else_=null())
