"""Somebody's request for an account, and what became of it."""

from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, IntPk, Json, Line, Moment, UpdatedAt, Uuid, refers_to_id
from portal.core.db import db
from portal.core.enums import SignupStatus, pg_enum
from portal.signups.kinds import Kind


class SignUp(db.Model):
    """A request: who asks stands in `data` (name, email, phone, organisation, reason, language; of a vendor kind, place
    and wallet besides, and the shop as organisation), what became of it in `status`.

    It moves from PENDING to APPROVED, REJECTED or FAILED, and from FAILED to APPROVED; a trigger refuses any other
    move. `failed_reason` is a sentence for people and the key of its translation.
    """

    __tablename__ = "tbl_users_signups"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    user_identifier: Mapped[Line | None] = mapped_column("userIdentifier")
    data: Mapped[Json | None]
    status: Mapped[SignupStatus] = mapped_column(pg_enum(SignupStatus), server_default="PENDING")
    rejected_reason: Mapped[Line | None] = mapped_column("rejectedReason")
    approved_by: Mapped[int | None] = refers_to_id("approvedBy", "tbl_users")
    approved_at: Mapped[Moment | None] = mapped_column("approvedAt")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    failed_reason: Mapped[Line | None] = mapped_column("failedReason")
    user_id: Mapped[int | None] = refers_to_id("userId", "tbl_users")

    @property
    def kind(self) -> Kind:
        """Who asks; of a request that is forgotten, or has come before there were kinds, somebody who works here."""
        return Kind.VENDOR if self.said("kind") == Kind.VENDOR else Kind.STAFF

    def said(self, name: str) -> Any:
        """One of the things that the person wrote; None where they did not, or it is forgotten."""
        return self.data.get(name) if isinstance(self.data, dict) else None


Index("ix_tbl_users_signups_newest", SignUp.created_at.desc(), SignUp.id.desc())
Index("ix_tbl_users_signups_status_newest", SignUp.status, SignUp.created_at.desc(), SignUp.id.desc())
Index(
    "ix_tbl_users_signups_waiting",
    SignUp.user_identifier,
    unique=True,
    postgresql_where=text("status = 'PENDING'"),
)
