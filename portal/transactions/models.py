"""Payouts: what a person is to receive from a vendor in a project; and what they sum up to."""

import uuid as uuid_module
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, PrimaryKeyConstraint, Text, Uuid, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    LongText,
    Moment,
    Money,
    UpdatedAt,
    index_newest_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.columns import (
    Uuid as OwnUuid,
)
from portal.core.db import db
from portal.core.enums import TransactionStatus, pg_enum


class Transaction(db.Model):
    """A payout of an amount above nothing, in the currency or token whose code stands beside it.

    What it says of whom, what for and how much never changes. `created_by` made it, `decided_by`, who is somebody else,
    approved or rejected it, `failed_by` said that the payout failed; `reason` is why it was rejected or failed.
    `retry_of` is the failed one that this one tries again. `request_key` is what the form that made it was sent with,
    and `request_hash` what was asked for by it, so that asking again makes nothing anew.
    """

    __tablename__ = "tbl_transactions"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __table_args__: Any = (
        CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),
        CheckConstraint('"decidedBy" <> "createdBy"', name="decidedBy"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[OwnUuid]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    beneficiary_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "beneficiaryId", "tbl_beneficiaries", index=False
    )
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors", index=False)
    amount: Mapped[Money]
    currency: Mapped[Line]
    status: Mapped[TransactionStatus] = mapped_column(pg_enum(TransactionStatus), server_default="PENDING")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    decided_by: Mapped[int | None] = refers_to_id("decidedBy", "tbl_users", index=False)
    decided_at: Mapped[Moment | None] = mapped_column("decidedAt")
    failed_by: Mapped[int | None] = refers_to_id("failedBy", "tbl_users", index=False)
    failed_at: Mapped[Moment | None] = mapped_column("failedAt")
    reason: Mapped[LongText | None]
    retry_of: Mapped[uuid_module.UUID | None] = refers_to_uuid("retryOf", "tbl_transactions", index=False)
    payout_list_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "payoutListId", "tbl_payout_lists", index=False
    )
    request_key: Mapped[uuid_module.UUID | None] = mapped_column("requestKey", Uuid)
    request_hash: Mapped[Line | None] = mapped_column("requestHash")


def _newest_by(name: str, *columns: Any, **options: Any) -> None:
    """The index of a list narrowed by these columns, newest first."""
    Index(
        f"ix_tbl_transactions_{name}",
        *columns,
        Transaction.created_at.desc(),
        Transaction.id.desc(),
        **options,
    )


index_newest_live(Transaction)
_newest_by("project", Transaction.project_id)
_newest_by("vendor", Transaction.vendor_id)
_newest_by("beneficiary", Transaction.beneficiary_id)
_newest_by(
    "payout_list",
    Transaction.payout_list_id,
    postgresql_where=Transaction.payout_list_id.is_not(None),
)
for _status in ("PENDING", "REJECTED", "FAILED"):
    _newest_by(
        f"{_status.lower()}_live",
        postgresql_where=text(f"status = '{_status}' AND \"deletedAt\" IS NULL"),
    )


def _known(column: InstrumentedAttribute[Any], *before: Any, unique: bool = False) -> None:
    """An index of the rows that have a value here: most have none, and each would cost an entry."""
    name = f"ix_tbl_transactions_{column.property.columns[0].name}"
    Index(name, *before, column, unique=unique, postgresql_where=column.is_not(None))


_known(Transaction.decided_by)
_known(Transaction.failed_by)
_known(Transaction.retry_of, unique=True)
_known(Transaction.request_key, Transaction.created_by, unique=True)


class TransactionSum(db.Model):
    """How many transactions there are of one kind and what they come to: kept by the database with every change."""

    __tablename__ = "tbl_transaction_sums"
    __table_args__: Any = (PrimaryKeyConstraint("vendorId", "projectId", "currency", "status"),)

    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects")
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors", index=False)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[TransactionStatus] = mapped_column(pg_enum(TransactionStatus))
    number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    amount: Mapped[Decimal] = mapped_column(Numeric(38, 8), server_default=text("0"))
