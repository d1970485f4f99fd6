"""Taking the rows of a hotline's file as cases."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import Refusal
from portal.grievances.models import GrievanceChannel
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.intake.hotline import Verdict
from portal.intake.models import HotlineFile, HotlineRow
from portal.intake.operations.public_reporter import public_reporter
from portal.intake.operations.telling import title_of
from portal.intake.queries.callers import people_by_phone

HOTLINE = "Hotline"
"""The channel that came with the portal for this; where it was renamed, cases come without one."""


def take_rows(
    session: Session, file: HotlineFile, *, by: int, ability: Ability, progress: Callable[[int], None]
) -> int:
    """Open a case for each row that is new, in the name of the user `by` who brought the file; how many.

    A case is about the person whose phone it is, where the registry knows one such person and no other, and the
    `ability` of who brought it lets them know that. Clocks count from the call, where the file says when that was.
    A row that became a case meanwhile changes nothing. What the rows said is then forgotten here: it stands in the
    cases. `progress` is told how many are done, and may raise to stop.
    """
    channel = session.scalars(
        select(GrievanceChannel.uuid).where(GrievanceChannel.name == HOTLINE, GrievanceChannel.is_active)
    ).one_or_none()
    reporter, taken = public_reporter(session), 0
    wanted = select(HotlineRow).where(HotlineRow.file_id == file.uuid, HotlineRow.verdict == Verdict.NEW)
    rows = session.scalars(wanted.order_by(HotlineRow.number)).all()
    people = people_by_phone(session, ability, (row.contact for row in rows))
    for done, row in enumerate(rows, 1):
        taken += _take(session, file.project_id, row, reporter, channel, by, people.get(row.contact))
        progress(done)
    session.execute(delete(HotlineRow).where(HotlineRow.file_id == file.uuid))
    return taken


def _take(
    session: Session,
    project: UUID,
    row: HotlineRow,
    reporter: int,
    channel: UUID | None,
    by: int,
    person: UUID | None,
) -> bool:
    complaint = Complaint(
        project,
        title_of(row.words),
        row.words,
        person=person,
        category=row.category_id,
        channel=channel,
        made_at=row.called_at,
    )
    contact = " ".join(part for part in (row.contact, row.email) if part)
    try:
        return open_grievance(session, complaint, Reporter(reporter, row.name, contact), row.case_uuid, by=by)
    except Refusal as refusal:
        raise Refusal(
            "Row %(number)s could not be taken. Check the file again.", number=row.number
        ) from refusal
