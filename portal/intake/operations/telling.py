"""Taking a complaint of somebody without an account."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.intake.operations.public_reporter import public_reporter

LONGEST_TITLE = 80
PUBLIC = "PUBLIC"
"""The channel that the public form stands for."""


@dataclass(frozen=True)
class Told:
    """What somebody told by the public form: nothing but `words` has to be said. `contact` is how to reach them."""

    project: UUID
    words: str
    category: UUID | None = None
    name: str = ""
    contact: str = ""
    language: str | None = None


def tell(session: Session, told: Told, uuid: UUID, pin_hash: str) -> tuple[str, bool]:
    """Open a case; its code, and whether it is new: the same uuid once more is the case that there is.

    A category that is sensitive makes the case sensitive. Raises Refusal as opening does: for a closed project, and at
    `category` for one that is no longer in use.
    """
    new = open_grievance(
        session,
        Complaint(
            told.project,
            title_of(told.words),
            told.words,
            category=told.category,
            channel=PUBLIC,
            language=told.language,
        ),
        Reporter(public_reporter(session), told.name, told.contact, pin_hash),
        uuid,
    )
    return session.scalars(select(Grievance.code).where(Grievance.uuid == uuid)).one(), new


def title_of(words: str) -> str:
    """What a list shows of a complaint that has no title: its first line, up to the end of a word."""
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    if len(line) <= LONGEST_TITLE:
        return line
    return f"{line[:LONGEST_TITLE].rpartition(' ')[0] or line[: LONGEST_TITLE - 1]}…"
