"""Forgetting who complained, when a case has been closed for long: it is told what happened, and to nobody's name."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.grievances.models import Grievance
from portal.projects.operations.following import following_people


def forget_reporters(session: Session, months: int, most: int) -> int:
    """Forget name and contact in cases that were closed so many months ago and not opened since, at most so many cases,
    the longest closed first; how many. What was said stays, and so does the person on record whom a case is about: who
    erases them erases what names them everywhere.
    """
    named = or_(Grievance.reported_by != "", Grievance.reporter_contact != "")
    over = Grievance.closed_at < func.now() - func.make_interval(0, months)
    due = (
        select(Grievance.id)
        .where(Grievance.closed_at.is_not(None), named, over)
        .order_by(Grievance.closed_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(due).all()
    if not found:
        return 0
    with following_people(session):  # also what lies in closed projects
        forgetting = (
            update(Grievance)
            .where(Grievance.id.in_(found))
            .values(
                reported_by="",
                reporter_contact="",
                reporter_forgotten_at=func.now(),
                updated_at=func.now(),
            )
            .execution_options(synchronize_session=False)
        )
        return rows_changed(session.execute(forgetting))
