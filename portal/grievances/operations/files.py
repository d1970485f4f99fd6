"""Files that belong to a case: kept outside of what is served, under names of our own, and never opened by us."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import keeping
from portal.core.errors import Refusal
from portal.core.places import instance_directory
from portal.grievances.content import media_type_of, shown_name
from portal.grievances.letters import tell_followers
from portal.grievances.models import GrievanceAttachment
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case
from portal.grievances.operations.story import Teller, tell

MOST_FILES = 30
"""So many files a case has at most."""


@dataclass(frozen=True)
class Sent:
    """A file as somebody sent it: what they call it, and what is in it."""

    name: str
    content: bytes


def case_files() -> Path:
    """Where this installation keeps the files of cases."""
    return instance_directory() / "cases"


def add_file(
    session: Session, case: UUID, by: Teller, sent: Sent, *, is_public: bool, uuid: UUID | None = None
) -> str | None:
    """Keep a file with a case; where it lies, or None where the same `uuid` is there already, which is left as it is.

    It is written before the transaction ends, so where that fails the caller forgets it (`forget`). The person who
    complained knows of `is_public` ones. Raises Refusal at the field `file` for what is not taken (`content`) and where
    a case has many already, Conflict in a closed project, NotFound where there is no such case.
    """
    name = shown_name(sent.name)
    media_type = media_type_of(name, sent.content)
    found = hold_case(session, case)
    held = select(func.count()).where(GrievanceAttachment.grievance_id == case)
    if (session.scalar(held) or 0) >= MOST_FILES:
        raise Refusal("A case has at most %(most)s files.", field="file", most=MOST_FILES)
    event = tell(session, case, story.FILE, by, is_public=is_public, uuid=uuid)
    if event is None:
        return None
    path = token_hex(16)
    attachment = GrievanceAttachment(
        grievance_id=case,
        event_id=event,
        name=name,
        media_type=media_type,
        size=len(sent.content),
        file_path=path,
        is_public=is_public,
        created_by=by.user,
    )
    session.add(attachment)
    session.flush()
    tell_followers(session, found, besides=by.user)
    keeping.keep(case_files() / path, sent.content)
    return path


def forget(paths: Iterable[str]) -> None:
    """Delete files whose rows are gone, or never came."""
    keeping.forget(case_files(), paths)


def remove_unnamed(session: Session) -> int:
    """Remove the files that no case names (`core.keeping.unnamed`); how many."""
    gone = keeping.unnamed(case_files(), set(session.scalars(select(GrievanceAttachment.file_path))))
    forget(gone)
    return len(gone)
