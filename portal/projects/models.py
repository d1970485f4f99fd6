"""Projects: what aid is handed out in, and everything else hangs on."""

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    UpdatedAt,
    Uuid,
    index_newest_live,
)
from portal.core.db import db
from portal.core.enums import ProjectStatus, pg_enum


class Project(db.Model):
    """A project. NOT_READY until opened; CLOSED makes everything in it read-only."""

    __tablename__ = "tbl_projects"
    __ability_projects__ = {"uuid": {"$in": "${user.projects}"}}

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line]
    description: Mapped[Line | None]
    status: Mapped[ProjectStatus] = mapped_column(pg_enum(ProjectStatus), server_default="NOT_READY")
    type: Mapped[Line]
    contract_address: Mapped[Line | None] = mapped_column("contractAddress")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_newest_live(Project)
