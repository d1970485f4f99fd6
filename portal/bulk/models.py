"""A bulk action, from its draft to its undoing, and the list of what it changed."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import ARRAY, UUID, BigInteger, CheckConstraint, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.bulk.kinds import Kind
from portal.core.columns import CreatedAt, Line, Moment, UpdatedAt, refers_to_id, refers_to_uuid
from portal.core.db import db

STATES = ("DRAFT", "RUNNING", "DONE", "UNDOING", "UNDONE")


class BulkAction(db.Model):
    """What somebody wants done to everybody whom a filter finds.

    `filter` is the packed filter, with the people picked by hand in it; it may hold a name that was searched for,
    so it stays out of the audit log and is forgotten with the list of changes. `version` counts what was chosen
    anew in the draft. `expected` is how many would change, as far as who confirmed it was told; `counts` what came
    of it and `undone` what came of undoing it. `job_id` names the job at work on it now. `done_at` is also the
    `updatedAt` of every row it changed, by which the undoing knows them from those changed since.
    """

    __tablename__ = "tbl_bulk_actions"
    __ability_projects__ = {"createdBy": "${user.id}"}
    __table_args__: Any = (
        CheckConstraint(f"kind IN {tuple(kind.value for kind in Kind)}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(\"doneAt\" IS NULL) = (state IN ('DRAFT', 'RUNNING'))", name="done"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[Line]
    state: Mapped[Line] = mapped_column(server_default="DRAFT")
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    group_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "groupId", "tbl_beneficiaries_group", ondelete="SET NULL"
    )
    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects")
    value: Mapped[Line | None]
    reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    expected: Mapped[int | None] = mapped_column(Integer)
    counts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    undone: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    done_at: Mapped[Moment | None] = mapped_column("doneAt")
    undone_at: Mapped[Moment | None] = mapped_column("undoneAt")


Index("ix_tbl_bulk_actions_newest", BulkAction.created_at.desc(), BulkAction.uuid.desc())


class BulkChange(db.Model):
    """Rows of one table that an action changed, by their ids, and what they all held before (`before`).

    A list of a hundred thousand ids is one row: written row by row it would take as long as the action itself.
    """

    __tablename__ = "tbl_bulk_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    action_id: Mapped[uuid_module.UUID] = refers_to_uuid("actionId", "tbl_bulk_actions", ondelete="CASCADE")
    table_name: Mapped[Line] = mapped_column("tableName")
    before: Mapped[Line | None]
    rows: Mapped[list[int]] = mapped_column(ARRAY(Integer))
