"""A case as the person who complained sees it: what was said to them and by them, and never who looks after it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance, GrievanceAttachment, GrievanceEvent

_SIGNS = re.compile(r"[^0-9A-Z]")


def plain_code(typed: str) -> str:
    """A code, or a PIN, as it is kept, however it was typed: with blanks, small, in the figures of any script."""
    plain = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in typed)
    return _SIGNS.sub("", "".join(plain).upper())


def case_called(code: str) -> Select[Grievance]:
    """SQL: the case of a code, for its own reporter; sensitive ones are theirs as well."""
    return select(Grievance).where(Grievance.code == plain_code(code), Grievance.deleted_at.is_(None))


def case_with(uuid: UUID) -> Select[Grievance]:
    """SQL: the case of a uuid."""
    return select(Grievance).where(Grievance.uuid == uuid, Grievance.deleted_at.is_(None))


def story_for_reporter(session: Session, case: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What the reporter gets to read, oldest first: kind, by_reporter, to_status, body, created_at; and of a file that
    they may have file_uuid, file_name and file_size."""
    event, file = GrievanceEvent, GrievanceAttachment
    return session.execute(
        select(
            event.kind,
            event.by_reporter,
            event.to_status,
            event.body,
            event.created_at,
            file.uuid.label("file_uuid"),
            file.name.label("file_name"),
            file.size.label("file_size"),
        )
        .outerjoin(file, and_(file.event_id == event.uuid, file.is_public))
        .where(event.grievance_id == case, or_(event.is_public, event.by_reporter))
        .order_by(event.id)
    ).all()


def public_file(session: Session, case: UUID, file: UUID) -> GrievanceAttachment | None:
    """A file of a case that its reporter may have; None where there is none."""
    wanted = select(GrievanceAttachment).where(
        GrievanceAttachment.uuid == file,
        GrievanceAttachment.grievance_id == case,
        GrievanceAttachment.is_public,
    )
    return session.scalars(wanted).one_or_none()
