"""Turning tokens into money: providers, requests to them, and what they carried out."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
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
    index_live,
    index_newest_live,
)
from portal.core.db import db
from portal.core.enums import OfframpStatus, pg_enum


class OfframpProvider(db.Model):
    """A service that pays out money for tokens. `config` holds its keys, sealed."""

    __tablename__ = "tbl_offramp_providers"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line] = mapped_column(unique=True)
    description: Mapped[Line | None]
    config: Mapped[dict[str, Any]] = mapped_column(JSONB)
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)


index_newest_live(OfframpProvider)


class OfframpRequest(db.Model):
    """A request to turn an amount of a token into money. `request_id` is the provider's name for it."""

    __tablename__ = "tbl_offramps"
    __table_args__: Any = (CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    chain: Mapped[Line]
    token: Mapped[Line]
    sender_address: Mapped[Line] = mapped_column("senderAddress")
    amount: Mapped[Money]
    request_id: Mapped[Line | None] = mapped_column("requestId", unique=True)
    escrow_address: Mapped[Line | None] = mapped_column("escrowAddress")
    status: Mapped[OfframpStatus] = mapped_column(pg_enum(OfframpStatus), server_default="PENDING")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)


index_live(
    OfframpRequest,
    "status",
    OfframpRequest.status,
    OfframpRequest.created_at.desc(),
    OfframpRequest.id.desc(),
)


class OfframpTransaction(db.Model):
    """What a provider did for a request: one to a request at most."""

    __tablename__ = "tbl_offramp_transactions"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    request_id: Mapped[Line] = mapped_column("requestId", ForeignKey("tbl_offramps.requestId"), unique=True)
    tx_hash: Mapped[Line] = mapped_column("txHash")
    wallet_id: Mapped[Line | None] = mapped_column("walletId")
    customer_key: Mapped[Line | None] = mapped_column("customerKey")
    chain: Mapped[Line | None]
    token: Mapped[Line | None]
    reference_id: Mapped[Line | None] = mapped_column("referenceId")
    status: Mapped[OfframpStatus] = mapped_column(pg_enum(OfframpStatus), server_default="PENDING")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)


index_live(
    OfframpTransaction,
    "status",
    OfframpTransaction.status,
    OfframpTransaction.created_at.desc(),
    OfframpTransaction.id.desc(),
)
