"""The story of a request: what was done and said about it, added line by line."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpEvent


class Kind(StrEnum):
    """What can be told of a request."""

    MADE = "MADE"
    QUOTED = "QUOTED"
    REQUESTED = "REQUESTED"
    DEPOSITED = "DEPOSITED"
    RELEASED = "RELEASED"
    SENT = "SENT"
    ANSWERED = "ANSWERED"
    UNANSWERED = "UNANSWERED"
    CHECKED = "CHECKED"
    CALLBACK = "CALLBACK"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    RETRIED = "RETRIED"
    MARKED = "MARKED"
    WITHDRAWN = "WITHDRAWN"
    GIVEN_UP = "GIVEN_UP"
    PROOF = "PROOF"
    STATEMENT = "STATEMENT"
    FILED = "FILED"


def tell(
    session: Session,
    offramp: UUID,
    kind: Kind,
    *,
    attempt: int | None = None,
    by: int | None = None,
    body: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the story of a request.

    `body` is in the own words of the user `by`; `facts` is plain JSON, and holds no phone, no name and no key.
    """
    values = {
        "offramp_id": offramp,
        "kind": kind.value,
        "attempt_id": attempt,
        "created_by": by,
        "body": body,
        "facts": dict(facts) if facts else None,
    }
    session.execute(insert(OfframpEvent).values(values))
