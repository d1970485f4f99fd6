"""The last scan, and what it had to leave out."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.models import Job


def last_scan(session: Session, kind: str) -> Job | None:
    """The scan that was asked for last, at work or ended; None where there was none for a long time."""
    return session.scalars(
        select(Job).where(Job.kind == kind).order_by(Job.created_at.desc()).limit(1)
    ).first()


@dataclass(frozen=True)
class LeftOut:
    """So many `groups` of people with a mark in common, up to `largest` people each, were not compared in them."""

    groups: int
    largest: int


def left_out(job: Job | None) -> LeftOut | None:
    """What a scan that came to its end did not compare; None where it compared everything."""
    result = job.result if job is not None and job.state == "SUCCEEDED" else None
    if not isinstance(result, dict) or not result.get("left_out"):
        return None
    return LeftOut(result["left_out"], result["largest"])
