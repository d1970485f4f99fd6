"""Projects: what aid is handed out in, and everything else hangs on; and what may be spent in each."""

import uuid as uuid_module
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Integer, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    IntPk,
    Line,
    Moment,
    Money,
    UpdatedAt,
    Uuid,
    index_newest_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import ProjectStatus, pg_enum
from portal.projects.spending import Spending


class Project(db.Model):
    """A project. NOT_READY until opened; CLOSED makes everything in it read-only.

    `time_zone` is a name such as "Asia/Kathmandu" and `currency` a code of ISO 4217 or a token's symbol; a project
    without them goes by the portal's. `status_at`, `status_by` and `status_reason` tell of the last move. `version`
    counts edits, so that a form filled from an older state is refused.
    """

    __tablename__ = "tbl_projects"
    __ability_projects__ = {"uuid": {"$in": "${user.projects}"}}

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line]
    description: Mapped[Line | None]
    status: Mapped[ProjectStatus] = mapped_column(pg_enum(ProjectStatus), server_default="NOT_READY")
    type: Mapped[Line]
    contract_address: Mapped[Line | None] = mapped_column("contractAddress")
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    time_zone: Mapped[Line | None] = mapped_column("timeZone")
    currency: Mapped[Line | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    updated_by: Mapped[int | None] = refers_to_id("updatedBy", "tbl_users")
    status_at: Mapped[Moment | None] = mapped_column("statusAt")
    status_by: Mapped[int | None] = refers_to_id("statusBy", "tbl_users")
    status_reason: Mapped[Line | None] = mapped_column("statusReason")

    @property
    def closed(self) -> bool:
        """Whether everything in it is read-only."""
        return self.status == ProjectStatus.CLOSED


index_newest_live(Project)


class ProjectBudget(db.Model):
    """What may be spent in a project, in one currency or token; no limit where `amount` is null.

    `spent` is the sum of its transactions that are PENDING or APPROVED; the database keeps it, and never above
    `amount`. `reason` is why the amount was last changed.
    """

    __tablename__ = "tbl_project_budgets"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __table_args__: Any = (
        UniqueConstraint("projectId", "currency"),
        CheckConstraint("amount >= 0 AND amount <> 'NaN'", name="amount"),
        CheckConstraint(
            "spent >= 0 AND spent <> 'NaN' AND (amount IS NULL OR spent <= amount)", name="spent"
        ),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    currency: Mapped[Line]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    spent: Mapped[Money] = mapped_column(server_default=text("0"))
    reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    updated_by: Mapped[int | None] = refers_to_id("updatedBy", "tbl_users")

    @property
    def spending(self) -> Spending:
        """How much of it is spent, and what is left."""
        return Spending(self.currency, self.amount, self.spent)
