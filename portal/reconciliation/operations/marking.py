"""Marking as failed what a provider says failed: by one statement."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.db import rows_changed
from portal.core.enums import TransactionStatus
from portal.reconciliation.meanings import Verdict
from portal.reconciliation.models import ReconciliationRow
from portal.transactions.models import Transaction

NO_REASON = "—"
"""What stands where neither a reason nor a word was given."""


def mark_failed(session: Session, reconciliation: UUID, ability: Ability, *, by: int) -> int:
    """APPROVED → FAILED for every payment that a row says failed, in the name of the user `by`; how many.

    What somebody moved on meanwhile, and what `ability` does not reach, stays as it is.
    """
    row = ReconciliationRow
    why: ColumnElement[str] = func.coalesce(
        func.nullif(func.btrim(row.reason), ""), func.nullif(func.btrim(row.said), ""), NO_REASON
    )
    within = select(Transaction.uuid).where(ability.condition("update", Transaction))
    done = session.execute(
        update(Transaction)
        .where(
            row.reconciliation_id == reconciliation,
            row.verdict == Verdict.FAILED,
            row.transaction_id == Transaction.uuid,
            Transaction.status == TransactionStatus.APPROVED,
            Transaction.deleted_at.is_(None),
            Transaction.uuid.in_(within),
        )
        .values(
            status=TransactionStatus.FAILED,
            failed_by=by,
            failed_at=func.now(),
            reason=why,
            updated_at=func.now(),
        )
        .execution_options(synchronize_session=False)
    )
    return rows_changed(done)
