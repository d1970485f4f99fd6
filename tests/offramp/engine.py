"""Requests as people and workers bring them about: made by the operations, looked after as a worker does it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpAttempt, OfframpEvent, OfframpRequest
from portal.offramp.operations.making import Asked, make_request
from portal.offramp.tasks.hands import take_one
from tests.offramp.requests import CHAIN, RECEIVER, SENDER, TOKEN, Ground


def asked(ground: Ground, amount: str = "25", **changes: Any) -> Asked:
    """That Asha gets so much of the token in Kenyan shillings."""
    usual = Asked(
        ground.provider.uuid,
        ground.project.uuid,
        CHAIN,
        TOKEN,
        Decimal(amount),
        SENDER,
        "KES",
        RECEIVER["receiver_network"],
        RECEIVER["receiver_phone"],
        RECEIVER["receiver_name"],
        ground.asha.uuid,
    )
    return replace(usual, **changes)


def make(ground: Ground, amount: str = "25", **changes: Any) -> UUID:
    """A request of the maker's."""
    return make_request(ground.session, asked(ground, amount, **changes), by=ground.maker.id)


def work(session: Session, times: int = 1, *, wait: bool = False) -> int:
    """Look as a worker does after what is due, so many times; how many requests that were. With `wait` what is to be
    looked after later is due now."""
    looked = 0
    for _ in range(times):
        if wait:
            session.execute(text('UPDATE tbl_offramp_work SET "nextAt" = now(), "heldUntil" = NULL'))
            session.commit()
        if not take_one(session, current_app.config):
            break
        looked += 1
    return looked


def read(session: Session, uuid: UUID) -> OfframpRequest:
    """The request as it stands now."""
    session.expire_all()
    return session.scalars(select(OfframpRequest).where(OfframpRequest.uuid == uuid)).one()


def story(session: Session, uuid: UUID) -> list[str]:
    """The kinds of what was told of it, in their order."""
    wanted = select(OfframpEvent.kind).where(OfframpEvent.offramp_id == uuid).order_by(OfframpEvent.id)
    return list(session.scalars(wanted))


def tries(session: Session, uuid: UUID) -> Sequence[OfframpAttempt]:
    """Its tries, in their order."""
    session.expire_all()
    wanted = select(OfframpAttempt).where(OfframpAttempt.offramp_id == uuid)
    return session.scalars(wanted.order_by(OfframpAttempt.number)).all()
