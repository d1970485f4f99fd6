"""What stands in the way of a request because somebody has to look at it first."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.offramp.watching import OfframpAttention


def is_contested(session: Session, offramp: UUID) -> bool:
    """Whether a provider said that what has ended ended otherwise, and nobody has looked into it yet."""
    contested = exists().where(
        OfframpAttention.offramp_id == offramp,
        OfframpAttention.kind == "CONFLICT",
        OfframpAttention.settled_at.is_(None),
    )
    return bool(session.scalar(select(contested)))
