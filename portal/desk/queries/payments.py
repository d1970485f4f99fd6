"""A vendor's payments: a page of them, one with its story, all of a period with their totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, Select, Text, cast, func, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.core.enums import TransactionStatus
from portal.core.exporting import Safe
from portal.core.keyset import FIRST, Page, Position, Sort, page_of
from portal.core.unchanged import while_unchanged
from portal.desk.queries.period import Period
from portal.grievances.models import Grievance
from portal.projects.models import Project
from portal.transactions.models import Transaction, TransactionSum

PAGE_SIZE = 20
"""Payments on a page: as many as weigh little on a slow line."""
ON_PAPER = 1000
"""Payments that a statement prints; of more it says so, and the file has all."""
NEWEST = Sort("-made", (Transaction.created_at, Transaction.id), descending=True)


@dataclass(frozen=True)
class Chosen:
    """Which of the vendor's payments: of a period, in one state."""

    period: Period
    status: TransactionStatus | None = None


def payments_of(vendor: UUID, chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """The vendor's payments: uuid, amount, currency, status, made, person (masked), project. The person is told by the
    first letters of the name, which is enough for who served them."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Transaction.uuid,
            Transaction.amount,
            Transaction.currency,
            Transaction.status,
            Transaction.created_at.label("made"),
            masked_words(BeneficiaryPii.name).label("person"),
            Project.name.label("project"),
        )
        .join(Project, Project.uuid == Transaction.project_id)
        .join(Beneficiary, Beneficiary.uuid == Transaction.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Transaction.vendor_id == vendor, Transaction.deleted_at.is_(None), chosen.period.holds())
    )
    return statement.where(Transaction.status == chosen.status) if chosen.status else statement


def page_of_payments(session: Session, vendor: UUID, chosen: Chosen, position: Position = FIRST) -> Page:
    """One page, newest first."""
    return page_of(session, payments_of(vendor, chosen), NEWEST, position, PAGE_SIZE)


def all_payments(session: Session, vendor: UUID, chosen: Chosen) -> Sequence[Row[*tuple[Any, ...]]]:
    """The payments of a period in the order in which they were made, as many as are printed."""
    in_order = payments_of(vendor, chosen).order_by(Transaction.created_at, Transaction.id)
    return session.execute(in_order.limit(ON_PAPER)).all()


def file_of(vendor: UUID, chosen: Chosen, safe: Safe) -> Select[*tuple[Any, ...]]:
    """The payments of a period as a file has them, every cell a text; times in ISO 8601 and UTC."""
    in_order = payments_of(vendor, chosen).order_by(Transaction.created_at, Transaction.id)
    return in_order.with_only_columns(
        func.to_char(func.timezone("UTC", Transaction.created_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        cast(func.trim_scale(Transaction.amount), Text),
        safe(cast(Transaction.currency, Text)),
        cast(Transaction.status, Text),
        safe(cast(masked_words(BeneficiaryPii.name), Text)),
        safe(cast(Project.name, Text)),
        cast(Transaction.uuid, Text),
    )


def totals_of(session: Session, vendor: UUID, chosen: Chosen) -> Sequence[Row[*tuple[Any, ...]]]:
    """What they come to by state and currency, exactly: status, currency, number, amount. Of all days together that is
    read from the sums that are kept."""
    return while_unchanged(session, (totals_of, vendor, chosen), lambda: _ask_totals(session, vendor, chosen))


def _ask_totals(session: Session, vendor: UUID, chosen: Chosen) -> Sequence[Row[*tuple[Any, ...]]]:
    kept = chosen.period.always
    source: Any = TransactionSum if kept else Transaction
    number: Any = cast(func.sum(TransactionSum.number), BigInteger) if kept else func.count()
    those = [] if kept else [Transaction.deleted_at.is_(None), chosen.period.holds()]
    statement = (
        select(
            source.status, source.currency, number.label("number"), func.sum(source.amount).label("amount")
        )
        .where(source.vendor_id == vendor, *those)
        .group_by(source.status, source.currency)
        .having(number > 0)
        .order_by(source.status, source.currency)
    )
    if chosen.status:
        statement = statement.where(source.status == chosen.status)
    return session.execute(statement).all()


def payment_of(session: Session, vendor: UUID, uuid: UUID) -> Row[*tuple[Any, ...]] | None:
    """One of the vendor's payments with its story; None for any other."""
    again = aliased(Transaction)
    statement = (
        payments_of(vendor, Chosen(Period(None, None, None)))
        .add_columns(
            Transaction.project_id,
            Transaction.created_by,
            Transaction.decided_at,
            Transaction.failed_at,
            Transaction.reason,
            Transaction.retry_of,
            again.uuid.label("tried_again_as"),
            Project.status.label("project_status"),
        )
        .outerjoin(again, again.retry_of == Transaction.uuid)
        .where(Transaction.uuid == uuid)
    )
    return session.execute(statement).one_or_none()


def disputes_of(session: Session, payment: UUID, reporter: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What this person said is wrong with a payment, newest first: uuid, title, description, status, said."""
    return session.execute(
        select(
            Grievance.uuid,
            Grievance.title,
            Grievance.description,
            Grievance.status,
            Grievance.created_at.label("said"),
        )
        .where(
            Grievance.transaction_id == payment,
            Grievance.reporter_user_id == reporter,
            Grievance.deleted_at.is_(None),
        )
        .order_by(Grievance.created_at.desc(), Grievance.id.desc())
    ).all()
