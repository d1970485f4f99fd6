"""A payout list with its rows, and what was approved of it by whom."""

import uuid as uuid_module
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    ARRAY,
    UUID,
    CheckConstraint,
    Index,
    Integer,
    Numeric,
    Text,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    IntPk,
    Line,
    Moment,
    Money,
    UpdatedAt,
    Uuid,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db

Total = Annotated[Decimal, mapped_column(Numeric(38, 8))]
"""The sum of as many amounts as a list can hold."""


class PayoutList(db.Model):
    """What some people of a project are to receive.

    `filter` is the packed filter by which they were found; it may hold a name that was searched for, so it stays out of
    the audit log and is forgotten when the list is closed. `follows_id` names the list whose failed rows this one pays
    again. `amount_key` is the detail of a person from which the amount follows. `version` counts the changes that
    a form must have seen. `rows_hash`, `total` and `payable` (how many rows) say what is to be paid, as
    `portal_payout_seal` gave it last; approvals are bound to them. `job_id` names the job at work on the list,
    `trouble` is what came in the way of the last one (a sentence and its parameters). `edited_by` chose or
    changed last what is paid; `decided_by` gave the last approval.
    """

    __tablename__ = "tbl_payout_lists"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __table_args__: Any = (
        CheckConstraint(
            "state IN ('FILLING', 'DRAFT', 'CHECKING', 'SUBMITTED', 'PAYING', 'APPROVED', 'RETURNED', 'CANCELLED')",
            name="state",
        ),
        CheckConstraint("method IN ('HANDED_OUT', 'MOBILE_MONEY', 'BANK_TRANSFER')", name="method"),
        CheckConstraint(
            """CASE "amountRule"
            WHEN 'FIXED' THEN amount IS NOT NULL AND "amountKey" IS NULL
            WHEN 'PER_MEMBER' THEN amount IS NOT NULL AND "amountKey" IS NOT NULL
            WHEN 'COLUMN' THEN amount IS NULL AND "amountKey" IS NOT NULL
            WHEN 'AS_BEFORE' THEN amount IS NULL AND "amountKey" IS NULL AND "followsId" IS NOT NULL
            ELSE false END""",
            name="amountRule",
        ),
        CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),
        CheckConstraint('"stepsNeeded" IN (1, 2)', name="stepsNeeded"),
        CheckConstraint(
            """state NOT IN ('SUBMITTED', 'PAYING', 'APPROVED') OR ("submittedBy" IS NOT NULL
            AND "submittedAt" IS NOT NULL AND "rowsHash" IS NOT NULL AND total > 0 AND payable > 0)""",
            name="submitted",
        ),
        CheckConstraint(
            """("decidedAt" IS NOT NULL) = (state = 'APPROVED')
            AND ("decidedBy" IS NOT NULL) = (state IN ('PAYING', 'APPROVED'))""",
            name="decided",
        ),
        CheckConstraint("state <> 'RETURNED' OR btrim(coalesce(reason, '')) <> ''", name="reason"),
        CheckConstraint('"decidedBy" NOT IN ("createdBy", "editedBy", "submittedBy")', name="maker"),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    title: Mapped[Line]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    group_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "groupId", "tbl_beneficiaries_group", ondelete="SET NULL"
    )
    follows_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("followsId", "tbl_payout_lists")
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    vendor_id: Mapped[uuid_module.UUID] = refers_to_uuid("vendorId", "tbl_vendors")
    provider: Mapped[Line | None]
    method: Mapped[Line]
    currency: Mapped[Line]
    amount_rule: Mapped[Line] = mapped_column("amountRule")
    amount: Mapped[Money | None]
    amount_key: Mapped[Line | None] = mapped_column("amountKey")
    state: Mapped[Line] = mapped_column(server_default="FILLING")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    rows_hash: Mapped[Line | None] = mapped_column("rowsHash")
    total: Mapped[Total | None]
    payable: Mapped[int | None] = mapped_column(Integer)
    steps_needed: Mapped[int] = mapped_column("stepsNeeded", Integer, server_default=text("1"))
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    trouble: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    reason: Mapped[Line | None]
    created_by: Mapped[int] = refers_to_id("createdBy", "tbl_users")
    edited_by: Mapped[int] = refers_to_id("editedBy", "tbl_users")
    submitted_by: Mapped[int | None] = refers_to_id("submittedBy", "tbl_users")
    decided_by: Mapped[int | None] = refers_to_id("decidedBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    submitted_at: Mapped[Moment | None] = mapped_column("submittedAt")
    decided_at: Mapped[Moment | None] = mapped_column("decidedAt")

    @property
    def makers(self) -> frozenset[int]:
        """The users who made it what it is, and therefore do not approve it."""
        return frozenset(
            user for user in (self.created_by, self.edited_by, self.submitted_by) if user is not None
        )


Index("ix_tbl_payout_lists_newest", PayoutList.created_at.desc(), PayoutList.uuid.desc())
Index(
    "ix_tbl_payout_lists_projectId",
    PayoutList.project_id,
    PayoutList.created_at.desc(),
    PayoutList.uuid.desc(),
)


class PayoutRow(db.Model):
    """What one person is to receive: a copy of where the money goes, as that stood when the list was filled.

    `phone`, `wallet` and `account` are what is needed to pay; all four personal columns are emptied where the person
    is erased. A row with a `verdict` of BAD has `reasons` and is not paid, nor is one that an approver holds out.
    `uuid` is also the uuid of the transaction that it becomes; `retry_of` names the failed one that it pays again.
    """

    __tablename__ = "tbl_payout_rows"
    __table_args__: Any = (
        UniqueConstraint("listId", "number"),
        UniqueConstraint("beneficiaryId", "listId"),
        CheckConstraint("amount > 0 AND amount <> 'NaN'", name="amount"),
        CheckConstraint(
            """verdict IN ('OK', 'BAD') AND (verdict = 'BAD') = (cardinality(reasons) > 0)
            AND (verdict = 'BAD' OR amount IS NOT NULL)""",
            name="verdict",
        ),
        CheckConstraint(
            '("heldBy" IS NULL) = ("heldAt" IS NULL) AND ("heldBy" IS NULL) = ("heldReason" IS NULL)',
            name="held",
        ),
    )

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    list_id: Mapped[uuid_module.UUID] = refers_to_uuid("listId", "tbl_payout_lists", index=False)
    number: Mapped[int] = mapped_column(Integer)
    beneficiary_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "beneficiaryId", "tbl_beneficiaries", index=False
    )
    name: Mapped[Line | None]
    phone: Mapped[Line | None]
    wallet: Mapped[Line | None]
    account: Mapped[Line | None]
    amount: Mapped[Money | None]
    verdict: Mapped[Line] = mapped_column(server_default="OK")
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    held_by: Mapped[int | None] = refers_to_id("heldBy", "tbl_users")
    held_at: Mapped[Moment | None] = mapped_column("heldAt")
    held_reason: Mapped[Line | None] = mapped_column("heldReason")
    retry_of: Mapped[uuid_module.UUID | None] = mapped_column("retryOf", UUID(as_uuid=True))


Index(
    "ix_tbl_payout_rows_out",
    PayoutRow.list_id,
    PayoutRow.number,
    postgresql_where=or_(PayoutRow.verdict == "BAD", PayoutRow.held_by.is_not(None)),
)


class PayoutApproval(db.Model):
    """An approval of exactly what `rows_hash` stands for; `total` and `payable` are what that comes to.

    `made_by`, written by the database, are the makers of the list at that time: no approver is one of them. An approval
    never goes; it becomes void, and `voided_why` says by what.
    """

    __tablename__ = "tbl_payout_approvals"
    __table_args__: Any = (
        CheckConstraint("step IN (1, 2)", name="step"),
        CheckConstraint('"approverId" <> ALL ("madeBy")', name="maker"),
        CheckConstraint(
            """("voidedAt" IS NULL) = ("voidedWhy" IS NULL) AND "voidedWhy" IN
            ('EDITED', 'HELD', 'RETURNED', 'TAKEN_BACK', 'CANCELLED', 'REFUSED')""",
            name="voided",
        ),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    list_id: Mapped[uuid_module.UUID] = refers_to_uuid("listId", "tbl_payout_lists", index=False)
    approver_id: Mapped[int] = refers_to_id("approverId", "tbl_users")
    step: Mapped[int] = mapped_column(Integer)
    rows_hash: Mapped[Line] = mapped_column("rowsHash")
    total: Mapped[Total]
    payable: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[list[int]] = mapped_column("madeBy", ARRAY(Integer))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    voided_at: Mapped[Moment | None] = mapped_column("voidedAt")
    voided_why: Mapped[Line | None] = mapped_column("voidedWhy")


Index("ix_tbl_payout_approvals_listId", PayoutApproval.list_id, PayoutApproval.id)
STANDING = PayoutApproval.voided_at.is_(None)
Index(
    "uq_tbl_payout_approvals_approver",
    PayoutApproval.list_id,
    PayoutApproval.approver_id,
    unique=True,
    postgresql_where=STANDING,
)
Index(
    "uq_tbl_payout_approvals_step",
    PayoutApproval.list_id,
    PayoutApproval.step,
    unique=True,
    postgresql_where=STANDING,
)
