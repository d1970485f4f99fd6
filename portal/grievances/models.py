"""Complaints and requests for help as cases: their facts, their story, and the settings of their two clocks."""

import datetime as dt
import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    Time,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Flag,
    IntPk,
    Line,
    LongText,
    Moment,
    RequiredUpdatedAt,
    UpdatedAt,
    Uuid,
    index_live,
    index_newest_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import GrievanceStatus, GrievanceType, pg_enum

PRIORITIES = ("LOW", "NORMAL", "HIGH", "URGENT")
"""From what can wait to what cannot."""

_IS_PRIORITY = f"priority IN {PRIORITIES}"


def _key() -> Any:
    return mapped_column(UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()"))


class Grievance(db.Model):
    """A case. One from the public form has the system's own user as its reporter; one about a payment names it.

    `code` is what the person who complained has in their hands. `status_reason` is what was said with the last move.
    The moments of both clocks are the database's to keep (`portal_grievance_runs`): `due_at` and `risk_at` are those of
    the clock that runs now and null where none does, `acknowledge_took` and `resolve_took` are working minutes.
    """

    __tablename__ = "tbl_grievances"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __ability_guarded__ = ("SensitiveGrievance", {"isSensitive": True})
    __table_args__: Any = (
        CheckConstraint(_IS_PRIORITY, name="priority"),
        CheckConstraint(""""waitingSince" IS NULL OR status = 'UNDER_REVIEW'""", name="waiting"),
        CheckConstraint(""""duplicateOf" <> uuid AND follows <> uuid""", name="itself"),
        CheckConstraint(
            """(status = 'NEW') <= ("acknowledgedAt" IS NULL) AND (status = 'RESOLVED') <= ("resolvedAt" IS NOT NULL)
            AND (status = 'CLOSED') = ("closedAt" IS NOT NULL)""",
            name="moments",
        ),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    reported_by: Mapped[Line] = mapped_column("reportedBy")
    reporter_user_id: Mapped[int] = refers_to_id("reporterUserId", "tbl_users")
    reporter_contact: Mapped[Line] = mapped_column("reporterContact")
    title: Mapped[Line]
    type: Mapped[GrievanceType] = mapped_column(pg_enum(GrievanceType))
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    description: Mapped[Line]
    transaction_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("transactionId", "tbl_transactions")
    status: Mapped[GrievanceStatus] = mapped_column(pg_enum(GrievanceStatus), server_default="NEW")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")

    code: Mapped[Line] = mapped_column(unique=True, server_default=text("portal_case_code()"))
    pin_hash: Mapped[Line | None] = mapped_column("pinHash")
    beneficiary_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "beneficiaryId", "tbl_beneficiaries", index=False
    )
    vendor_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("vendorId", "tbl_vendors", index=False)
    category_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("categoryId", "tbl_grievance_categories")
    channel_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("channelId", "tbl_grievance_channels")
    priority: Mapped[Line] = mapped_column(server_default="NORMAL")
    is_sensitive: Mapped[Flag] = mapped_column("isSensitive")
    assignee_id: Mapped[int | None] = refers_to_id("assigneeId", "tbl_users", index=False)
    duplicate_of: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "duplicateOf", "tbl_grievances", index=False
    )
    follows: Mapped[uuid_module.UUID | None] = refers_to_uuid("follows", "tbl_grievances", index=False)
    language: Mapped[Line | None]
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users", index=False)

    status_at: Mapped[Moment] = mapped_column("statusAt", server_default=func.now())
    status_reason: Mapped[LongText | None] = mapped_column("statusReason")
    waiting_since: Mapped[Moment | None] = mapped_column("waitingSince")
    acknowledged_at: Mapped[Moment | None] = mapped_column("acknowledgedAt")
    resolved_at: Mapped[Moment | None] = mapped_column("resolvedAt")
    closed_at: Mapped[Moment | None] = mapped_column("closedAt")
    reopened: Mapped[int] = mapped_column(server_default="0")
    reporter_forgotten_at: Mapped[Moment | None] = mapped_column("reporterForgottenAt")

    clock_from: Mapped[Moment] = mapped_column("clockFrom", server_default=func.now())
    acknowledge_risk: Mapped[Moment | None] = mapped_column("acknowledgeRisk")
    acknowledge_by: Mapped[Moment | None] = mapped_column("acknowledgeBy")
    resolve_risk: Mapped[Moment | None] = mapped_column("resolveRisk")
    resolve_by: Mapped[Moment | None] = mapped_column("resolveBy")
    risk_at: Mapped[Moment | None] = mapped_column("riskAt")
    due_at: Mapped[Moment | None] = mapped_column("dueAt")
    acknowledge_took: Mapped[int | None] = mapped_column("acknowledgeTook")
    resolve_took: Mapped[int | None] = mapped_column("resolveTook")


index_live(Grievance, "status", Grievance.status, Grievance.created_at.desc(), Grievance.id.desc())
index_newest_live(Grievance)
Index(
    "ix_tbl_grievances_assignee",
    Grievance.assignee_id,
    Grievance.due_at,
    Grievance.id,
    postgresql_where=Grievance.assignee_id.is_not(None),
)
Index(
    "ix_tbl_grievances_open_of",
    Grievance.assignee_id,
    postgresql_where=Grievance.assignee_id.is_not(None)
    & Grievance.resolved_at.is_(None)
    & Grievance.closed_at.is_(None)
    & Grievance.deleted_at.is_(None),
)
Index(
    "ix_tbl_grievances_due_live",
    Grievance.due_at,
    Grievance.id,
    postgresql_where=Grievance.due_at.is_not(None) & Grievance.deleted_at.is_(None),
)
Index(
    "ix_tbl_grievances_remembered",
    Grievance.closed_at,
    postgresql_where=Grievance.closed_at.is_not(None)
    & ((Grievance.reported_by != "") | (Grievance.reporter_contact != "")),
)
Index("ix_tbl_grievances_project", Grievance.project_id, Grievance.created_at.desc(), Grievance.id.desc())
for _name, _column in {
    "beneficiaryId": Grievance.beneficiary_id,
    "vendorId": Grievance.vendor_id,
    "duplicateOf": Grievance.duplicate_of,
    "follows": Grievance.follows,
    "createdBy": Grievance.created_by,
}.items():
    Index(f"ix_tbl_grievances_{_name}", _column, postgresql_where=_column.is_not(None))


class GrievanceCategory(db.Model):
    """What a complaint is about, in the organisation's own terms. A sensitive one makes its cases sensitive."""

    __tablename__ = "tbl_grievance_categories"
    __table_args__: Any = (
        CheckConstraint("btrim(name) <> ''", name="name"),
        CheckConstraint(_IS_PRIORITY, name="priority"),
    )

    uuid: Mapped[uuid_module.UUID] = _key()
    name: Mapped[Line] = mapped_column(unique=True)
    is_sensitive: Mapped[Flag] = mapped_column("isSensitive")
    priority: Mapped[Line] = mapped_column(server_default="NORMAL")
    is_active: Mapped[bool] = mapped_column("isActive", server_default=true())
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceChannel(db.Model):
    """How a complaint came. `key` is set for those that the portal itself fills in."""

    __tablename__ = "tbl_grievance_channels"
    __table_args__: Any = (CheckConstraint("btrim(name) <> ''", name="name"),)

    uuid: Mapped[uuid_module.UUID] = _key()
    key: Mapped[Line | None] = mapped_column(unique=True)
    name: Mapped[Line] = mapped_column(unique=True)
    is_active: Mapped[bool] = mapped_column("isActive", server_default=true())
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceEvent(db.Model):
    """A line of a case's story; only ever added. `is_public` ones are read by the person who complained."""

    __tablename__ = "tbl_grievance_events"
    __table_args__: Any = (Index("ix_tbl_grievance_events_grievanceId", "grievanceId", "id"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    grievance_id: Mapped[uuid_module.UUID] = refers_to_uuid("grievanceId", "tbl_grievances", index=False)
    kind: Mapped[Line]
    is_public: Mapped[Flag] = mapped_column("isPublic")
    by_reporter: Mapped[Flag] = mapped_column("byReporter")
    from_status: Mapped[GrievanceStatus | None] = mapped_column("fromStatus", pg_enum(GrievanceStatus))
    to_status: Mapped[GrievanceStatus | None] = mapped_column("toStatus", pg_enum(GrievanceStatus))
    body: Mapped[LongText | None]
    facts: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users", index=False)
    created_at: Mapped[Moment] = mapped_column("createdAt", server_default=func.clock_timestamp())


Index(
    "ix_tbl_grievance_events_createdBy",
    GrievanceEvent.created_by,
    postgresql_where=GrievanceEvent.created_by.is_not(None),
)


class GrievanceAttachment(db.Model):
    """A file that belongs to a case. `name` is what its owner called it, `file_path` where it lies, made up by us."""

    __tablename__ = "tbl_grievance_attachments"
    __table_args__: Any = (CheckConstraint("size > 0", name="size"),)

    uuid: Mapped[uuid_module.UUID] = _key()
    grievance_id: Mapped[uuid_module.UUID] = refers_to_uuid("grievanceId", "tbl_grievances")
    event_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("eventId", "tbl_grievance_events")
    name: Mapped[Line]
    media_type: Mapped[Line] = mapped_column("mediaType")
    size: Mapped[int]
    file_path: Mapped[Line] = mapped_column("filePath")
    is_public: Mapped[Flag] = mapped_column("isPublic")
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class GrievanceWatcher(db.Model):
    """Somebody who is told what happens in a case without being in charge of it."""

    __tablename__ = "tbl_grievance_watchers"
    __table_args__: Any = (PrimaryKeyConstraint("grievanceId", "userId"),)

    grievance_id: Mapped[uuid_module.UUID] = refers_to_uuid("grievanceId", "tbl_grievances", index=False)
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class GrievanceCalendar(db.Model):
    """Working days (ISO: 1 is Monday) and hours; without a project they are everybody's who has none of their own."""

    __tablename__ = "tbl_grievance_calendars"
    __table_args__: Any = (
        UniqueConstraint("projectId", postgresql_nulls_not_distinct=True),
        CheckConstraint("cardinality(days) > 0 AND days <@ '{1,2,3,4,5,6,7}'::smallint[]", name="days"),
        CheckConstraint("opens < closes", name="hours"),
    )

    uuid: Mapped[uuid_module.UUID] = _key()
    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects", index=False)
    days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{1,2,3,4,5}'"))
    opens: Mapped[dt.time] = mapped_column(Time, server_default="09:00")
    closes: Mapped[dt.time] = mapped_column(Time, server_default="17:00")
    time_zone: Mapped[Line] = mapped_column("timeZone", server_default="UTC")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceHoliday(db.Model):
    """A day of a calendar on which nobody works."""

    __tablename__ = "tbl_grievance_holidays"
    __table_args__: Any = (PrimaryKeyConstraint("calendarId", "day"),)

    calendar_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "calendarId", "tbl_grievance_calendars", ondelete="CASCADE", index=False
    )
    day: Mapped[dt.date] = mapped_column(Date)
    name: Mapped[Line] = mapped_column(server_default="")


class GrievanceTarget(db.Model):
    """Within how many working minutes a case is acknowledged and resolved; one without a category is for all others."""

    __tablename__ = "tbl_grievance_targets"
    __table_args__: Any = (
        UniqueConstraint("categoryId", "priority", postgresql_nulls_not_distinct=True),
        CheckConstraint(_IS_PRIORITY, name="priority"),
        CheckConstraint("acknowledge > 0 AND resolve >= acknowledge AND resolve <= 500000", name="minutes"),
    )

    uuid: Mapped[uuid_module.UUID] = _key()
    category_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "categoryId", "tbl_grievance_categories", index=False
    )
    priority: Mapped[Line]
    acknowledge: Mapped[int]
    resolve: Mapped[int]
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceRule(db.Model):
    """Who gets a new case that fits: a person, or whoever of a role has the fewest. The first with somebody decides."""

    __tablename__ = "tbl_grievance_rules"
    __table_args__: Any = (CheckConstraint("""num_nonnulls("userId", "roleId") = 1""", name="one"),)

    uuid: Mapped[uuid_module.UUID] = _key()
    position: Mapped[int]
    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects")
    category_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("categoryId", "tbl_grievance_categories")
    user_id: Mapped[int | None] = refers_to_id("userId", "tbl_users")
    role_id: Mapped[int | None] = refers_to_id("roleId", "tbl_auth_roles")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceStep(db.Model):
    """A step of the ladder: so many working minutes after a clock ran out, `receiver` is told."""

    __tablename__ = "tbl_grievance_steps"
    __table_args__: Any = (
        CheckConstraint("minutes >= 0 AND minutes <= 100000", name="minutes"),
        CheckConstraint("receiver IN ('ASSIGNEE', 'SUPERVISOR', 'MANAGER')", name="receiver"),
    )

    step: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    receiver: Mapped[Line]
    minutes: Mapped[int]
    is_active: Mapped[bool] = mapped_column("isActive", server_default=true())


class GrievanceEscalation(db.Model):
    """A step that was taken: once for a clock, and once more after each time that the case was opened again."""

    __tablename__ = "tbl_grievance_escalations"
    __table_args__: Any = (
        PrimaryKeyConstraint("grievanceId", "clock", "reopened", "step"),
        CheckConstraint("clock IN ('ACKNOWLEDGE', 'RESOLVE')", name="clock"),
    )

    grievance_id: Mapped[uuid_module.UUID] = refers_to_uuid("grievanceId", "tbl_grievances", index=False)
    clock: Mapped[Line] = mapped_column(Text)
    reopened: Mapped[int] = mapped_column(Integer)
    step: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class GrievancePause(db.Model):
    """When a clock stood still because the person was asked something; the pause that lasts is the case's own."""

    __tablename__ = "tbl_grievance_pauses"
    __table_args__: Any = (Index("ix_tbl_grievance_pauses_grievanceId", "grievanceId", "since"),)

    id: Mapped[IntPk]
    grievance_id: Mapped[uuid_module.UUID] = refers_to_uuid("grievanceId", "tbl_grievances", index=False)
    since: Mapped[Moment]
    until: Mapped[Moment]
