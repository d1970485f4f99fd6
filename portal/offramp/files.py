"""Payout files: what a provider without an interface was told to pay."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import IntPk, Moment, Uuid, refers_to_id, refers_to_uuid
from portal.core.db import db


class PayoutFile(db.Model):
    """One file for one provider: its number there, and how many `orders` it was made of: each stands in no other.

    What it holds is put together anew each time that it is fetched, and stays the same.
    """

    __tablename__ = "tbl_offramp_files"
    __table_args__: Any = (
        UniqueConstraint("providerId", "number"),
        CheckConstraint("number > 0 AND orders > 0", name="orders"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    provider_id: Mapped[uuid_module.UUID] = refers_to_uuid("providerId", "tbl_offramp_providers", index=False)
    number: Mapped[int] = mapped_column(Integer)
    orders: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[Moment] = mapped_column("createdAt", server_default=func.clock_timestamp())
