"""Writing a message down, to be sent in the background."""

import datetime as dt
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.core.places import instance_directory
from portal.core.secrets import seal
from portal.jobs import operations as jobs
from portal.messages.addresses import Address
from portal.messages.models import Message

__all__ = ["SEND", "Address", "send"]

SEND = "messages.send"
"""The kind of job that sends one message."""

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


def send(
    session: Session,
    to: Address,
    subject: str | None,
    body: str,
    purpose: str,
    user_id: int | None,
    good_until: dt.datetime | None = None,
) -> Message:
    """Write a message down, with the job that sends it: both stand or fall with the caller's transaction.

    An e-mail needs a `subject`, an SMS has none; it is kept in clear, so it never holds anything personal (no names,
    no codes). `body` is plain text, sealed until it is sent and then forgotten. `purpose` is a word by which admins
    find it (`invitation`, `reset`); `purposes.name_purpose` says what people call it. After `good_until` the message
    is not sent any more: for codes that have run out. Raises Refusal for a subject with line breaks, and for one
    that is missing, or too long a text.
    """
    if to.kind == "EMAIL" and not (subject or "").strip():
        raise Refusal("An e-mail needs a subject.", field="subject")
    kept = subject.strip() if subject and to.kind == "EMAIL" else None
    if kept is not None and (len(kept) > LONGEST_SUBJECT or not kept.isprintable()):
        raise Refusal(
            "A subject is one line of at most %(most)s characters.", "subject", most=LONGEST_SUBJECT
        )
    if not body.strip() or len(body) > LONGEST_BODY:
        raise Refusal(
            "A message has at least one and at most %(most)s characters.", "body", most=LONGEST_BODY
        )
    uuid = uuid4()
    job = jobs.start(SEND, {"message": str(uuid)}, created_by=None, session=session)
    message = Message(
        uuid=uuid,
        kind=to.kind,
        to=to.to,
        subject=kept,
        body=seal(instance_directory(), body),
        purpose=purpose,
        user_id=user_id,
        good_until=good_until,
        job=job.uuid,
    )
    session.add(message)
    session.flush()
    return message
