"""What became of a try, whoever says so: an answer, a poll, a callback, a file, a person. Nothing moves backwards."""

from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import NotFound, sentence
from portal.core.values.money import plain_amount
from portal.offramp.client.adapter import Report
from portal.offramp.models import OfframpAttempt, OfframpRequest, OfframpTransaction
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, rest

NO_REASON = sentence("The provider said that it failed, and not why.")
BY_HAND = sentence("Somebody said that it failed.")


class Source(StrEnum):
    """Who says what became of a try."""

    ANSWER = "ANSWER"
    POLL = "POLL"
    CALLBACK = "CALLBACK"
    FILE = "FILE"
    HAND = "HAND"


class Outcome(StrEnum):
    """What a report did."""

    MOVED = "MOVED"
    """The try, and with it perhaps the request, moved on."""
    SAME = "SAME"
    """It said nothing new, or what is over by now."""
    CONFLICT = "CONFLICT"
    """It said that what has ended ended otherwise: nothing moved, and somebody has to look at it."""


def settle(
    session: Session, attempt: int, report: Report, *, source: Source, by: int | None = None
) -> Outcome:
    """Let a try, and its request, become what a report says; what that did.

    The request's row is locked first, so of several reports at once one moves it. A report without a status moves
    nothing. What was paid beside what was quoted is kept with the try, and raised where the two differ. Raises NotFound
    where there is no such try.
    """
    request, tried = _hold_try(session, attempt)
    _keep_names(session, request, report)
    match report.status:
        case OfframpStatus.COMPLETED:
            return _complete(session, request, tried, report, source, by)
        case OfframpStatus.FAILED:
            return _fail(session, request, tried, report, source, by)
        case OfframpStatus.PENDING | OfframpStatus.PROCESSING:
            return _accept(session, tried)
    return Outcome.SAME


def _hold_try(session: Session, attempt: int) -> tuple[OfframpRequest, OfframpAttempt]:
    offramp = session.scalar(select(OfframpAttempt.offramp_id).where(OfframpAttempt.id == attempt))
    request = None if offramp is None else hold(session, offramp)
    if request is None:
        raise NotFound
    wanted = select(OfframpAttempt).where(OfframpAttempt.id == attempt)
    tried = session.scalars(wanted.execution_options(populate_existing=True)).one()
    return request, tried


def _accept(session: Session, tried: OfframpAttempt) -> Outcome:
    if tried.state not in {"SENDING", "UNKNOWN"}:
        return Outcome.SAME
    _note_try(session, tried, state="ACCEPTED")
    return Outcome.MOVED


def _complete(
    session: Session,
    request: OfframpRequest,
    tried: OfframpAttempt,
    report: Report,
    source: Source,
    by: int | None,
) -> Outcome:
    if tried.state == "COMPLETED":
        return Outcome.SAME
    if tried.state == "FAILED":
        return _contradict(session, request, tried, OfframpStatus.COMPLETED, source)
    paid = {"amount_paid": report.amount_paid, "currency": report.currency, "fee": report.fee}
    _note_try(session, tried, state="COMPLETED", settled_at=func.clock_timestamp(), reason=None, **paid)
    _move(session, request, OfframpStatus.COMPLETED)
    facts = {"source": source.value, **_paid_facts(report)}
    tell(session, request.uuid, Kind.COMPLETED, attempt=tried.id, by=by, facts=facts)
    if request.fiat_amount is not None and _differs(request, report):
        quoted = {"quoted": plain_amount(request.fiat_amount), "quotedCurrency": request.currency}
        raise_attention(
            session,
            "AMOUNT",
            provider=request.provider_id,
            offramp=request.uuid,
            facts={**quoted, **_paid_facts(report)},
        )
    rest(session, request.uuid)
    return Outcome.MOVED


def _fail(
    session: Session,
    request: OfframpRequest,
    tried: OfframpAttempt,
    report: Report,
    source: Source,
    by: int | None,
) -> Outcome:
    if tried.state == "FAILED":
        return Outcome.SAME
    if tried.state == "COMPLETED":
        return _contradict(session, request, tried, OfframpStatus.FAILED, source)
    reason = (report.reason or "").strip() or NO_REASON
    # What a person says stands with the request, where it can be forgotten; a try stays as it ended.
    why = BY_HAND if source is Source.HAND else reason
    _note_try(session, tried, state="FAILED", settled_at=func.clock_timestamp(), reason=why)
    _move(session, request, OfframpStatus.FAILED, failed_reason=reason)
    tell(session, request.uuid, Kind.FAILED, attempt=tried.id, by=by, facts={"source": source.value})
    rest(session, request.uuid)
    return Outcome.MOVED


def _contradict(
    session: Session,
    request: OfframpRequest,
    tried: OfframpAttempt,
    told: OfframpStatus,
    source: Source,
) -> Outcome:
    facts = {
        "reference": tried.reference_id,
        "was": tried.state,
        "told": told.value,
        "source": source.value,
    }
    raise_attention(session, "CONFLICT", provider=request.provider_id, offramp=request.uuid, facts=facts)
    return Outcome.CONFLICT


def _note_try(session: Session, tried: OfframpAttempt, **values: Any) -> None:
    session.execute(
        update(OfframpAttempt)
        .where(OfframpAttempt.id == tried.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.expire(tried)


def _move(session: Session, request: OfframpRequest, status: OfframpStatus, **values: Any) -> None:
    """The triggers hold that a try leads there, and let what the provider did for the request follow."""
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == request.uuid)
        .values(status=status, updated_at=func.now(), **values)
        .execution_options(synchronize_session=False)
    )
    session.expire(request)


def _keep_names(session: Session, request: OfframpRequest, report: Report) -> None:
    """The provider's names for the wallet and the customer, which it may tell with any answer."""
    told = {"wallet_id": report.wallet_id, "customer_key": report.customer_key}
    new = {name: value for name, value in told.items() if value}
    if new:
        session.execute(
            update(OfframpTransaction)
            .where(OfframpTransaction.request_id == request.request_id)
            .values(updated_at=func.now(), **new)
            .execution_options(synchronize_session=False)
        )


def _differs(request: OfframpRequest, report: Report) -> bool:
    """Whether something else was paid than quoted, as far as both are known."""
    if report.amount_paid is None or request.fiat_amount is None:
        return False
    other = report.currency is not None and report.currency != request.currency
    return other or report.amount_paid != request.fiat_amount


def _paid_facts(report: Report) -> dict[str, str]:
    told: dict[str, str] = {}
    if report.amount_paid is not None:
        told["amountPaid"] = plain_amount(report.amount_paid)
    if report.currency is not None:
        told["currency"] = report.currency
    if report.fee is not None:
        told["fee"] = plain_amount(report.fee)
    return told
