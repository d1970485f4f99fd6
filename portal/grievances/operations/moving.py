"""The moves of a case: acknowledged, resolved, closed, opened again. Each says why, and the person reads what was said.

Each is one conditional UPDATE, so of several at once one succeeds and the others are told; a trigger of the table
holds the same whatever else writes.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, Refusal, sentence
from portal.grievances.letters import tell_followers
from portal.grievances.models import Grievance
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case, said
from portal.grievances.operations.story import REPORTER, Teller, tell

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus
MOVES: dict[tuple[GrievanceStatus, GrievanceStatus], str] = {
    (NEW, UNDER_REVIEW): story.ACKNOWLEDGED,
    (NEW, CLOSED): story.CLOSED,
    (UNDER_REVIEW, RESOLVED): story.RESOLVED,
    (RESOLVED, CLOSED): story.CLOSED,
    (RESOLVED, UNDER_REVIEW): story.REOPENED,
    (CLOSED, UNDER_REVIEW): story.REOPENED,
}
"""From which state to which, and what the story calls it. The database holds the same."""
MISSING = {
    story.ACKNOWLEDGED: sentence("Tell the person that their complaint was received, and what happens next."),
    story.RESOLVED: sentence("Say what was done about it."),
    story.CLOSED: sentence("Say why it is closed."),
    story.REOPENED: sentence("Say why it is opened again."),
}
BY_NOW = {
    NEW: sentence("This case is new: nobody has acknowledged it yet."),
    UNDER_REVIEW: sentence("This case is under review by now."),
    RESOLVED: sentence("This case was resolved by now."),
    CLOSED: sentence("This case was closed by now."),
}
"""What to say to who wanted a move of a case that is in this state."""
ACCEPTED = sentence("The person accepts what was done.")


def next_of(status: GrievanceStatus) -> tuple[GrievanceStatus, ...]:
    """Where a case in this state can go."""
    return tuple(after for before, after in MOVES if before == status)


def move(
    session: Session,
    uuid: UUID,
    before: GrievanceStatus,
    after: GrievanceStatus,
    by: Teller,
    words: str,
    **values: Any,
) -> None:
    """Move a case that is in the state `before` to `after`, and say why; who follows it is told that it moved.

    Raises Conflict where it is in another state by now, or its project is closed; Refusal at the field `words` where
    nothing is said, and for a move that there is not; NotFound where there is no such case.
    """
    kind = MOVES.get((before, after))
    if kind is None:
        raise Refusal("A case does not move like this.")
    reason = said(words, MISSING[kind])
    case = hold_case(session, uuid)
    moving = (
        update(Grievance)
        .where(Grievance.uuid == uuid, Grievance.status == before, Grievance.deleted_at.is_(None))
        .values(status=after, status_reason=reason, updated_at=func.now(), **values)
        .returning(Grievance.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(moving) is None:
        raise Conflict(BY_NOW[case.status])
    session.refresh(case)
    accepted = by.reporter and after == CLOSED
    tell(
        session,
        uuid,
        kind,
        by,
        body=None if accepted else reason,
        is_public=True,
        moved=(before, after),
    )
    tell_followers(session, case, besides=by.user)


def acknowledge(session: Session, uuid: UUID, by: Teller, words: str) -> None:
    """NEW → UNDER_REVIEW. The first clock stops. Raises as `move` does."""
    move(session, uuid, NEW, UNDER_REVIEW, by, words)


def resolve(session: Session, uuid: UUID, by: Teller, words: str) -> None:
    """UNDER_REVIEW → RESOLVED, with what was done. The second clock stops. Raises as `move` does."""
    move(session, uuid, UNDER_REVIEW, RESOLVED, by, words)


def close(session: Session, uuid: UUID, before: GrievanceStatus, by: Teller, words: str) -> None:
    """NEW → CLOSED where there is nothing to do, RESOLVED → CLOSED where the answer stands. Raises as `move` does."""
    move(session, uuid, before, CLOSED, by, words)


def close_as_duplicate(session: Session, uuid: UUID, original: UUID, by: Teller, words: str) -> None:
    """NEW → CLOSED, because `original` tells the same. The view has looked that whoever does it may see both.

    Raises as `move` does; Refusal at the field `original` for the case itself, one of another project, and one that is
    a duplicate itself.
    """
    case, other = hold_case(session, uuid), _other(session, original)
    if other is None or other.uuid == uuid or other.project_id != case.project_id:
        raise Refusal("Choose another case of the same project.", field="original")
    if other.duplicate_of is not None:
        raise Refusal("That case is a duplicate itself. Choose the one that it repeats.", field="original")
    move(session, uuid, NEW, CLOSED, by, words, duplicate_of=original)
    tell(session, uuid, story.LINKED, by, facts={"duplicateOf": str(original), "what": "duplicateOf"})


def reopen(session: Session, uuid: UUID, before: GrievanceStatus, by: Teller, words: str) -> None:
    """RESOLVED or CLOSED → UNDER_REVIEW: not accepted, or appealed against. A new second clock. Raises as `move`."""
    move(session, uuid, before, UNDER_REVIEW, by, words, duplicate_of=None)


def accept_answer(session: Session, uuid: UUID) -> None:
    """RESOLVED → CLOSED, by the person who complained. Raises as `move` does."""
    move(session, uuid, RESOLVED, CLOSED, REPORTER, ACCEPTED)


def decline_answer(session: Session, uuid: UUID, before: GrievanceStatus, words: str) -> None:
    """RESOLVED or CLOSED → UNDER_REVIEW, by the person who complained, with their reason. Raises as `move` does."""
    reopen(session, uuid, before, REPORTER, words)


def _other(session: Session, uuid: UUID) -> Grievance | None:
    return session.scalars(
        select(Grievance).where(Grievance.uuid == uuid, Grievance.deleted_at.is_(None))
    ).one_or_none()
