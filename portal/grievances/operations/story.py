"""Adding a line to the story of a case. Lines are never changed and never taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.grievances.models import GrievanceEvent

OPENED, ACKNOWLEDGED, RESOLVED, CLOSED, REOPENED = "OPENED", "ACKNOWLEDGED", "RESOLVED", "CLOSED", "REOPENED"
ASSIGNED, PRIORITY, CATEGORY, SENSITIVE = "ASSIGNED", "PRIORITY", "CATEGORY", "SENSITIVE"
NOTE, ASKED, ANSWERED, LINKED, FILE, ESCALATED = "NOTE", "ASKED", "ANSWERED", "LINKED", "FILE", "ESCALATED"
EDITED = "EDITED"
KINDS = (
    OPENED,
    ACKNOWLEDGED,
    RESOLVED,
    CLOSED,
    REOPENED,
    ASSIGNED,
    PRIORITY,
    CATEGORY,
    SENSITIVE,
    NOTE,
    ASKED,
    ANSWERED,
    LINKED,
    FILE,
    ESCALATED,
    EDITED,
)
"""What can happen in a case."""


@dataclass(frozen=True)
class Teller:
    """Who does something in a case: a user by their id, or the person who complained, who may have no account."""

    user: int | None = None
    reporter: bool = False


REPORTER = Teller(reporter=True)
"""The person who complained, known by code and PIN."""
SYSTEM = Teller()
"""The portal itself: a rule, or a clock that ran out."""


def tell(
    session: Session,
    case: UUID,
    kind: str,
    by: Teller,
    *,
    body: str | None = None,
    facts: Mapping[str, Any] | None = None,
    is_public: bool = False,
    moved: tuple[GrievanceStatus, GrievanceStatus] | None = None,
    uuid: UUID | None = None,
) -> UUID | None:
    """Add a line and return its uuid; None where a line of the same `uuid` is there already, which is left as it is.

    `is_public` lines are read by the person who complained. `moved` is from which state to which.
    """
    before, after = moved or (None, None)
    adding = (
        insert(GrievanceEvent)
        .values(
            uuid=uuid or uuid4(),
            grievance_id=case,
            kind=kind,
            is_public=is_public,
            by_reporter=by.reporter,
            from_status=before,
            to_status=after,
            body=body,
            facts=dict(facts) if facts else None,
            created_by=by.user,
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
        .returning(GrievanceEvent.uuid)
    )
    return session.scalar(adding)
