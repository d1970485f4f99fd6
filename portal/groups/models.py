"""Filters that are kept with the group they fill."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Json, Line, Moment, refers_to_id, refers_to_uuid
from portal.core.db import db


class SavedFilter(db.Model):
    """Which people belong into a group: a filter of the list (`travelling.packed`), by whom, and when it last ran."""

    __tablename__ = "tbl_saved_filters"
    __table_args__: Any = (UniqueConstraint("beneficiaryGroupId", "name", name="uq_tbl_saved_filters_pair"),)

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    name: Mapped[Line]
    filter: Mapped[Json]
    owner_id: Mapped[int | None] = refers_to_id("ownerId", "tbl_users")
    beneficiary_group_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "beneficiaryGroupId", "tbl_beneficiaries_group", index=False
    )
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    used_at: Mapped[Moment | None] = mapped_column("usedAt")
