"""The transactions of a project that wait for a decision."""

from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core.enums import TransactionStatus
from portal.transactions.models import Transaction


def count_pending(project: UUID) -> Select[int]:
    """SQL: how many payouts in a project wait for a decision."""
    waiting = Transaction.status == TransactionStatus.PENDING
    return (
        select(func.count())
        .select_from(Transaction)
        .where(Transaction.project_id == project, waiting, Transaction.deleted_at.is_(None))
    )
