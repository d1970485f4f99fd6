"""Trying a failed payout again: the failed one stays as it is, and a new one that refers to it waits for a decision."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.core.errors import Conflict, NotFound
from portal.transactions.models import Transaction
from portal.transactions.operations.deciding import DECIDED
from portal.transactions.operations.making import Payout, make_transaction
from portal.transactions.queries.transaction import NOTE


def retry(session: Session, uuid: UUID, *, by: int) -> UUID:
    """Make a PENDING transaction that pays again what a failed one did not; its uuid, also to who asks again.

    Raises Conflict where it has not failed, or somebody else tried it again already; else as `make_transaction` does.
    """
    found = session.scalar(
        select(Transaction)
        .where(Transaction.uuid == uuid, Transaction.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    if found.status != TransactionStatus.FAILED:
        raise Conflict(DECIDED[found.status])
    note = str((found.extras or {}).get(NOTE, ""))
    payout = Payout(
        found.project_id, found.beneficiary_id, found.vendor_id, found.amount, found.currency, note
    )
    return make_transaction(session, payout, by=by, key=uuid, retry_of=uuid)
