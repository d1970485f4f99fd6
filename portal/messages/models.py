"""The outbox: what is to be said to whom, and how far that has come."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import UUID, CheckConstraint, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Line, LongText, Moment, refers_to_id
from portal.core.db import db

KINDS = ("EMAIL", "SMS")
MESSAGE_STATES = ("QUEUED", "SENDING", "SENT", "FAILED")


class Message(db.Model):
    """One message to one address.

    `body` is sealed with the installation's key and forgotten once it is sent, `to` some days later; `purgedAt` says
    when the body went. `subject` holds the portal's own words and never anything personal. `job` is the job that
    sends it now or did so last; `last_error` is a sentence for people, also the key of its translation, and
    `last_code` the number the other side gave with it. After `good_until` nobody needs the message any more.
    """

    __tablename__ = "tbl_messages"
    __table_args__: Any = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {MESSAGE_STATES}", name="state"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("subject !~ '[[:cntrl:]]'", name="subject"),
        CheckConstraint("\"to\" !~ '[[:cntrl:][:space:]]'", name="to"),
        CheckConstraint("(state = 'SENT') = (\"sentAt\" IS NOT NULL)", name="sentAt"),
        CheckConstraint(
            "state IN ('SENT', 'FAILED') OR (body IS NOT NULL AND \"to\" IS NOT NULL)", name="complete"
        ),
        CheckConstraint('(body IS NULL) = ("purgedAt" IS NOT NULL)', name="purgedAt"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[Line]
    to: Mapped[Line | None]
    subject: Mapped[Line | None]
    body: Mapped[LongText | None]
    purpose: Mapped[Line]
    user_id: Mapped[int | None] = refers_to_id("userId", "tbl_users")
    state: Mapped[Line] = mapped_column(server_default="QUEUED")
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[Line | None] = mapped_column("lastError")
    last_code: Mapped[int | None] = mapped_column("lastCode", Integer)
    next_attempt_at: Mapped[Moment] = mapped_column("nextAttemptAt", server_default=func.now())
    good_until: Mapped[Moment | None] = mapped_column("goodUntil")
    job: Mapped[uuid_module.UUID | None] = mapped_column("jobUuid", UUID(as_uuid=True))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    sent_at: Mapped[Moment | None] = mapped_column("sentAt")
    purged_at: Mapped[Moment | None] = mapped_column("purgedAt")


Index("ix_tbl_messages_newest", Message.created_at.desc(), Message.uuid.desc())
Index("ix_tbl_messages_state_newest", Message.state, Message.created_at.desc(), Message.uuid.desc())
Index(
    "ix_tbl_messages_waiting",
    Message.next_attempt_at,
    postgresql_where=Message.state.in_(("QUEUED", "SENDING")),
)
Index("ix_tbl_messages_addressed", Message.created_at, postgresql_where=Message.to.is_not(None))
