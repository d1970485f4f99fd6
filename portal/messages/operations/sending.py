"""One attempt to send a message: claimed, taken, refused.

Each is a conditional UPDATE that names the job: a message is sent by the job it names and by no other.
"""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, null, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, sentence
from portal.jobs import operations as jobs
from portal.messages.models import Message
from portal.messages.operations.outbox import SEND
from portal.messages.queries.messages import is_stale, state_of

PAUSES = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
)
"""How long to wait after the first, second … attempt that failed; after one more the message fails."""
MOST_ATTEMPTS = len(PAUSES) + 1

STALE = sentence("It could not be sent before its words ran out.")
FORGOTTEN = sentence("The words of this message are no longer kept, so it cannot be sent again.")


@dataclass(frozen=True)
class Claimed:
    """What an attempt sends. `sealed` is the body as it is kept."""

    uuid: UUID
    kind: str
    to: str = field(repr=False)
    subject: str | None = field(repr=False)
    sealed: str = field(repr=False)
    stale: bool


def claim(session: Session, uuid: UUID, job: UUID) -> Claimed | None:
    """Begin an attempt; None where the message is sent already, or another job sends it.

    A message that is being sent by this very job was left so when its worker died. Nobody knows whether it went out,
    so it is sent again (docs/decisions/0016-messages-at-least-once.md).
    """
    row = session.execute(
        update(Message)
        .where(Message.uuid == uuid, Message.job == job, Message.state.in_(("QUEUED", "SENDING")))
        .values(state="SENDING", attempts=Message.attempts + 1)
        .returning(Message.uuid, Message.kind, Message.to, Message.subject, Message.body, is_stale())
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    uuid, kind, to, subject, sealed, stale = row
    return Claimed(uuid, kind, to or "", subject, sealed or "", stale)


def note_sent(session: Session, uuid: UUID, job: UUID, *, keep_body: bool = False) -> None:
    """The message was taken: its body is forgotten, unless the demo shows it for a while."""
    values = {} if keep_body else {"body": null(), "purged_at": func.now()}
    session.execute(
        update(Message)
        .where(*_being_sent(uuid, job))
        .values(state="SENT", sent_at=func.now(), last_error=None, last_code=None, **values)
        .execution_options(synchronize_session=False)
    )


def note_failure(
    session: Session, uuid: UUID, job: UUID, why: str, code: int | None = None, *, permanent: bool = False
) -> None:
    """The message was not taken, for a reason in plain words: it waits for its next attempt, or has failed."""
    over = Message.attempts >= MOST_ATTEMPTS
    pause = case(
        *((Message.attempts == number, pause) for number, pause in enumerate(PAUSES, 1)), else_=PAUSES[-1]
    )
    session.execute(
        update(Message)
        .where(*_being_sent(uuid, job))
        .values(
            state="FAILED" if permanent else case((over, "FAILED"), else_="QUEUED"),
            next_attempt_at=func.now() + pause,
            last_error=why,
            last_code=code,
        )
        .execution_options(synchronize_session=False)
    )


def note_stale(session: Session, uuid: UUID, job: UUID) -> None:
    """Nobody needs the message any more: it fails, and its words are forgotten."""
    session.execute(
        update(Message)
        .where(*_being_sent(uuid, job))
        .values(state="FAILED", last_error=STALE, body=None, purged_at=func.now())
        .execution_options(synchronize_session=False)
    )


def retry(session: Session, uuid: UUID) -> None:
    """Send a failed message again, from the first attempt on. Of two who ask at once one begins it.

    Raises Conflict when it has not failed, or its words are forgotten.
    """
    job = jobs.start(SEND, {"message": str(uuid)}, created_by=None, session=session)
    begun = session.scalar(
        update(Message)
        .where(Message.uuid == uuid, Message.state == "FAILED", Message.body.is_not(None), ~is_stale())
        .where(Message.to.is_not(None))
        .values(
            state="QUEUED",
            attempts=0,
            next_attempt_at=func.now(),
            job=job.uuid,
            last_error=None,
            last_code=None,
        )
        .returning(Message.uuid)
        .execution_options(synchronize_session=False)
    )
    if begun is None:
        failed = state_of(session, uuid) == "FAILED"
        raise Conflict(FORGOTTEN if failed else "Only a message that failed can be sent again.")


def _being_sent(uuid: UUID, job: UUID) -> tuple[ColumnElement[bool], ...]:
    return Message.uuid == uuid, Message.job == job, Message.state == "SENDING"
