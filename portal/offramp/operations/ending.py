"""Coming to an end without the provider: withdrawn before it was sent, said to have failed, given up."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.client.adapter import Report
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.retrying import CONTESTED, NOT_FAILED
from portal.offramp.operations.settling import Source, settle
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, rest
from portal.offramp.queries.attention import is_contested
from portal.offramp.queries.marking import may_be_marked
from portal.offramp.queries.tries import last_try, standing_try
from portal.transactions.operations.deciding import fail


def withdraw(session: Session, uuid: UUID, *, by: int, reason: str) -> None:
    """Take back a request that was never sent, for a reason; its payment can be sent anew.

    Raises Refusal without a reason, Conflict where it was sent, NotFound where there is none.
    """
    said = _said(reason)
    request = _held(session, uuid)
    if request.status != OfframpStatus.PENDING or last_try(session, uuid) is not None:
        raise Conflict("This request was sent already, so it cannot be withdrawn any more.")
    _write(session, request, deleted_at=func.now())
    tell(session, uuid, Kind.WITHDRAWN, by=by, body=said)
    rest(session, uuid)


def mark_failed(session: Session, uuid: UUID, *, by: int, reason: str) -> None:
    """Say that a request has failed of which the provider says nothing, and why. It may have been paid all the same.

    Raises Refusal without a reason; Conflict where it is not under way, or may still hear from its provider
    (`queries.marking.may_be_marked`); NotFound where there is none.
    """
    said = _said(reason)
    request = _held(session, uuid)
    if request.status != OfframpStatus.PROCESSING:
        raise Conflict(NOT_FAILED[request.status])
    tried = standing_try(session, uuid)
    if tried is None or not may_be_marked(session, request):
        raise Conflict("The provider can still say what became of this request. Ask it first.")
    tell(session, uuid, Kind.MARKED, attempt=tried.id, by=by, body=said)
    settle(session, tried.id, Report(OfframpStatus.FAILED, said), source=Source.HAND, by=by)


def give_up(session: Session, uuid: UUID, *, by: int) -> None:
    """Try a failed request no more; the payment that it was to carry out has failed with it, for the same reason.

    Raises Conflict where it has not failed, was given up already, or is contested; NotFound where there is none.
    """
    request = _held(session, uuid)
    if request.status != OfframpStatus.FAILED:
        raise Conflict(NOT_FAILED[request.status])
    if request.ended_at is not None:
        raise Conflict("This request was given up.")
    if is_contested(session, uuid):
        raise Conflict(CONTESTED)
    payment, why = request.transaction_id, request.failed_reason or ""
    _write(session, request, ended_by=by, ended_at=func.now())
    tell(session, uuid, Kind.GIVEN_UP, by=by)
    if payment is not None:
        fail(session, payment, by=by, reason=why)


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refusal("Say why.", field="reason")
    return said


def _held(session: Session, uuid: UUID) -> OfframpRequest:
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    return request


def _write(session: Session, request: OfframpRequest, **values: object) -> None:
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == request.uuid)
        .values(updated_at=func.now(), **values)
        .execution_options(synchronize_session=False)
    )
    session.expire(request)
