"""A provider's file about one payout list, and what each of its rows says."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, PrimaryKeyConstraint, text
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


class Reconciliation(db.Model):
    """A file, where the work on it stands, and what came of it.

    `inspection` is what the file holds as it was read first, `columns` which of them is what, `words` what somebody
    said that a provider's words mean. `counts` are the rows by verdict, how many payments of the list no row names,
    and, once that is done, how many were marked as failed. The file, its first rows and what its rows gave are
    forgotten some time after.
    """

    __tablename__ = "tbl_reconciliations"
    __table_args__: Any = (
        CheckConstraint("state IN ('UPLOADED', 'CHECKING', 'REVIEW', 'MARKING', 'DONE')", name="state"),
        CheckConstraint("""(state = 'DONE') = ("doneAt" IS NOT NULL)""", name="done"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    list_id: Mapped[uuid_module.UUID] = refers_to_uuid("listId", "tbl_payout_lists")
    file_name: Mapped[Line] = mapped_column("fileName")
    file_path: Mapped[Line | None] = mapped_column("filePath")
    file_hash: Mapped[Line] = mapped_column("fileHash")
    inspection: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    columns: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    words: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    state: Mapped[Line] = mapped_column(server_default="UPLOADED")
    counts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    done_by: Mapped[int | None] = refers_to_id("doneBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    done_at: Mapped[Moment | None] = mapped_column("doneAt")


class ReconciliationRow(db.Model):
    """A row of the file: what it gave to name the payment, the payment that this is, and what follows from it.

    `said` is the provider's word for what became of it, `reason` why. `amount` is what the file says was paid.
    """

    __tablename__ = "tbl_reconciliation_rows"
    __table_args__: Any = (PrimaryKeyConstraint("reconciliationId", "number"),)

    reconciliation_id: Mapped[uuid_module.UUID] = mapped_column(
        "reconciliationId",
        UUID(as_uuid=True),
        ForeignKey("tbl_reconciliations.uuid", ondelete="CASCADE"),
    )
    number: Mapped[int] = mapped_column(Integer)
    given: Mapped[LongText | None]
    said: Mapped[LongText | None]
    reason: Mapped[LongText | None]
    amount: Mapped[Money | None]
    transaction_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("transactionId", "tbl_transactions")
    verdict: Mapped[Line]
