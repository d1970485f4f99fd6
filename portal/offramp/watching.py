"""Tables beside the requests: what somebody has to look at, what they sum up to, and the Sandbox's own book."""

import uuid as uuid_module
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import IntPk, Line, LongText, Moment, Money, refers_to_id, refers_to_uuid
from portal.core.db import db
from portal.core.enums import OfframpStatus, pg_enum

Total = Annotated[Decimal, mapped_column(Numeric(38, 8))]
"""The sum of as many amounts as there are."""


class OfframpAttention(db.Model):
    """What somebody has to look at: found by a job, told once, settled when it is over or somebody says why.

    STUCK: a request that is under way for too long. AMOUNT: another amount was paid than quoted. CONFLICT: a provider
    says of what has ended that it ended otherwise. ORPHAN: a callback about no request of ours. DOWN: a provider does
    not answer. DIFFERS: a provider's statement tells it otherwise.
    """

    __tablename__ = "tbl_offramp_attention"
    __table_args__: Any = (
        CheckConstraint(
            """kind IN ('STUCK', 'AMOUNT', 'CONFLICT', 'ORPHAN', 'DOWN', 'DIFFERS')
            AND num_nonnulls("offrampId", "callbackId", "providerId") >= 1""",
            name="kind",
        ),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    kind: Mapped[Line]
    provider_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("providerId", "tbl_offramp_providers")
    offramp_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("offrampId", "tbl_offramps")
    callback_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("callbackId", "tbl_offramp_callbacks")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    since: Mapped[Moment] = mapped_column(server_default=func.clock_timestamp())
    told_at: Mapped[Moment | None] = mapped_column("toldAt")
    settled_at: Mapped[Moment | None] = mapped_column("settledAt")
    settled_by: Mapped[int | None] = refers_to_id("settledBy", "tbl_users")
    note: Mapped[LongText | None]


Index(
    "uq_tbl_offramp_attention_open",
    OfframpAttention.kind,
    func.coalesce(OfframpAttention.offramp_id, OfframpAttention.callback_id, OfframpAttention.provider_id),
    unique=True,
    postgresql_where=OfframpAttention.settled_at.is_(None),
)


Index(
    "ix_tbl_offramp_attention_waiting",
    OfframpAttention.since,
    OfframpAttention.uuid,
    postgresql_where=OfframpAttention.settled_at.is_(None),
)
Index(
    "ix_tbl_offramp_attention_settled",
    OfframpAttention.since,
    OfframpAttention.uuid,
    postgresql_where=OfframpAttention.settled_at.is_not(None),
)


class OfframpSum(db.Model):
    """How many requests there are and what they come to; kept by every statement that touches one."""

    __tablename__ = "tbl_offramp_sums"

    id: Mapped[IntPk]
    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects")
    provider_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("providerId", "tbl_offramp_providers")
    chain: Mapped[Line]
    token: Mapped[Line]
    status: Mapped[OfframpStatus] = mapped_column(pg_enum(OfframpStatus))
    number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    amount: Mapped[Total] = mapped_column(server_default=text("0"))


_NOBODY = text("'00000000-0000-0000-0000-000000000000'::uuid")
Index(
    "uq_tbl_offramp_sums_key",
    func.coalesce(OfframpSum.project_id, _NOBODY),
    func.coalesce(OfframpSum.provider_id, _NOBODY),
    OfframpSum.chain,
    OfframpSum.token,
    OfframpSum.status,
    unique=True,
)


class SandboxPayment(db.Model):
    """A line in the book of the provider inside the portal: what it took under which reference, and what became of it.

    It settles at `settles_at`, and tells so by a callback at `called_back_at`.
    """

    __tablename__ = "tbl_sandbox_payments"

    id: Mapped[IntPk]
    reference_id: Mapped[Line] = mapped_column("referenceId", unique=True)
    request_id: Mapped[Line] = mapped_column("requestId")
    provider_id: Mapped[uuid_module.UUID] = refers_to_uuid("providerId", "tbl_offramp_providers")
    token: Mapped[Line]
    amount: Mapped[Money]
    currency: Mapped[Line]
    fiat_amount: Mapped[Money] = mapped_column("fiatAmount")
    fee: Mapped[Money]
    status: Mapped[OfframpStatus] = mapped_column(pg_enum(OfframpStatus), server_default="PROCESSING")
    reason: Mapped[Line | None]
    taken_at: Mapped[Moment] = mapped_column("takenAt", server_default=func.clock_timestamp())
    settles_at: Mapped[Moment] = mapped_column("settlesAt")
    called_back_at: Mapped[Moment | None] = mapped_column("calledBackAt")


Index(
    "ix_tbl_sandbox_payments_due",
    SandboxPayment.settles_at,
    postgresql_where=SandboxPayment.called_back_at.is_(None),
)
