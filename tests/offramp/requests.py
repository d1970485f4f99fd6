"""Offramps for tests: providers, requests in any state, and what was said about them; made without the portal's own
operations, in the steps that the database allows."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.enums import OfframpStatus, TokenDataType
from portal.offramp.models import (
    OfframpAttempt,
    OfframpEvent,
    OfframpProvider,
    OfframpRequest,
    OfframpTransaction,
)
from portal.projects.models import Project
from portal.tokens.models import Token
from portal.users.models import User
from tests.factories import add_beneficiary, add_project, add_user_with

_next = count(1)
CHAIN, TOKEN = "CELO", "CUSD"
SENDER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
RECEIVER = {"receiver_network": "MTN", "receiver_phone": "+9779800000001", "receiver_name": "Asha Tharu"}


def add_provider(
    session: Session, name: str = "Sandbox", adapter: str = "SANDBOX", **facts: Any
) -> OfframpProvider:
    """An active provider; its adapter takes what is not configured as it usually is."""
    found = OfframpProvider(**{"name": name, "adapter": adapter, "config": {}, "is_active": True, **facts})
    session.add(found)
    session.flush()
    return found


def add_token(session: Session, symbol: str = TOKEN, decimals: int = 2, **facts: Any) -> Token:
    """A token that amounts can be counted in."""
    number = next(_next)
    usual = {
        "name": f"Token {symbol}",
        "initial_supply": Decimal(10) ** (decimals + 9),
        "from_block": number,
        "contract_address": f"0x{number:040d}",
        "type": TokenDataType.IMPORTED,
    }
    found = Token(**{"symbol": symbol, "decimals": decimals, **usual, **facts})
    session.add(found)
    session.flush()
    return found


def add_request(
    session: Session,
    provider: OfframpProvider | None,
    project: Project | None = None,
    status: OfframpStatus = OfframpStatus.PENDING,
    *,
    by: User | None = None,
    person: Beneficiary | None = None,
    amount: str = "25",
    reason: str = "The number is not registered",
    **facts: Any,
) -> OfframpRequest:
    """A request in this state, with the try and the transfer that led there. `facts` are columns."""
    usual: dict[str, Any] = {"chain": CHAIN, "token": TOKEN, "sender_address": SENDER, **RECEIVER}
    found = OfframpRequest(
        **usual | facts,
        amount=Decimal(amount),
        provider_id=provider and provider.uuid,
        project_id=project and project.uuid,
        beneficiary_id=person and person.uuid,
        created_by=by and by.id,
    )
    session.add(found)
    session.flush()
    if status == OfframpStatus.PENDING:
        return found
    attempt = add_attempt(session, found)
    if status == OfframpStatus.PROCESSING:
        return found
    settle_attempt(session, found, attempt, status, reason=reason)
    return found


def add_attempt(session: Session, request: OfframpRequest, state: str = "ACCEPTED") -> OfframpAttempt:
    """A try at a PENDING request, which is PROCESSING by it."""
    number = next(_next)
    if request.request_id is None:
        request.request_id, request.escrow_address = f"request-{number}", SENDER
        session.flush()
        session.add(
            OfframpTransaction(
                request_id=request.request_id,
                tx_hash=f"0x{number:064x}",
                chain=request.chain,
                token=request.token,
            )
        )
    tried = session.query(OfframpAttempt).filter_by(offramp_id=request.uuid).count()
    attempt = OfframpAttempt(
        offramp_id=request.uuid, number=tried + 1, reference_id=f"rp-{number}", state=state
    )
    session.add(attempt)
    session.flush()
    request.status = OfframpStatus.PROCESSING
    session.flush()
    session.refresh(request)
    return attempt


def settle_attempt(
    session: Session,
    request: OfframpRequest,
    attempt: OfframpAttempt,
    status: OfframpStatus,
    *,
    reason: str = "The number is not registered",
) -> None:
    """The try has ended so, and its request with it."""
    failed = status == OfframpStatus.FAILED
    attempt.settled_at, attempt.state = dt.datetime.now(dt.UTC), status.value
    attempt.reason = reason if failed else None
    session.flush()
    request.status = status
    if failed:
        request.failed_reason = reason
    session.flush()
    session.refresh(request)


def add_event(
    session: Session,
    request: OfframpRequest,
    kind: str,
    body: str | None = None,
    *,
    by: User | None = None,
    attempt: OfframpAttempt | None = None,
    **facts: Any,
) -> OfframpEvent:
    """Something that was said or done about it. `facts` are what is kept of a conversation, masked."""
    event = OfframpEvent(
        offramp_id=request.uuid,
        attempt_id=attempt and attempt.id,
        kind=kind,
        body=body,
        facts=facts or None,
        created_by=by and by.id,
    )
    session.add(event)
    session.flush()
    return event


def since(session: Session, request: OfframpRequest, hours: int) -> None:
    """Make it stand where it stands for so many hours."""
    session.execute(
        text(
            'UPDATE tbl_offramps SET "statusAt" = now() - make_interval(hours => :hours) WHERE uuid = :uuid'
        ),
        {"hours": hours, "uuid": request.uuid},
    )
    session.refresh(request)


@dataclass(frozen=True)
class Ground:
    """What requests are made of in these tests; somebody in it makes them, somebody else releases them."""

    session: Session
    project: Project
    provider: OfframpProvider
    token: Token
    asha: Beneficiary
    maker: User
    approver: User

    def add(self, status: OfframpStatus = OfframpStatus.PENDING, **facts: Any) -> OfframpRequest:
        """A request of the maker's for Asha."""
        usual: dict[str, Any] = {"by": self.maker, "person": self.asha, "project": self.project}
        return add_request(self.session, self.provider, status=status, **usual | facts)


def make_ground(session: Session) -> Ground:
    """All of it, committed."""
    project = add_project(session, "Winter Cash", currency="NPR")
    ground = Ground(
        session,
        project,
        add_provider(session),
        add_token(session),
        add_beneficiary(session, "Asha Tharu", RECEIVER["receiver_phone"], projects=[project]),
        add_user_with(session, "maker", "Manager"),
        add_user_with(session, "approver", "Approver"),
    )
    session.commit()
    return ground
