"""Deciding on a transaction: approving and rejecting by somebody else than its maker, and saying that a payout failed.

Each is one conditional UPDATE, so of several at once one succeeds and the others are told; checks and triggers of the
table hold whatever else writes to the same.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.transactions.models import Transaction
from portal.transactions.queries.places import check_place

OWN = sentence("Who made a transaction cannot decide on it. Somebody else has to.")
DECIDED = {
    TransactionStatus.PENDING: sentence("This transaction is not decided yet."),
    TransactionStatus.APPROVED: sentence("This transaction was approved by now."),
    TransactionStatus.REJECTED: sentence("This transaction was rejected by now."),
    TransactionStatus.FAILED: sentence("This transaction failed by now."),
}
"""What to say to who wanted something of a transaction that is in this state."""


def approve(session: Session, uuid: UUID, *, by: int) -> None:
    """Approve what waits, in the name of the user `by`.

    Raises Refusal to who made it, and where its project, person or vendor are not at work any more; Conflict where it
    is decided by now, NotFound where there is none.
    """
    found = _state(session, uuid)
    _check_maker(found, by)
    if found.status != TransactionStatus.PENDING:
        raise Conflict(DECIDED[found.status])
    check_place(session, found.project_id, found.beneficiary_id, found.vendor_id)
    _decide(session, uuid, by, TransactionStatus.APPROVED)


def reject(session: Session, uuid: UUID, *, by: int, reason: str) -> None:
    """Reject what waits, for a reason. Raises as `approve` does, and Refusal without a reason."""
    said = _said(reason, sentence("Say why it is rejected."))
    _check_maker(_state(session, uuid), by)
    _decide(session, uuid, by, TransactionStatus.REJECTED, reason=said)


def fail(session: Session, uuid: UUID, *, by: int, reason: str) -> None:
    """Say that an approved payout did not reach its person, and why.

    Raises Refusal without a reason, Conflict where it is not approved, NotFound where there is none.
    """
    said = _said(reason, sentence("Say why it failed."))
    values = {"failed_by": by, "failed_at": func.now(), "reason": said}
    if not _move(session, uuid, TransactionStatus.APPROVED, TransactionStatus.FAILED, **values):
        raise Conflict(DECIDED[_state(session, uuid).status])


def _said(reason: str, missing: str) -> str:
    said = reason.strip()
    if not said:
        raise Refusal(missing, field="reason")
    return said


def _state(session: Session, uuid: UUID) -> Any:
    facts = (
        Transaction.status,
        Transaction.created_by,
        Transaction.project_id,
        Transaction.beneficiary_id,
        Transaction.vendor_id,
    )
    wanted = select(*facts).where(Transaction.uuid == uuid, Transaction.deleted_at.is_(None))
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def _check_maker(found: Any, by: int) -> None:
    if found.created_by == by:
        raise Refusal(OWN)


def _decide(
    session: Session, uuid: UUID, by: int, status: TransactionStatus, reason: str | None = None
) -> None:
    other = or_(Transaction.created_by.is_(None), Transaction.created_by != by)
    values = {"decided_by": by, "decided_at": func.now(), "reason": reason}
    if not _move(session, uuid, TransactionStatus.PENDING, status, other, **values):
        raise Conflict(DECIDED[_state(session, uuid).status])


def _move(
    session: Session,
    uuid: UUID,
    before: TransactionStatus,
    after: TransactionStatus,
    *more: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Whether this call moved it."""
    moving = (
        update(Transaction)
        .where(
            Transaction.uuid == uuid, Transaction.status == before, Transaction.deleted_at.is_(None), *more
        )
        .values(status=after, updated_at=func.now(), **values)
        .returning(Transaction.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(moving) is not None
