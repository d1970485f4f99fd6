"""Vendors who hand out goods or cash, and the projects they do it for."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.abilities import Linked
from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    UpdatedAt,
    Uuid,
    index_live,
    index_newest_live,
    refers_to_uuid,
)
from portal.core.db import db


class Vendor(db.Model):
    """A vendor. The user with the same uuid is the person who signs in for them."""

    __tablename__ = "tbl_vendors"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: ProjectVendor,
            value="project_id",
            on=lambda vendor, part: and_(part.vendor_id == vendor.uuid, part.deleted_at.is_(None)),
            of=lambda vendor: [part.project_id for part in vendor.parts],
        ),
    }

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line]
    email: Mapped[Line | None]
    phone: Mapped[Line | None]
    location: Mapped[Line | None]
    wallet: Mapped[Line | None]
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")

    parts: Mapped[list["ProjectVendor"]] = relationship(
        primaryjoin="and_(foreign(ProjectVendor.vendor_id) == Vendor.uuid, ProjectVendor.deleted_at.is_(None))",
        viewonly=True,
    )
    """Their parts in projects, without those that ended."""


index_newest_live(Vendor)


class ProjectVendor(db.Model):
    """A vendor at work in a project. `vendor_id` names the vendor and, being the same, their user."""

    __tablename__ = "tbl_projects_vendors"
    __table_args__: Any = (
        UniqueConstraint("projectId", "vendorId"),
        ForeignKeyConstraint(["vendorId"], ["tbl_users.uuid"], name="fk_tbl_projects_vendors_vendorId_user"),
    )

    id: Mapped[IntPk]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    extras: Mapped[Extras]


index_live(ProjectVendor, "vendor", ProjectVendor.vendor_id, ProjectVendor.project_id)
