"""What is done about messages whose job is gone, whose time has come again, or that should be forgotten."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import case, func, or_, update
from sqlalchemy.orm import Session

from portal.core.errors import sentence
from portal.jobs import operations as jobs
from portal.messages.models import Message
from portal.messages.operations.outbox import SEND
from portal.messages.operations.sending import MOST_ATTEMPTS, PAUSES, STALE
from portal.messages.queries.messages import due_messages, has_live_job, is_stale, was_cancelled

INTERRUPTED = sentence("The attempt was interrupted, so nobody knows whether it went out.")
CANCELLED = sentence("Somebody cancelled the job that was to send it.")
WAITED = sentence("It waited too long without a way to send it.")

MOST_AT_ONCE = 100
"""Messages that are begun anew in one go; the rest follow a few seconds later."""

FAILED_BODIES = dt.timedelta(days=7)
"""For so long a message that failed can be sent again; then its words are forgotten."""


def settle_left(session: Session) -> int:
    """Messages whose job is gone without an ending, or was cancelled by somebody; how many were found."""
    cancelled = session.scalars(
        update(Message)
        .where(Message.state == "QUEUED", was_cancelled())
        .values(state="FAILED", last_error=CANCELLED, last_code=None)
        .returning(Message.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    interrupted = session.scalars(
        update(Message)
        .where(Message.state == "SENDING", ~has_live_job())
        .values(
            state=case((Message.attempts >= MOST_ATTEMPTS, "FAILED"), else_="QUEUED"),
            next_attempt_at=func.now() + PAUSES[0],
            last_error=INTERRUPTED,
            last_code=None,
        )
        .returning(Message.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    return len(cancelled) + len(interrupted)


def begin_due(session: Session, kinds: Sequence[str]) -> int:
    """Start a job for each waiting message of these kinds whose time has come and that has none; how many."""
    due = due_messages(session, kinds, MOST_AT_ONCE)
    for uuid in due:
        job = jobs.start(SEND, {"message": str(uuid)}, created_by=None, session=session)
        session.execute(
            update(Message)
            .where(Message.uuid == uuid)
            .values(job=job.uuid)
            .execution_options(synchronize_session=False)
        )
    return len(due)


def forget(session: Session, keep: dt.timedelta, sent_bodies: dt.timedelta) -> None:
    """Forget words and addresses that have done their service.

    Addresses go after `keep`, and with them whatever words are left; a message that still waits then has failed.
    Words of sent messages go after `sent_bodies` (only the demo keeps any), those of failed ones after a week.
    """
    bodies = {"body": None, "purged_at": func.now()}
    long_ago = Message.created_at < func.now() - keep
    session.execute(
        update(Message)
        .where(Message.to.is_not(None), long_ago, Message.state == "QUEUED", ~has_live_job())
        .values(state="FAILED", last_error=WAITED, last_code=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Message)
        .where(Message.state == "QUEUED", is_stale(), ~has_live_job())
        .values(state="FAILED", last_error=STALE, **bodies)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Message)
        .where(Message.to.is_not(None), Message.body.is_not(None))
        .where(
            or_(
                (Message.state == "SENT") & (Message.sent_at < func.now() - sent_bodies),
                (Message.state == "FAILED") & (Message.created_at < func.now() - FAILED_BODIES),
                Message.state.in_(("SENT", "FAILED")) & long_ago,
            )
        )
        .values(bodies)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Message)
        .where(Message.to.is_not(None), long_ago, Message.state.in_(("SENT", "FAILED")))
        .values(to=None)
        .execution_options(synchronize_session=False)
    )
