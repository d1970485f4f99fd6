"""What is due."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpCallback, OfframpWork


def any_due(session: Session) -> bool:
    """Whether a request is due that nobody looks after."""
    now = func.clock_timestamp()
    free = or_(OfframpWork.held_until.is_(None), OfframpWork.held_until <= now)
    return bool(session.scalar(select(exists().where(OfframpWork.next_at <= now, free))))


def stored_callbacks(session: Session, most: int) -> Sequence[UUID]:
    """Callbacks that nobody has looked at, the oldest first."""
    return session.scalars(
        select(OfframpCallback.uuid)
        .where(OfframpCallback.state == "STORED")
        .order_by(OfframpCallback.received_at)
        .limit(most)
    ).all()
