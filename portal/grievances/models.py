"""Complaints and requests for help, and how far each has come."""

import uuid as uuid_module

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    IntPk,
    Line,
    RequiredUpdatedAt,
    Uuid,
    index_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import GrievanceStatus, GrievanceType, pg_enum


class Grievance(db.Model):
    """A complaint. One from the public form has the system's own user as its reporter; one about a payment names it."""

    __tablename__ = "tbl_grievances"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    reported_by: Mapped[Line] = mapped_column("reportedBy")
    reporter_user_id: Mapped[int] = refers_to_id("reporterUserId", "tbl_users")
    reporter_contact: Mapped[Line] = mapped_column("reporterContact")
    title: Mapped[Line]
    type: Mapped[GrievanceType] = mapped_column(pg_enum(GrievanceType))
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects")
    description: Mapped[Line]
    transaction_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("transactionId", "tbl_transactions")
    status: Mapped[GrievanceStatus] = mapped_column(pg_enum(GrievanceStatus), server_default="NEW")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_live(Grievance, "status", Grievance.status, Grievance.created_at.desc(), Grievance.id.desc())
