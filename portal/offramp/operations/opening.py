"""Before money moves: what a provider quotes, and that it opens a request."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import Opened, ProviderFault, Quote, Trouble
from portal.offramp.models import OfframpCallback, OfframpRequest
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.depositing import add_transfer
from portal.offramp.operations.making import quote_facts
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, rest


def note_quote(session: Session, uuid: UUID, quote: Quote) -> None:
    """Keep what a provider quoted; nothing where the request has moved on meanwhile."""
    request = hold(session, uuid)
    if request is None or request.status != OfframpStatus.PENDING:
        return
    _write(
        session,
        request,
        currency=quote.currency,
        fiat_amount=quote.fiat_amount,
        fee=quote.fee,
        quote_id=quote.quote_id,
        quote_expires_at=quote.expires_at,
    )
    tell(session, uuid, Kind.QUOTED, facts=quote_facts(quote))


def note_opened(session: Session, uuid: UUID, opened: Opened) -> None:
    """Keep the provider's name for a request, and the transfer where it names one; nothing where that is known already.

    Callbacks about that name that came before it was known are looked at again. A transfer that belongs to another
    request is not taken, and raised.
    """
    request = hold(session, uuid)
    if request is None or request.request_id is not None:
        return
    _write(session, request, request_id=opened.request_id, escrow_address=opened.escrow_address)
    tell(session, uuid, Kind.REQUESTED, facts=opened.facts)
    session.refresh(request)
    if opened.tx_hash is not None and not add_transfer(session, request, opened.tx_hash):
        facts = {"txHash": opened.tx_hash}
        raise_attention(session, "CONFLICT", provider=request.provider_id, offramp=uuid, facts=facts)
    session.execute(
        update(OfframpCallback)
        .where(
            OfframpCallback.state == "PARKED",
            OfframpCallback.request_id == opened.request_id,
            OfframpCallback.provider_id == request.provider_id,
        )
        .values(state="STORED")
        .execution_options(synchronize_session=False)
    )


def note_not_opened(session: Session, uuid: UUID, fault: ProviderFault) -> bool:
    """Tell that a provider gave no quote, or did not open a request. Whether asking again may help.

    Where it said no for good the request is left alone, and somebody has to look at it: they withdraw it, or have it
    asked again.
    """
    request = hold(session, uuid)
    if request is None:
        return False
    said = {"trouble": fault.trouble.value, "said": fault.words, **fault.facts}
    refused = fault.trouble == Trouble.REFUSED
    tell(session, uuid, Kind.ANSWERED if refused else Kind.UNANSWERED, facts=said)
    if refused:
        facts = {"said": fault.words}
        raise_attention(session, "STUCK", provider=request.provider_id, offramp=uuid, facts=facts)
        rest(session, uuid)
    return not refused


def _write(session: Session, request: OfframpRequest, **values: object) -> None:
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == request.uuid)
        .values(updated_at=func.now(), **values)
        .execution_options(synchronize_session=False)
    )
    session.expire(request)
