"""The last scan."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.models import Job


def last_scan(session: Session, kind: str) -> Job | None:
    """The scan that was asked for last, at work or ended; None where there was none for a long time."""
    return session.scalars(
        select(Job).where(Job.kind == kind).order_by(Job.created_at.desc()).limit(1)
    ).first()
