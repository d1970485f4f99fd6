"""Having a case before one changes it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import NotFound, Refusal
from portal.grievances.models import Grievance
from portal.projects.queries.project import hold_writable

LONGEST_WORDS = 5_000
"""Characters of what is said in a case."""


def hold_case(session: Session, uuid: UUID) -> Grievance:
    """The case as it is now, locked until the transaction ends, and its project kept open as long.

    Raises NotFound where there is none, Conflict in a closed project.
    """
    wanted = select(Grievance).where(Grievance.uuid == uuid, Grievance.deleted_at.is_(None))
    project = session.scalar(wanted.with_only_columns(Grievance.project_id))
    if project is None:
        raise NotFound
    # The project first, as who closes it does.
    hold_writable(session, project)
    case = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if case is None:
        raise NotFound
    return case


def said(words: str, missing: str, field: str = "words") -> str:
    """What somebody said, without blanks around it. Raises Refusal with the sentence `missing` where it is nothing."""
    text = words.strip()
    if not text:
        raise Refusal(missing, field=field)
    if len(text) > LONGEST_WORDS:
        raise Refusal("Write at most %(most)s characters.", field=field, most=LONGEST_WORDS)
    return text
