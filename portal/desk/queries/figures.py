"""What the vendor made today and this week, and what they wait for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.desk.queries.period import Period
from portal.transactions.models import Transaction, TransactionSum

STANDS = (TransactionStatus.PENDING, TransactionStatus.APPROVED)
"""What counts as a vendor's: rejected and failed payments are none."""


@dataclass
class Figure:
    """How many transactions, and what they come to in each currency."""

    number: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, currency: str, number: int, amount: Decimal | None) -> None:
        """Some more of one currency."""
        if number:
            self.number += number
            self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + (amount or Decimal(0))


@dataclass(frozen=True)
class Figures:
    """What a vendor's first page says."""

    today: Figure
    week: Figure
    waiting: Figure


def figures_of(session: Session, vendor: UUID, today: Period, week: Period) -> Figures:
    """Both periods in one statement over the week's rows; what waits is read from the sums that are kept."""
    now = today.holds()
    rows = session.execute(
        select(
            Transaction.currency,
            func.count().label("week"),
            func.sum(Transaction.amount).label("week_amount"),
            func.count().filter(now).label("today"),
            func.sum(Transaction.amount).filter(now).label("today_amount"),
        )
        .where(
            Transaction.vendor_id == vendor,
            Transaction.deleted_at.is_(None),
            Transaction.status.in_(STANDS),
            week.holds(),
        )
        .group_by(Transaction.currency)
        .order_by(Transaction.currency)
    ).all()
    found = Figures(Figure(), Figure(), Figure())
    for row in rows:
        found.today.add(row.currency, row.today, row.today_amount)
        found.week.add(row.currency, row.week, row.week_amount)
    for row in _waiting(session, vendor):
        found.waiting.add(row.currency, int(row.number), row.amount)
    return found


def _waiting(session: Session, vendor: UUID) -> Iterable[Any]:
    return session.execute(
        select(
            TransactionSum.currency,
            func.sum(TransactionSum.number).label("number"),
            func.sum(TransactionSum.amount).label("amount"),
        )
        .where(TransactionSum.vendor_id == vendor, TransactionSum.status == TransactionStatus.PENDING)
        .group_by(TransactionSum.currency)
        .order_by(TransactionSum.currency)
    ).all()
