"""What providers tell unasked: stored before it is looked at, each event once; then it settles what it speaks of."""

from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import Report, Told
from portal.offramp.models import OfframpCallback, OfframpRequest
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.depositing import add_transfer
from portal.offramp.operations.settling import Outcome, Source, settle
from portal.offramp.operations.stepping import transfer_of
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, wake
from portal.offramp.queries.tries import last_try, request_under, try_under


class State(StrEnum):
    """What became of a callback."""

    STORED = "STORED"
    PARKED = "PARKED"
    APPLIED = "APPLIED"
    IGNORED = "IGNORED"
    SET_ASIDE = "SET_ASIDE"


def store_callback(session: Session, provider: UUID, told: Told, body: bytes) -> bool:
    """Keep what a provider told, to be applied by whoever looks next; False where this event is there already."""
    report = told.report
    adding = insert(OfframpCallback).values(
        provider_id=provider,
        event_id=told.event_id,
        reference_id=told.reference_id,
        request_id=told.request_id,
        status=report.status,
        amount_paid=report.amount_paid,
        currency=report.currency,
        fee=report.fee,
        tx_hash=told.tx_hash,
        reason=report.reason,
        facts={
            **report.facts,
            **_named(("walletId", report.wallet_id), ("customerKey", report.customer_key)),
        }
        or None,
        body_hash=sha256(body).hexdigest(),
    )
    kept = session.scalar(adding.on_conflict_do_nothing().returning(OfframpCallback.uuid))
    return kept is not None


def apply_callback(session: Session, uuid: UUID) -> State | None:
    """Let a stored callback have its effect, once; what became of it. None where somebody else is at it, or was.

    It speaks of the try with its reference, else of the last try of the request that the provider calls so; of requests
    to that provider only. What speaks of none is parked, and looked at again when such a name becomes known.
    """
    found = session.scalar(
        select(OfframpCallback)
        .where(OfframpCallback.uuid == uuid, OfframpCallback.state == State.STORED)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        return None
    offramp, attempt = _meant(session, found)
    request = None if offramp is None else hold(session, offramp)
    if request is None:
        return _end(session, found, State.PARKED, None)
    facts = {"event": found.event_id, **({"status": found.status.value} if found.status else {})}
    tell(session, request.uuid, Kind.CALLBACK, attempt=attempt, facts={**facts, **(found.facts or {})})
    moved = _say_transfer(session, found, request)
    outcome = _settle(session, found, request, attempt)
    applied = moved or outcome is not Outcome.SAME
    return _end(session, found, State.APPLIED if applied else State.IGNORED, request.uuid)


def park_callback(session: Session, uuid: UUID) -> None:
    """Lay a stored callback aside of which nothing can be made, for somebody to look at."""
    session.execute(
        update(OfframpCallback)
        .where(OfframpCallback.uuid == uuid, OfframpCallback.state == State.STORED)
        .values(state=State.PARKED.value)
        .execution_options(synchronize_session=False)
    )


def _meant(session: Session, found: OfframpCallback) -> tuple[UUID | None, int | None]:
    """The request that a callback speaks of, and the try."""
    if found.reference_id is not None:
        named = try_under(session, found.reference_id, found.provider_id)
        if named is not None:
            return named.uuid, named.id
    if found.request_id is None:
        return None, None
    offramp = request_under(session, found.request_id, found.provider_id)
    if offramp is None or found.reference_id is not None:
        # A reference that is not ours, even of a request that is, is somebody else's order.
        return None, None
    tried = last_try(session, offramp)
    return offramp, tried and tried.id


def _say_transfer(session: Session, found: OfframpCallback, request: OfframpRequest) -> bool:
    """A provider may tell by which transfer the tokens reached it, before anybody else does."""
    if found.tx_hash is None or request.status != OfframpStatus.PENDING:
        return False
    if request.request_id is None or transfer_of(session, request) is not None:
        return False
    if not add_transfer(session, request, found.tx_hash):
        return False
    wake(session, request.uuid)
    return True


def _settle(
    session: Session, found: OfframpCallback, request: OfframpRequest, attempt: int | None
) -> Outcome:
    if attempt is not None:
        return settle(session, attempt, _report(found), source=Source.CALLBACK)
    if found.status not in {OfframpStatus.COMPLETED, OfframpStatus.FAILED}:
        return Outcome.SAME
    # It says that something ended which was never ordered.
    facts = {"was": request.status.value, "told": found.status.value, "source": Source.CALLBACK.value}
    raise_attention(session, "CONFLICT", provider=found.provider_id, offramp=request.uuid, facts=facts)
    return Outcome.CONFLICT


def _report(found: OfframpCallback) -> Report:
    kept = found.facts or {}
    return Report(
        found.status,
        found.reason,
        found.amount_paid,
        found.currency,
        found.fee,
        kept.get("walletId"),
        kept.get("customerKey"),
    )


def _end(session: Session, found: OfframpCallback, state: State, offramp: UUID | None) -> State:
    over = state is not State.PARKED
    session.execute(
        update(OfframpCallback)
        .where(OfframpCallback.uuid == found.uuid)
        .values(
            state=state.value,
            offramp_id=offramp,
            settled_at=func.clock_timestamp() if over else None,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire(found)
    return state


def _named(*told: tuple[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told if value}
