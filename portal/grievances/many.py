"""One deed for many cases, as a value and as it is kept: from the draft to what came of it."""

import uuid as uuid_module
from enum import StrEnum
from typing import Any

from sqlalchemy import UUID, CheckConstraint, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Line, LongText, Moment, UpdatedAt, refers_to_id
from portal.core.db import db

STATES = ("DRAFT", "RUNNING", "DONE")


class Kind(StrEnum):
    """What can be done to many cases at once."""

    ASSIGN = "ASSIGN"
    PRIORITY = "PRIORITY"
    CATEGORY = "CATEGORY"
    NOTE = "NOTE"
    SENSITIVE = "SENSITIVE"


class GrievanceAction(db.Model):
    """What somebody wants done to every case that a filter finds. Only they see it: its counts tell what they may see.

    `filter` is the list's query; it may hold a name that was searched for, so it stays out of the audit log and is
    forgotten when all is done, as is `body`, the note. `value` is a user's id, a priority, or the uuid of a category,
    as the kind says. `expected` is how many would change, as far as who confirmed it was told; `counts` what came of
    it.
    """

    __tablename__ = "tbl_grievance_actions"
    __table_args__: Any = (
        CheckConstraint(f"kind IN {tuple(kind.value for kind in Kind)}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(\"doneAt\" IS NULL) = (state <> 'DONE')", name="done"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[Line]
    state: Mapped[Line] = mapped_column(server_default="DRAFT")
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    value: Mapped[Line | None]
    body: Mapped[LongText | None]
    expected: Mapped[int | None] = mapped_column(Integer)
    counts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    done_at: Mapped[Moment | None] = mapped_column("doneAt")
