"""What to look at before a list is approved. Each question is one statement, and leads to the rows it counts."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import Count
from portal.payouts.models import PayoutList
from portal.payouts.queries.rows import Show, count_rows, last_paid
from portal.transactions.models import TransactionSum

INSIDE = (Show.SHARED_PHONE, Show.SHARED_WALLET, Show.SHARED_ACCOUNT, Show.DOUBTED, Show.GRIEVANCE)
BESIDE = (Show.FAR, Show.NEW)
MUCH = Decimal("0.5")
"""More than half of a project's money through one vendor is much."""


@dataclass(frozen=True)
class Share:
    """How much of what the project pays in this currency would be the list's vendor's: `part` of one."""

    vendor: Decimal
    project: Decimal

    @property
    def part(self) -> Decimal:
        """Between 0 and 1."""
        return self.vendor / self.project if self.project else Decimal(0)

    @property
    def much(self) -> bool:
        """Whether it is more than half."""
        return self.part > MUCH


@dataclass(frozen=True)
class Warnings:
    """`counts` of rows by what is striking about them; `last` is the list that the project paid before, and `ratio`
    how much an average row is of that one's. `share` is None where the project pays by this vendor alone."""

    counts: dict[Show, Count]
    last: PayoutList | None
    ratio: Decimal | None
    share: Share | None

    @property
    def any(self) -> bool:
        """Whether something is striking."""
        return any(count.number for count in self.counts.values()) or bool(self.share and self.share.much)


def warnings_of(session: Session, found: PayoutList, ability: Ability) -> Warnings:
    """All that is striking about a list to a reader, in at most nine statements."""
    last = last_paid(session, found)
    shows = INSIDE if last is None else (*BESIDE, *INSIDE)
    former = last.uuid if last else None
    counts = {show: count_rows(session, found, ability, show, former) for show in shows}
    return Warnings(counts, last, _ratio(found, last), _share(session, found))


def _ratio(found: PayoutList, last: PayoutList | None) -> Decimal | None:
    if last is None or not (found.total and found.payable and last.total and last.payable):
        return None
    return (found.total / found.payable) / (last.total / last.payable)


def _share(session: Session, found: PayoutList) -> Share | None:
    sums = TransactionSum
    ours = func.coalesce(func.sum(sums.amount).filter(sums.vendor_id == found.vendor_id), 0)
    vendors = func.count(sums.vendor_id.distinct()).filter(sums.vendor_id != found.vendor_id)
    row = session.execute(
        select(ours, func.coalesce(func.sum(sums.amount), 0), vendors).where(
            sums.project_id == found.project_id,
            sums.currency == found.currency,
            sums.status.in_(("PENDING", "APPROVED")),
            sums.number > 0,
        )
    ).one()
    total = found.total or Decimal(0)
    return Share(row[0] + total, row[1] + total) if row[2] else None
