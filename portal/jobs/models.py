"""Work in the background and how far it has come."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import UUID, BigInteger, CheckConstraint, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Json, Line, LongText, Moment, refers_to_id
from portal.core.db import db

JOB_STATES = ("QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED")


class Job(db.Model):
    """One piece of work: its state, the rows done of how many, and what came of it.

    `queue_job_id` is its number in the queue's own tables. `total` is null as long as nobody knows it.
    """

    __tablename__ = "tbl_jobs"
    __ability_projects__ = {"createdBy": "${user.id}"}
    __table_args__: Any = (
        CheckConstraint(f"state IN {JOB_STATES}", name="state"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index(None, "state"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[Line]
    state: Mapped[Line] = mapped_column(server_default="QUEUED")
    step: Mapped[Line | None]
    done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    total: Mapped[int | None] = mapped_column(BigInteger)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    result: Mapped[Json | None]
    error: Mapped[LongText | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    queue_job_id: Mapped[int | None] = mapped_column("queueJobId", BigInteger)
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    started_at: Mapped[Moment | None] = mapped_column("startedAt")
    finished_at: Mapped[Moment | None] = mapped_column("finishedAt")
    heartbeat_at: Mapped[Moment | None] = mapped_column("heartbeatAt")
    cancel_requested_at: Mapped[Moment | None] = mapped_column("cancelRequestedAt")
