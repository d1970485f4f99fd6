"""A vendor's payments: a page of them, one with its story, all of a period with their totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.core.enums import TransactionStatus
from portal.core.exporting import Safe
from portal.core.keyset import FIRST, Page, Position, Sort, page_statement, read_page
from portal.core.unchanged import while_unchanged
from portal.desk.queries.period import Period, made_within
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


VENDOR = bindparam("vendor", type_=Transaction.vendor_id.type)
OF_VENDOR: Select[*tuple[Any, ...]] = (
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
    .where(Transaction.vendor_id == VENDOR, Transaction.deleted_at.is_(None))
)
"""The payments of a vendor: uuid, amount, currency, status, made, person (masked), project. The person is told by the
first letters of the name, which is enough for who served them. It is put together once, as are the statements made of
it: whose payments and which days are named when one is asked."""


@cache
def _payments(status: TransactionStatus | None) -> Select[*tuple[Any, ...]]:
    """The payments of some days, in one state or in all."""
    statement = OF_VENDOR.where(made_within("since", "before"))
    return statement.where(Transaction.status == status) if status else statement


def _asked(vendor: UUID, period: Period) -> dict[str, Any]:
    return {"vendor": vendor, "since": period.since, "before": period.before}


def page_of_payments(
    session: Session, vendor: UUID, chosen: Chosen, position: Position = FIRST, size: int = PAGE_SIZE
) -> Page:
    """One page, newest first."""
    statement = partial(_page_statement, chosen.status, size)
    asked = _asked(vendor, chosen.period)
    return read_page(session.connection(), statement, NEWEST, position, size, asked)


@lru_cache(64)
def _page_statement(status: TransactionStatus | None, size: int, shape: Position) -> Select[*tuple[Any, ...]]:
    return page_statement(_payments(status), NEWEST, shape, size)


def all_payments(session: Session, vendor: UUID, chosen: Chosen) -> Sequence[Row[*tuple[Any, ...]]]:
    """The payments of a period in the order in which they were made, as many as are printed."""
    return session.connection().execute(_on_paper(chosen.status), _asked(vendor, chosen.period)).all()


@cache
def _on_paper(status: TransactionStatus | None) -> Select[*tuple[Any, ...]]:
    return _payments(status).order_by(Transaction.created_at, Transaction.id).limit(ON_PAPER)


def file_of(vendor: UUID, chosen: Chosen, safe: Safe) -> Select[*tuple[Any, ...]]:
    """The payments of a period as a file has them, every cell a text; times in ISO 8601 and UTC."""
    in_order = _payments(chosen.status).order_by(Transaction.created_at, Transaction.id)
    columns = in_order.with_only_columns(
        func.to_char(func.timezone("UTC", Transaction.created_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        cast(func.trim_scale(Transaction.amount), Text),
        safe(cast(Transaction.currency, Text)),
        cast(Transaction.status, Text),
        safe(cast(masked_words(BeneficiaryPii.name), Text)),
        safe(cast(Project.name, Text)),
        cast(Transaction.uuid, Text),
    )
    return columns.params(_asked(vendor, chosen.period))


def totals_of(session: Session, vendor: UUID, chosen: Chosen) -> Sequence[Row[*tuple[Any, ...]]]:
    """What they come to by state and currency, exactly: status, currency, number, amount. Of all days together that is
    read from the sums that are kept."""
    statement = _totals(chosen.period.always, chosen.status)
    return while_unchanged(
        session,
        (totals_of, vendor, chosen),
        lambda: session.connection().execute(statement, _asked(vendor, chosen.period)).all(),
    )


@cache
def _totals(kept: bool, status: TransactionStatus | None) -> Select[*tuple[Any, ...]]:
    source: Any = TransactionSum if kept else Transaction
    number: Any = cast(func.sum(TransactionSum.number), BigInteger) if kept else func.count()
    those = [] if kept else [Transaction.deleted_at.is_(None), made_within("since", "before")]
    statement = (
        select(
            source.status, source.currency, number.label("number"), func.sum(source.amount).label("amount")
        )
        .where(source.vendor_id == VENDOR, *those)
        .group_by(source.status, source.currency)
        .having(number > 0)
        .order_by(source.status, source.currency)
    )
    return statement.where(source.status == status) if status else statement


@dataclass(frozen=True)
class Told:
    """A payment with its story, and what was said of it, newest first: title, description, state, said."""

    payment: Row[*tuple[Any, ...]]
    disputes: Sequence[Row[*tuple[Any, ...]]]


_AGAIN = aliased(Transaction)
ONE = (
    OF_VENDOR.add_columns(
        Transaction.project_id.label("project_id"),
        Transaction.created_by.label("created_by"),
        Transaction.decided_at.label("decided_at"),
        Transaction.failed_at.label("failed_at"),
        Transaction.reason,
        Transaction.retry_of.label("retry_of"),
        _AGAIN.uuid.label("tried_again_as"),
        Project.status.label("project_status"),
        Grievance.title,
        Grievance.description,
        Grievance.status.label("state"),
        Grievance.created_at.label("said"),
    )
    .outerjoin(_AGAIN, _AGAIN.retry_of == Transaction.uuid)
    .outerjoin(
        Grievance,
        and_(
            Grievance.transaction_id == Transaction.uuid,
            Grievance.reporter_user_id == bindparam("reporter", type_=Grievance.reporter_user_id.type),
            Grievance.deleted_at.is_(None),
        ),
    )
    .where(Transaction.uuid == bindparam("payment", type_=Transaction.uuid.type))
    .order_by(Grievance.created_at.desc(), Grievance.id.desc())
)
"""One payment: a row for each dispute of it, or one without."""


def payment_of(session: Session, vendor: UUID, uuid: UUID, reporter: int) -> Told | None:
    """One of the vendor's payments with its story, and what `reporter` said of it; None for any other."""
    asked = {"vendor": vendor, "payment": uuid, "reporter": reporter}
    rows = session.connection().execute(ONE, asked).all()
    return Told(rows[0], [row for row in rows if row.said is not None]) if rows else None
