"""Trying again what failed: the next try gets a reference of its own, since the last one is known to have failed."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus, TransactionStatus
from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, wake
from portal.offramp.queries.attention import is_contested
from portal.projects.queries.project import the_active
from portal.transactions.models import Transaction

NOT_FAILED = {
    OfframpStatus.PENDING: sentence("This request waits to be sent."),
    OfframpStatus.PROCESSING: sentence("This request is under way with its provider."),
    OfframpStatus.COMPLETED: sentence("This request was paid."),
    OfframpStatus.FAILED: sentence("This request failed."),
}
"""What to say to who wanted something of a request that is in this state."""
CONTESTED = sentence(
    "The provider contradicts itself about this request. Somebody has to look into that and settle it first."
)


def retry(session: Session, uuid: UUID, *, by: int) -> None:
    """Have a failed request sent again, in the name of the user `by`.

    Raises Conflict where it has not failed, was given up, or is contested; Refusal where its project is not open, its
    payment does not stand any more or its receiver was erased; NotFound where there is none.
    """
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    if request.status != OfframpStatus.FAILED:
        raise Conflict(NOT_FAILED[request.status])
    if request.ended_at is not None:
        raise Conflict("This request was given up.")
    if is_contested(session, uuid):
        raise Conflict(CONTESTED)
    if request.receiver_phone is None:
        raise Refusal("It is not known any more whom this request was to pay.")
    if request.project_id is not None:
        the_active(session, request.project_id)
    if request.transaction_id is not None and not _stands(session, request.transaction_id):
        raise Refusal("The payment that this request carries out does not stand any more.")
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == uuid)
        .values(status=OfframpStatus.PENDING, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    session.expire(request)
    tell(session, uuid, Kind.RETRIED, by=by)
    wake(session, uuid)


def _stands(session: Session, payment: UUID) -> bool:
    """Whether the payment is approved still; it stays so until the transaction ends."""
    wanted = select(Transaction.status).where(Transaction.uuid == payment, Transaction.deleted_at.is_(None))
    return session.scalar(wanted.with_for_update(read=True)) == TransactionStatus.APPROVED
