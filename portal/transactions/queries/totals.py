"""What a list of transactions comes to, by currency and status."""

from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.summing import Summed, Totals
from portal.transactions.models import Transaction, TransactionSum
from portal.transactions.queries.filters import TransactionFilter, where
from portal.transactions.queries.listing import chosen_transactions

_SUMMED = Summed[TransactionFilter](
    Transaction,
    TransactionSum,
    "currency",
    ("projectId", "vendorId", "currency", "status"),
    chosen_transactions,
    where,
)


def totals_of(
    session: Session, chosen: TransactionFilter, ability: Ability, *, further: bool = False
) -> Totals:
    """What the filter's transactions come to, of those the reader may see; all of them with `further`."""
    return _SUMMED.totals(session, chosen, ability, further=further)
