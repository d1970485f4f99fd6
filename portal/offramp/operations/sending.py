"""Ordering a payment: the reference is stored before the provider is asked, and what came of it is written after.

An answer that did not come leaves the try UNKNOWN and the request under way. The same order is given again under the
same reference only, and only to a provider that takes a reference once.
"""

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound
from portal.core.values.money import plain_amount
from portal.offramp.client.adapter import Order, ProviderFault, Report, Trouble
from portal.offramp.models import OfframpAttempt, OfframpRequest, OfframpTransaction
from portal.offramp.operations.retrying import NOT_FAILED
from portal.offramp.operations.settling import Source, settle
from portal.offramp.operations.stepping import order, transfer_of
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import held_for, hold
from portal.offramp.queries.tries import standing_try


def begin_try(session: Session, uuid: UUID) -> tuple[int, Order]:
    """Make a try of a PENDING request, which is PROCESSING by it; its id, and the order to give once this is committed.

    Raises Conflict where the request is not PENDING, not released, not opened or its transfer not known; NotFound where
    there is none.
    """
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    if request.status != OfframpStatus.PENDING:
        raise Conflict(NOT_FAILED[request.status])
    tx_hash = transfer_of(session, request)
    if request.request_id is None or tx_hash is None:
        raise Conflict("The provider has not said yet where it wants the tokens.")
    if request.needs_release and request.released_by is None:
        raise Conflict("Somebody else has to let this request go first.")
    tried = _make_try(session, request)
    session.execute(
        update(OfframpTransaction)
        .where(OfframpTransaction.request_id == request.request_id)
        .values(reference_id=tried.reference_id, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == uuid)
        .values(status=OfframpStatus.PROCESSING, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    _tell_sent(session, request, tried, tx_hash)
    return tried.id, order(request, tried, tx_hash)


def give_again(session: Session, attempt: int) -> Order | None:
    """The order of a try that its provider does not know, to be given once more under the same reference.

    None where the try is over, or where the provider refused it once: then the order is known there after all, or will
    never be taken.
    """
    uuid = session.scalar(select(OfframpAttempt.offramp_id).where(OfframpAttempt.id == attempt))
    request = None if uuid is None else hold(session, uuid)
    if request is None or request.status != OfframpStatus.PROCESSING or request.receiver_phone is None:
        return None
    tried = standing_try(session, request.uuid)
    tx_hash = transfer_of(session, request)
    if tried is None or tried.id != attempt or tried.reason is not None or tx_hash is None:
        return None
    if tried.state == "SENDING":
        _note(session, attempt, state="UNKNOWN")
    _tell_sent(session, request, tried, tx_hash, again=True)
    return order(request, tried, tx_hash)


def note_answer(session: Session, attempt: int, report: Report) -> None:
    """Write what a provider answered to an order. An answer that names no state says that the order was taken."""
    uuid = held_for(session, attempt)
    taken = report.status or OfframpStatus.PROCESSING
    facts = {"status": taken.value, **report.facts}
    tell(session, uuid, Kind.ANSWERED, attempt=attempt, facts=facts)
    settle(session, attempt, replace(report, status=taken), source=Source.ANSWER)


def note_no_answer(
    session: Session, attempt: int, fault: ProviderFault, *, again: bool, takes_once: bool
) -> None:
    """Write that an order got no answer that counts.

    Where the provider surely has not taken it the try has failed: it said no to the first order, or the order never
    reached it and could not be given again. Anything else is not known, and is asked for.
    """
    uuid = held_for(session, attempt)
    said = {"trouble": fault.trouble.value, "said": fault.words, **fault.facts}
    refused = fault.trouble == Trouble.REFUSED
    not_taken = fault.trouble in {Trouble.UNREACHED, Trouble.BUSY}
    if not again and (refused or (not_taken and not takes_once)):
        tell(session, uuid, Kind.ANSWERED if refused else Kind.UNANSWERED, attempt=attempt, facts=said)
        settle(session, attempt, Report(OfframpStatus.FAILED, fault.words), source=Source.ANSWER)
        return
    tell(session, uuid, Kind.UNANSWERED, attempt=attempt, facts=said)
    _note(session, attempt, state="UNKNOWN")
    if again and refused:
        _note(session, attempt, reason=fault.words)


def _note(session: Session, attempt: int, **values: str) -> None:
    """What is over stays, and what was answered meanwhile is not forgotten."""
    states = ("SENDING", "UNKNOWN") if "state" in values else ("SENDING", "UNKNOWN", "ACCEPTED")
    session.execute(
        update(OfframpAttempt)
        .where(OfframpAttempt.id == attempt, OfframpAttempt.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _make_try(session: Session, request: OfframpRequest) -> OfframpAttempt:
    number = select(func.coalesce(func.max(OfframpAttempt.number), 0) + 1).where(
        OfframpAttempt.offramp_id == request.uuid
    )
    uuid = uuid4()
    made = session.scalars(
        insert(OfframpAttempt)
        .values(
            uuid=uuid, offramp_id=request.uuid, number=number.scalar_subquery(), reference_id=f"rp-{uuid}"
        )
        .returning(OfframpAttempt)
    )
    return made.one()


def _tell_sent(
    session: Session, request: OfframpRequest, tried: OfframpAttempt, tx_hash: str, *, again: bool = False
) -> None:
    facts: dict[str, object] = {
        "reference": tried.reference_id,
        "requestId": request.request_id,
        "amount": plain_amount(request.amount),
        "token": request.token,
        "txHash": tx_hash,
    }
    if again:
        facts["again"] = True
    tell(session, request.uuid, Kind.SENT, attempt=tried.id, facts=facts)
