"""Turning tokens into money: providers, requests to them, every try to pay, and what was said about each."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    Flag,
    IntPk,
    Line,
    LongText,
    Moment,
    Money,
    UpdatedAt,
    Uuid,
    index_live,
    index_newest_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import OfframpStatus, pg_enum

ADAPTERS = ("KOTANI_PAY", "SANDBOX", "FILE")
"""The ways of speaking to a provider."""


def _told() -> Any:
    return mapped_column("createdAt", server_default=func.clock_timestamp())


class OfframpProvider(db.Model):
    """A service that pays out money for tokens.

    `config` holds what the adapter declares, secrets sealed. Only an active one is sent anything new; `version` counts
    the changes that a form must have seen.
    """

    __tablename__ = "tbl_offramp_providers"
    __table_args__: Any = (CheckConstraint(f"adapter IN {ADAPTERS}", name="adapter"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line] = mapped_column(unique=True)
    description: Mapped[Line | None]
    config: Mapped[dict[str, Any]] = mapped_column(JSONB)
    extras: Mapped[Extras]
    adapter: Mapped[Line] = mapped_column(server_default="KOTANI_PAY")
    is_active: Mapped[Flag] = mapped_column("isActive")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)


index_newest_live(OfframpProvider)


class ProviderHealth(db.Model):
    """How a provider is doing: when it last answered, and since when it does not, how often, and what it said."""

    __tablename__ = "tbl_offramp_health"

    provider_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "providerId", "tbl_offramp_providers", index=False, primary_key=True
    )
    answered_at: Mapped[Moment | None] = mapped_column("answeredAt")
    failing_since: Mapped[Moment | None] = mapped_column("failingSince")
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    trouble: Mapped[Line | None]


class OfframpRequest(db.Model):
    """A request to turn an amount of a token into money for somebody.

    `request_id` is the provider's name for it, `escrow_address` where it wants the tokens. `amount` counts the token;
    `fiat_amount` in `currency` is what the receiver gets as quoted, `fee` what the provider keeps of it. A request that
    `needs_release` is sent once somebody else than its maker released it. `transaction_id` is the approved payment that
    it carries out, `payout_list_id` the list that came with. One that is withdrawn before it was sent is deleted
    softly; one that failed and is given up has `ended_at`, and its payment has failed with it.
    """

    __tablename__ = "tbl_offramps"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __table_args__: Any = (
        CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),
        CheckConstraint(
            """("releasedBy" IS NULL) = ("releasedAt" IS NULL)
            AND (NOT "needsRelease" OR "releasedBy" <> "createdBy")""",
            name="release",
        ),
        CheckConstraint(
            """("endedBy" IS NULL) = ("endedAt" IS NULL) AND ("endedAt" IS NULL OR status = 'FAILED')""",
            name="ended",
        ),
        CheckConstraint(
            """"fiatAmount" > 0 AND "fiatAmount" <> 'NaN' AND fee >= 0 AND fee <> 'NaN'""", name="figures"
        ),
    )

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
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)

    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects", index=False)
    provider_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "providerId", "tbl_offramp_providers", index=False
    )
    transaction_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "transactionId", "tbl_transactions", index=False
    )
    payout_list_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "payoutListId", "tbl_payout_lists", index=False
    )
    beneficiary_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "beneficiaryId", "tbl_beneficiaries", index=False
    )
    receiver_network: Mapped[Line | None] = mapped_column("receiverNetwork")
    receiver_phone: Mapped[Line | None] = mapped_column("receiverPhone")
    receiver_name: Mapped[Line | None] = mapped_column("receiverName")
    currency: Mapped[Line | None]
    fiat_amount: Mapped[Money | None] = mapped_column("fiatAmount")
    fee: Mapped[Money | None]
    quote_id: Mapped[Line | None] = mapped_column("quoteId")
    quote_expires_at: Mapped[Moment | None] = mapped_column("quoteExpiresAt")
    needs_release: Mapped[Flag] = mapped_column("needsRelease")
    released_by: Mapped[int | None] = refers_to_id("releasedBy", "tbl_users", index=False)
    released_at: Mapped[Moment | None] = mapped_column("releasedAt")
    status_at: Mapped[Moment] = mapped_column("statusAt", server_default=func.now())
    completed_at: Mapped[Moment | None] = mapped_column("completedAt")
    failed_reason: Mapped[LongText | None] = mapped_column("failedReason")
    ended_by: Mapped[int | None] = refers_to_id("endedBy", "tbl_users", index=False)
    ended_at: Mapped[Moment | None] = mapped_column("endedAt")
    request_key: Mapped[uuid_module.UUID | None] = mapped_column("requestKey", UUID(as_uuid=True))
    request_hash: Mapped[Line | None] = mapped_column("requestHash")


_NEWEST = (OfframpRequest.created_at.desc(), OfframpRequest.id.desc())
index_newest_live(OfframpRequest)
index_live(OfframpRequest, "status", OfframpRequest.status, *_NEWEST)
index_live(OfframpRequest, "token", OfframpRequest.token, *_NEWEST)
index_live(OfframpRequest, "chain", OfframpRequest.chain, *_NEWEST)
Index("ix_tbl_offramps_project", OfframpRequest.project_id, *_NEWEST)
Index("ix_tbl_offramps_provider", OfframpRequest.provider_id, *_NEWEST)
Index(
    "ix_tbl_offramps_payout_list",
    OfframpRequest.payout_list_id,
    *_NEWEST,
    postgresql_where=OfframpRequest.payout_list_id.is_not(None),
)
Index(
    "ix_tbl_offramps_under_way",
    OfframpRequest.status_at,
    postgresql_where=(OfframpRequest.status == OfframpStatus.PROCESSING)
    & OfframpRequest.deleted_at.is_(None),
)
for _column in (
    OfframpRequest.beneficiary_id,
    OfframpRequest.transaction_id,
    OfframpRequest.released_by,
    OfframpRequest.ended_by,
):
    Index(f"ix_tbl_offramps_{_column.name}", _column, postgresql_where=_column.is_not(None))
Index(
    "uq_tbl_offramps_transaction",
    OfframpRequest.transaction_id,
    unique=True,
    postgresql_where=OfframpRequest.transaction_id.is_not(None) & OfframpRequest.deleted_at.is_(None),
)
Index(
    "uq_tbl_offramps_requestKey",
    OfframpRequest.created_by,
    OfframpRequest.request_key,
    unique=True,
    postgresql_where=OfframpRequest.request_key.is_not(None),
)


class OfframpTransaction(db.Model):
    """What a provider did for a request: one to a request at most, and always in the state of the request.

    `tx_hash` names the transfer of the tokens on their chain; where none belongs to the request it is `none:` and the
    reference. `reference_id` is the reference of the last try.
    """

    __tablename__ = "tbl_offramp_transactions"
    __table_args__: Any = (CheckConstraint("\"txHash\" ~ '^(none:)?[!-~]{1,160}$'", name="txHash"),)

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
Index(
    "uq_tbl_offramp_transactions_txHash",
    func.coalesce(OfframpTransaction.chain, ""),
    OfframpTransaction.tx_hash,
    unique=True,
)
Index(
    "uq_tbl_offramp_transactions_referenceId",
    OfframpTransaction.reference_id,
    unique=True,
    postgresql_where=OfframpTransaction.reference_id.is_not(None),
)


class OfframpAttempt(db.Model):
    """One order to pay, under a reference that the provider takes once; it is stored before the provider is asked.

    SENDING: being handed over. UNKNOWN: no answer came, so it may or may not have been taken. ACCEPTED: the provider
    works on it. COMPLETED and FAILED stay. A request has one try that has not failed, at most. `file_id` is the payout
    file that tells its provider of it, where that is done by files.
    """

    __tablename__ = "tbl_offramp_attempts"
    __table_args__: Any = (
        UniqueConstraint("offrampId", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            """state IN ('SENDING', 'UNKNOWN', 'ACCEPTED', 'COMPLETED', 'FAILED')
            AND (state IN ('COMPLETED', 'FAILED')) = ("settledAt" IS NOT NULL)
            AND (state <> 'FAILED' OR btrim(coalesce(reason, '')) <> '')""",
            name="state",
        ),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    offramp_id: Mapped[uuid_module.UUID] = refers_to_uuid("offrampId", "tbl_offramps", index=False)
    number: Mapped[int] = mapped_column(Integer)
    reference_id: Mapped[Line] = mapped_column("referenceId", unique=True)
    state: Mapped[Line] = mapped_column(server_default="SENDING")
    amount_paid: Mapped[Money | None] = mapped_column("amountPaid")
    currency: Mapped[Line | None]
    fee: Mapped[Money | None]
    reason: Mapped[LongText | None]
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users", index=False)
    created_at: Mapped[Moment] = _told()
    settled_at: Mapped[Moment | None] = mapped_column("settledAt")
    file_id: Mapped[int | None] = refers_to_id("fileId", "tbl_offramp_files", index=False)


Index(
    "uq_tbl_offramp_attempts_standing",
    OfframpAttempt.offramp_id,
    unique=True,
    postgresql_where=OfframpAttempt.state != "FAILED",
)
for _column in (OfframpAttempt.created_by, OfframpAttempt.file_id):
    Index(f"ix_tbl_offramp_attempts_{_column.name}", _column, postgresql_where=_column.is_not(None))


class OfframpWork(db.Model):
    """When a worker looks after a request next, how often it did in vain, and until when one is at it now."""

    __tablename__ = "tbl_offramp_work"

    offramp_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "offrampId", "tbl_offramps", index=False, primary_key=True
    )
    next_at: Mapped[Moment] = mapped_column("nextAt", server_default=func.now(), index=True)
    tries: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    held_until: Mapped[Moment | None] = mapped_column("heldUntil")


class OfframpEvent(db.Model):
    """Something that was said or done about a request. `body` is in people's own words, `facts` are masked."""

    __tablename__ = "tbl_offramp_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    uuid: Mapped[Uuid]
    offramp_id: Mapped[uuid_module.UUID] = refers_to_uuid("offrampId", "tbl_offramps", index=False)
    attempt_id: Mapped[int | None] = refers_to_id("attemptId", "tbl_offramp_attempts", index=False)
    kind: Mapped[Line]
    body: Mapped[LongText | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users", index=False)
    created_at: Mapped[Moment] = _told()


Index("ix_tbl_offramp_events_offrampId", OfframpEvent.offramp_id, OfframpEvent.id)
for _column in (OfframpEvent.attempt_id, OfframpEvent.created_by):
    Index(f"ix_tbl_offramp_events_{_column.name}", _column, postgresql_where=_column.is_not(None))


class OfframpCallback(db.Model):
    """What a provider told us unasked, stored before it is looked at; each of its events once.

    STORED: to be looked at. PARKED: about a request that we do not know (yet). APPLIED, IGNORED (it said nothing new,
    or what is over) and SET_ASIDE (by somebody) stay. `facts` are masked.
    """

    __tablename__ = "tbl_offramp_callbacks"
    __table_args__: Any = (
        UniqueConstraint("providerId", "eventId"),
        CheckConstraint(
            """state IN ('STORED', 'PARKED', 'APPLIED', 'IGNORED', 'SET_ASIDE')
            AND (state IN ('APPLIED', 'IGNORED', 'SET_ASIDE')) = ("settledAt" IS NOT NULL)""",
            name="state",
        ),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    provider_id: Mapped[uuid_module.UUID] = refers_to_uuid("providerId", "tbl_offramp_providers", index=False)
    event_id: Mapped[Line] = mapped_column("eventId")
    reference_id: Mapped[Line | None] = mapped_column("referenceId")
    request_id: Mapped[Line | None] = mapped_column("requestId")
    status: Mapped[OfframpStatus | None] = mapped_column(pg_enum(OfframpStatus))
    amount_paid: Mapped[Money | None] = mapped_column("amountPaid")
    currency: Mapped[Line | None]
    fee: Mapped[Money | None]
    tx_hash: Mapped[Line | None] = mapped_column("txHash")
    reason: Mapped[LongText | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    body_hash: Mapped[Line] = mapped_column("bodyHash")
    state: Mapped[Line] = mapped_column(server_default="STORED")
    offramp_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("offrampId", "tbl_offramps", index=False)
    received_at: Mapped[Moment] = mapped_column("receivedAt", server_default=func.clock_timestamp())
    settled_at: Mapped[Moment | None] = mapped_column("settledAt")


Index(
    "ix_tbl_offramp_callbacks_offrampId",
    OfframpCallback.offramp_id,
    postgresql_where=OfframpCallback.offramp_id.is_not(None),
)
Index(
    "ix_tbl_offramp_callbacks_open",
    OfframpCallback.received_at,
    postgresql_where=OfframpCallback.settled_at.is_(None),
)
