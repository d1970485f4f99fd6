"""What the vendor made today and this week, and what they wait for."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, bindparam, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.desk.queries.period import Period, made_within
from portal.transactions.models import Transaction, TransactionSum

STANDS = (TransactionStatus.PENDING, TransactionStatus.APPROVED)
"""What counts as a vendor's: rejected and failed payments are none."""

_VENDOR = bindparam("vendor", type_=Transaction.vendor_id.type)
_TODAY = made_within("today", "tomorrow")
_MADE = (
    select(
        Transaction.currency.label("currency"),
        func.count().filter(_TODAY).label("today"),
        func.sum(Transaction.amount).filter(_TODAY).label("today_amount"),
        func.count().label("week"),
        func.sum(Transaction.amount).label("week_amount"),
        literal(0).label("waiting"),
        null().label("waiting_amount"),
    )
    .where(
        Transaction.vendor_id == _VENDOR,
        Transaction.deleted_at.is_(None),
        Transaction.status.in_(STANDS),
        made_within("monday", "tomorrow"),
    )
    .group_by(Transaction.currency)
)
_WAITING = (
    select(
        TransactionSum.currency,
        literal(0),
        null(),
        literal(0),
        null(),
        func.sum(TransactionSum.number),
        func.sum(TransactionSum.amount),
    )
    .where(TransactionSum.vendor_id == _VENDOR, TransactionSum.status == TransactionStatus.PENDING)
    .group_by(TransactionSum.currency)
)
FIGURES: CompoundSelect[*tuple[Any, ...]] = union_all(_MADE, _WAITING).order_by("currency")
"""The rows of one week, and the sums that are kept of what waits."""


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
    """All in one statement; both periods end with the same day."""
    moments = {"today": today.since, "monday": week.since, "tomorrow": today.before}
    rows = session.connection().execute(FIGURES, {"vendor": vendor, **moments})
    found = Figures(Figure(), Figure(), Figure())
    for row in rows:
        found.today.add(row.currency, row.today, row.today_amount)
        found.week.add(row.currency, row.week, row.week_amount)
        found.waiting.add(row.currency, int(row.waiting), row.waiting_amount)
    return found
