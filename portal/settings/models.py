"""Settings with a type, and the applications that may push people into the portal."""

from typing import Any

from sqlalchemy import ARRAY, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Flag,
    IntPk,
    Line,
    UpdatedAt,
    Uuid,
    index_newest_live,
)
from portal.core.db import db
from portal.core.enums import SettingDataType, pg_enum


class Setting(db.Model):
    """One setting. A private one is never shown to anybody who is not an administrator."""

    __tablename__ = "tbl_settings"

    name: Mapped[Line] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    data_type: Mapped[SettingDataType] = mapped_column("dataType", pg_enum(SettingDataType))
    required_fields: Mapped[list[str]] = mapped_column(
        "requiredFields", ARRAY(Text), server_default=text("'{}'")
    )
    is_read_only: Mapped[Flag] = mapped_column("isReadOnly")
    is_private: Mapped[Flag] = mapped_column("isPrivate")


class AuthApp(db.Model):
    """A program that proves who it is by signing `nonce_message` with the key of its address."""

    __tablename__ = "tbl_auth_apps"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    address: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    description: Mapped[Line | None]
    nonce_message: Mapped[Line | None] = mapped_column("nonceMessage")
    created_by: Mapped[Line | None] = mapped_column("createdBy")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_newest_live(AuthApp)
