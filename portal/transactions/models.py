"""Payouts: what a person is to receive from a vendor in a project."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    Money,
    UpdatedAt,
    Uuid,
    index_newest_live,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import TransactionStatus, pg_enum


class Transaction(db.Model):
    """A payout of an amount above nothing, in the currency or token whose code stands beside it."""

    __tablename__ = "tbl_transactions"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __table_args__: Any = (CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects")
    beneficiary_id: Mapped[uuid_module.UUID] = refers_to_uuid("beneficiaryId", "tbl_beneficiaries")
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors")
    amount: Mapped[Money]
    currency: Mapped[Line]
    status: Mapped[TransactionStatus] = mapped_column(pg_enum(TransactionStatus), server_default="PENDING")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_newest_live(Transaction)
