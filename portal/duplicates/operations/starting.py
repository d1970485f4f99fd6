"""Having everybody looked through: one search at a time."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.operations import record
from portal.core.errors import Conflict, sentence
from portal.duplicates.queries.scans import last_scan
from portal.jobs.models import Job
from portal.jobs.operations import start
from portal.jobs.queries import ENDED

SCAN = "duplicates.scan"
SCANNED = "SCAN"
"""What the log calls that somebody had everybody looked through."""
UNDER_WAY = sentence("A search for duplicates is under way already.")


def begin_scan(session: Session, *, created_by: int, link: str) -> Job:
    """Have a job look through everybody, on behalf of a user. Raises Conflict while another one does.

    Of two who ask at once the second waits for the first.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("duplicates.start"))))
    job = last_scan(session, SCAN)
    if job is not None and job.state not in ENDED:
        raise Conflict(UNDER_WAY)
    record(session, SCANNED, table_name="tbl_duplicate_pairs")
    return start(SCAN, {}, created_by=created_by, link=link, session=session)
