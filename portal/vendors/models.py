"""Vendors who hand out goods or cash, and the projects they do it for."""

import datetime as dt
import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.abilities import Linked
from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    Moment,
    UpdatedAt,
    Uuid,
    index_live,
    index_newest_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db

CONTACT = "contact"
"""In a vendor's `extras`: who answers there, where that is somebody else than the name says."""


class Vendor(db.Model):
    """A vendor. The user with the same uuid is the person who signs in for them.

    `name`, `email` and `phone` are the user's: whoever changes them there changes them here, by trigger, and what is
    written here in their place does not stay. `state` moves PENDING → APPROVED → SUSPENDED → APPROVED; `version` counts
    edits, so that a form filled from an older state is refused.
    """

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
    __table_args__: Any = (
        CheckConstraint("state IN ('PENDING', 'APPROVED', 'SUSPENDED')", name="state"),
        CheckConstraint(
            """state <> 'SUSPENDED' OR btrim(coalesce("stateReason", '')) <> ''""", name="stateReason"
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
    )

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
    state: Mapped[Line] = mapped_column(server_default=text("'PENDING'"))
    state_reason: Mapped[Line | None] = mapped_column("stateReason")
    state_by: Mapped[int | None] = refers_to_id("stateBy", "tbl_users")
    state_at: Mapped[Moment | None] = mapped_column("stateAt")
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    deleted_reason: Mapped[Line | None] = mapped_column("deletedReason")
    deleted_by: Mapped[uuid_module.UUID | None] = mapped_column("deletedBy", UUID(as_uuid=True))

    parts: Mapped[list["ProjectVendor"]] = relationship(
        primaryjoin="and_(foreign(ProjectVendor.vendor_id) == Vendor.uuid, ProjectVendor.deleted_at.is_(None))",
        viewonly=True,
    )
    """Their parts in projects, without those that ended."""

    @property
    def contact(self) -> str | None:
        """Who answers there."""
        said = (self.extras or {}).get(CONTACT)
        return said if isinstance(said, str) else None


index_newest_live(Vendor)
index_live(Vendor, "state", Vendor.state, Vendor.created_at.desc(), Vendor.id.desc())

SEARCHED: ColumnElement[str] = func.portal_search_text(
    Vendor.name,
    Vendor.phone,
    func.coalesce(Vendor.wallet, "").op("||")(" ").op("||")(func.coalesce(Vendor.email, "")),
    type_=Text,
)
"""What the list of vendors looks through, and its order by name: the folded name, the phone's digits, wallet and
address."""

Index(
    "ix_tbl_vendors_search",
    SEARCHED.label("searched"),
    postgresql_using="gin",
    postgresql_ops={"searched": "gin_trgm_ops"},
)
Index("ix_tbl_vendors_by_name", SEARCHED, Vendor.id)
Index(
    "uq_tbl_vendors_wallet_live",
    func.lower(Vendor.wallet),
    unique=True,
    postgresql_where=Vendor.deleted_at.is_(None),
)


class ProjectVendor(db.Model):
    """A vendor at work in a project, from one day to another, both included; where there is none, without that end.

    `vendor_id` names the vendor and, being the same, their user.
    """

    __tablename__ = "tbl_projects_vendors"
    __table_args__: Any = (
        UniqueConstraint("projectId", "vendorId"),
        ForeignKeyConstraint(["vendorId"], ["tbl_users.uuid"], name="fk_tbl_projects_vendors_vendorId_user"),
        CheckConstraint('"startsOn" <= "endsOn"', name="dates"),
    )

    id: Mapped[IntPk]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    extras: Mapped[Extras]
    starts_on: Mapped[dt.date | None] = mapped_column("startsOn", Date)
    ends_on: Mapped[dt.date | None] = mapped_column("endsOn", Date)


index_live(ProjectVendor, "vendor", ProjectVendor.vendor_id, ProjectVendor.project_id)
