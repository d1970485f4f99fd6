"""People who work with the portal, the roles they hold, and what a role may do."""

from typing import Any

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    Flag,
    IntPk,
    Json,
    Line,
    LongText,
    Moment,
    UpdatedAt,
    Uuid,
    index_newest_live,
    refers_to_id,
)
from portal.core.db import db
from portal.core.enums import Gender, pg_enum


class User(db.Model):
    """A person of the staff, or a vendor. Without a row in `tbl_auth` nobody can sign in as them."""

    __tablename__ = "tbl_users"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line | None]
    gender: Mapped[Gender] = mapped_column(pg_enum(Gender), server_default="UNKNOWN")
    email: Mapped[Line | None]
    phone: Mapped[Line | None]
    wallet: Mapped[Line | None]
    extras: Mapped[Extras]
    notes: Mapped[LongText | None]
    session_id: Mapped[Line | None] = mapped_column("sessionId")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[Line | None] = mapped_column("createdBy")
    updated_by: Mapped[Line | None] = mapped_column("updatedBy")

    roles: Mapped[list["UserRole"]] = relationship(back_populates="user", lazy="raise")


index_newest_live(User)


class Role(db.Model):
    """A named set of permissions. A system role came with the set-up and cannot be deleted."""

    __tablename__ = "tbl_auth_roles"

    id: Mapped[IntPk]
    name: Mapped[Line] = mapped_column(unique=True)
    is_system: Mapped[Flag] = mapped_column("isSystem")
    expiry: Mapped[Moment | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)

    permissions: Mapped[list["Permission"]] = relationship(back_populates="role", lazy="raise")


class Permission(db.Model):
    """One rule of a role: this action on that subject is allowed, or forbidden where `inverted`."""

    __tablename__ = "tbl_auth_permissions"

    id: Mapped[IntPk]
    role_id: Mapped[int] = refers_to_id("roleId", "tbl_auth_roles")
    action: Mapped[Line]
    subject: Mapped[Line]
    inverted: Mapped[Flag]
    conditions: Mapped[Json | None]
    reason: Mapped[LongText | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")

    role: Mapped[Role] = relationship(back_populates="permissions", lazy="raise")


class UserRole(db.Model):
    """A role given to a user, until `expiry` where one is set."""

    __tablename__ = "tbl_users_roles"
    __table_args__: Any = (UniqueConstraint("userId", "roleId"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users", index=False)
    role_id: Mapped[int] = refers_to_id("roleId", "tbl_auth_roles")
    expiry: Mapped[Moment | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)

    user: Mapped[User] = relationship(back_populates="roles", lazy="raise")
    role: Mapped[Role] = relationship(lazy="raise")
