"""A hotline's spreadsheet, and what each of its rows says."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Line, LongText, Moment, UpdatedAt, refers_to_id, refers_to_uuid
from portal.core.db import db


class HotlineFile(db.Model):
    """A file, where the work on it stands, and what came of it.

    `inspection` is what the file holds as it was read first, `columns` which of them is what, `counts` the rows by
    verdict, and once that is done how many were taken. Once its rows are taken, nothing is kept of what they said.
    """

    __tablename__ = "tbl_hotline_files"
    __table_args__: Any = (
        CheckConstraint("state IN ('UPLOADED', 'REVIEW', 'TAKING', 'DONE')", name="state"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects")
    file_name: Mapped[Line] = mapped_column("fileName")
    file_path: Mapped[Line | None] = mapped_column("filePath")
    file_hash: Mapped[Line] = mapped_column("fileHash")
    inspection: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    columns: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    state: Mapped[Line] = mapped_column(server_default="UPLOADED")
    counts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class HotlineRow(db.Model):
    """A row: what the caller said, who they are, and what follows. `case_uuid` is the uuid of the case that it is, or
    would be; `category` is what the file calls it, `category_id` which of ours that is; `called_at` is null where the
    file does not say when they called."""

    __tablename__ = "tbl_hotline_rows"
    __table_args__: Any = (PrimaryKeyConstraint("fileId", "number"),)

    file_id: Mapped[uuid_module.UUID] = mapped_column(
        "fileId", UUID(as_uuid=True), ForeignKey("tbl_hotline_files.uuid", ondelete="CASCADE")
    )
    number: Mapped[int] = mapped_column(Integer)
    case_uuid: Mapped[uuid_module.UUID] = mapped_column("caseUuid", UUID(as_uuid=True))
    words: Mapped[LongText] = mapped_column(server_default="")
    name: Mapped[Line] = mapped_column(server_default="")
    contact: Mapped[Line] = mapped_column(server_default="")
    email: Mapped[Line] = mapped_column(server_default="")
    category: Mapped[Line] = mapped_column(server_default="")
    category_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("categoryId", "tbl_grievance_categories")
    called_at: Mapped[Moment | None] = mapped_column("calledAt")
    verdict: Mapped[Line]
