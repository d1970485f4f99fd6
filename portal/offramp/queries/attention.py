"""What stands in the way of a request because somebody has to look at it first."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import Session

from portal.offramp.watching import OfframpAttention


def contested(offramp: Any) -> ColumnElement[bool]:
    """SQL: a provider said of this request that what has ended ended otherwise, and nobody has looked into it yet."""
    return exists().where(
        OfframpAttention.offramp_id == offramp,
        OfframpAttention.kind == "CONFLICT",
        OfframpAttention.settled_at.is_(None),
    )


def is_contested(session: Session, offramp: UUID) -> bool:
    """The same of one request."""
    return bool(session.scalar(select(contested(literal(offramp)))))
