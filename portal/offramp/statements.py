"""A provider's statement: a file in which it says what it paid, and what each row of it says."""

import datetime as dt
import uuid as uuid_module
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    Line,
    LongText,
    Moment,
    Money,
    UpdatedAt,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db


class OfframpStatement(db.Model):
    """A file, where the work on it stands, and what came of it.

    It tells of what ended from the day `since` to the day `until`, of UTC. `inspection` is what the file holds as it
    was read first, `columns` which of them is what, `words` what somebody said that the provider's words mean.
    `counts` are the rows by verdict and how many requests of those days no row names. The file, its first rows and
    what its rows gave are forgotten some time after.
    """

    __tablename__ = "tbl_offramp_statements"
    __table_args__: Any = (
        CheckConstraint("state IN ('UPLOADED', 'CHECKING', 'REVIEW', 'APPLYING', 'DONE')", name="state"),
        CheckConstraint("""(state = 'DONE') = ("doneAt" IS NOT NULL)""", name="done"),
        CheckConstraint("since <= until", name="time"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    provider_id: Mapped[uuid_module.UUID] = refers_to_uuid("providerId", "tbl_offramp_providers")
    file_name: Mapped[Line] = mapped_column("fileName")
    file_path: Mapped[Line | None] = mapped_column("filePath")
    file_hash: Mapped[Line] = mapped_column("fileHash")
    inspection: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    columns: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    words: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    since: Mapped[dt.date | None] = mapped_column(Date)
    until: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[Line] = mapped_column(server_default="UPLOADED")
    counts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    done_by: Mapped[int | None] = refers_to_id("doneBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    done_at: Mapped[Moment | None] = mapped_column("doneAt")


class StatementRow(db.Model):
    """A row of the file: what it gave to name the request, the try that this is, and what follows from it.

    `said` is the provider's word for what became of it, `reason` why. `amount` is the money that the file says was
    paid, `tokens` the amount of the token that it was paid for.
    """

    __tablename__ = "tbl_offramp_statement_rows"
    __table_args__: Any = (PrimaryKeyConstraint("statementId", "number"),)

    statement_id: Mapped[uuid_module.UUID] = mapped_column(
        "statementId", UUID(as_uuid=True), ForeignKey("tbl_offramp_statements.uuid", ondelete="CASCADE")
    )
    number: Mapped[int] = mapped_column(Integer)
    given: Mapped[LongText | None]
    said: Mapped[LongText | None]
    reason: Mapped[LongText | None]
    amount: Mapped[Money | None]
    tokens: Mapped[Money | None]
    attempt_id: Mapped[int | None] = refers_to_id("attemptId", "tbl_offramp_attempts")
    offramp_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("offrampId", "tbl_offramps")
    verdict: Mapped[Line]
