"""What a worker has to ask a provider next about a request; decided while the request's row is locked.

Whatever is asked is asked after the transaction has ended, and what is answered is written in another one, which looks
anew at where the request stands by then.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus, ProjectStatus
from portal.offramp.client.adapter import Order, Receiver, Wanted
from portal.offramp.models import OfframpAttempt, OfframpProvider, OfframpRequest, OfframpTransaction
from portal.offramp.operations.working import FIRST, at_once, hold, later, rest
from portal.offramp.queries.attention import is_contested
from portal.offramp.queries.tries import standing_try
from portal.projects.models import Project


@dataclass(frozen=True)
class AskQuote:
    """Ask what the receiver would get."""

    wanted: Wanted


@dataclass(frozen=True)
class Open:
    """Have the provider open a request, which moves no money."""

    wanted: Wanted
    key: str


@dataclass(frozen=True)
class Send:
    """Make a try, then order the payment: the caller does the first in this very transaction."""


@dataclass(frozen=True)
class Check:
    """Ask what became of a try."""

    attempt: int
    reference_id: str


Step: TypeAlias = AskQuote | Open | Send | Check


def next_step(
    session: Session, uuid: UUID, *, quoted: bool = False, first: dt.timedelta = FIRST
) -> Step | None:
    """What to ask the provider next; None where there is nothing to ask now, and then that is noted.

    `quoted` says that the provider was asked for a quote a moment ago; `first` is the shortest pause.
    """
    request = hold(session, uuid)
    if request is None or request.status in {OfframpStatus.COMPLETED, OfframpStatus.FAILED}:
        rest(session, uuid)
        return None
    if request.status == OfframpStatus.PROCESSING:
        tried = standing_try(session, uuid)
        if tried is None:
            rest(session, uuid)
            return None
        return Check(tried.id, tried.reference_id)
    return _towards_sending(session, request, quoted, first)


def _towards_sending(
    session: Session, request: OfframpRequest, quoted: bool, first: dt.timedelta
) -> Step | None:
    if request.provider_id is None or request.receiver_phone is None or is_contested(session, request.uuid):
        rest(session, request.uuid)
        return None
    if not _may_go(session, request):
        later(session, request.uuid, first)
        return None
    if not quoted and _wants_quote(session, request):
        return AskQuote(wanted(request))
    if request.request_id is None:
        return Open(wanted(request), str(request.uuid))
    released = not request.needs_release or request.released_by is not None
    if released and transfer_of(session, request) is not None:
        return Send()
    rest(session, request.uuid)  # whoever releases it or says the transfer wakes it
    return None


def _may_go(session: Session, request: OfframpRequest) -> bool:
    """Whether its provider is active and its project open."""
    active = session.scalar(
        select(OfframpProvider.is_active).where(
            OfframpProvider.uuid == request.provider_id, OfframpProvider.deleted_at.is_(None)
        )
    )
    project = select(Project.status).where(Project.uuid == request.project_id)
    return bool(active) and session.scalar(project) in {None, ProjectStatus.ACTIVE}


def _wants_quote(session: Session, request: OfframpRequest) -> bool:
    """Whether nothing was quoted yet, or it does not hold any more."""
    if request.fiat_amount is None:
        return True
    if request.quote_expires_at is None:
        return False
    now: dt.datetime = session.scalars(select(func.clock_timestamp())).one()
    return request.quote_expires_at <= now


def wanted(request: OfframpRequest) -> Wanted:
    """What the request asks a provider for."""
    return Wanted(
        request.chain, request.token, request.amount, request.sender_address, request.currency or ""
    )


def order(request: OfframpRequest, tried: OfframpAttempt, tx_hash: str) -> Order:
    """The order that a try stands for."""
    receiver = Receiver(request.receiver_network, request.receiver_phone, request.receiver_name)
    return Order(tried.reference_id, request.request_id or "", tx_hash, wanted(request), receiver)


def transfer_of(session: Session, request: OfframpRequest) -> str | None:
    """The hash of the transfer that belongs to the request; None while it is not known."""
    return session.scalar(
        select(OfframpTransaction.tx_hash).where(OfframpTransaction.request_id == request.request_id)
    )


def schedule(session: Session, uuid: UUID, first: dt.timedelta = FIRST, *, anew: bool = False) -> None:
    """Note when to look after the request again, by where it stands now. `anew` where something has come of it."""
    request = hold(session, uuid)
    if request is None or request.status in {OfframpStatus.COMPLETED, OfframpStatus.FAILED}:
        rest(session, uuid)
    elif request.status == OfframpStatus.PENDING and anew:
        at_once(session, uuid)
    else:
        later(session, uuid, first, anew=anew)
