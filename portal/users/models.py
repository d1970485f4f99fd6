"""People who work with the portal, the roles they hold, and what a role may do."""

from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, Integer, Text, UniqueConstraint, func, text
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

PROJECT_LIMIT = """(
    jsonb_typeof(conditions) = 'object' AND conditions - 'projects' = '{}'
    AND jsonb_typeof(conditions -> 'projects') = 'array'
    AND jsonb_array_length(conditions -> 'projects') BETWEEN 1 AND 500
    AND NOT jsonb_path_exists(conditions, 'strict $.projects[*] ? (@.type() != "string"
        || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))', '{}', true)
) IS TRUE OR conditions IS NULL"""
"""The shape of an assignment's limit, where it has one: a list of 1 to 500 uuids and nothing else."""


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

SEARCHED: ColumnElement[str] = func.portal_search_text(User.name, User.phone, User.email, type_=Text)
"""What the list of users looks through, and its order by name: the folded name, the phone's digits, the folded
address."""

Index(
    "ix_tbl_users_search",
    SEARCHED.label("searched"),
    postgresql_using="gin",
    postgresql_ops={"searched": "gin_trgm_ops"},
)
Index("ix_tbl_users_by_name", SEARCHED, User.id)
for _address in ("email", "phone", "wallet"):
    _column = getattr(User, _address)
    Index(
        f"uq_tbl_users_{_address}_live",
        func.lower(_column) if _address == "wallet" else _column,
        unique=True,
        postgresql_where=User.deleted_at.is_(None),
    )


class Role(db.Model):
    """A named set of permissions. A system role came with the set-up and cannot be deleted.

    `export_limit` is the most rows that one export of its holders may have, none where it is null. `version`
    counts edits of the role and its rules, so that a form filled from an older state is refused.
    """

    __tablename__ = "tbl_auth_roles"
    __table_args__: Any = (CheckConstraint('"exportLimit" >= 0', name="exportLimit"),)

    id: Mapped[IntPk]
    name: Mapped[Line] = mapped_column(unique=True)
    is_system: Mapped[Flag] = mapped_column("isSystem")
    expiry: Mapped[Moment | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)
    demands_second_factor: Mapped[Flag] = mapped_column("demandsSecondFactor")
    export_limit: Mapped[int | None] = mapped_column("exportLimit", Integer)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

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
    """A role given to a user, until `expiry` where one is set.

    `conditions` limits it to some projects, as `{"projects": [uuid, …]}`; null is no limit.
    """

    __tablename__ = "tbl_users_roles"
    __table_args__: Any = (
        UniqueConstraint("userId", "roleId"),
        CheckConstraint(PROJECT_LIMIT, name="conditions"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users", index=False)
    role_id: Mapped[int] = refers_to_id("roleId", "tbl_auth_roles")
    expiry: Mapped[Moment | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    conditions: Mapped[Json | None]

    user: Mapped[User] = relationship(back_populates="roles", lazy="raise")
    role: Mapped[Role] = relationship(lazy="raise")
