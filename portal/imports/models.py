"""Staging: people on their way in, the batch they came with, and what was decided about each.

Nothing here is in the audit log: a row becomes a fact only when it is promoted, and that is logged.
"""

import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    BigInteger,
    Boolean,
    CheckConstraint,
    Double,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    Flag,
    IntPk,
    Json,
    Line,
    Moment,
    RequiredUpdatedAt,
    UpdatedAt,
    Uuid,
    index_live,
    refers_to_id,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import (
    BankedStatus,
    Gender,
    InternetStatus,
    KoboBeneficiaryStatus,
    KoboBeneficiaryType,
    PhoneStatus,
    pg_enum,
)

BATCH_STATES = ("UPLOADED", "CHECKING", "REVIEW", "TAKING", "TAKEN", "UNDOING", "UNDONE", "FAILED")
VERDICTS = ("NEW", "UPDATE", "DUPLICATE", "INVALID")


class ImportBatch(db.Model):
    """One file, from its upload to its people being taken, and undone if need be.

    `inspection` is what the reader found (sheets, headers, a few rows) until it is forgotten; `mapping` says which
    column is what; `counts` holds the rows of each verdict. `job_id` names the job at work on it now.
    """

    __tablename__ = "tbl_import_batches"
    __ability_projects__ = {"createdBy": "${user.id}"}
    __table_args__: Any = (CheckConstraint(f"state IN {BATCH_STATES}", name="state"),)

    uuid: Mapped[uuid_module.UUID] = mapped_column(
        UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")
    )
    state: Mapped[Line] = mapped_column(server_default="UPLOADED")
    file_name: Mapped[Line] = mapped_column("fileName")
    file_path: Mapped[Line | None] = mapped_column("filePath")
    file_size: Mapped[int | None] = mapped_column("fileSize", BigInteger)
    file_hash: Mapped[Line | None] = mapped_column("fileHash", index=True)
    inspection: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    sheet: Mapped[Line | None]
    mapping: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    project_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("projectId", "tbl_projects")
    group_name: Mapped[Line | None] = mapped_column("groupName")
    job_id: Mapped[uuid_module.UUID | None] = mapped_column("jobId", UUID(as_uuid=True))
    row_count: Mapped[int | None] = mapped_column("rowCount", Integer)
    counts: Mapped[Json | None]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    taken_at: Mapped[Moment | None] = mapped_column("takenAt")
    undone_at: Mapped[Moment | None] = mapped_column("undoneAt")
    created_by: Mapped[int | None] = refers_to_id("createdBy", "tbl_users")


Index("ix_tbl_import_batches_newest", ImportBatch.created_at.desc(), ImportBatch.uuid.desc())


class ImportMapping(db.Model):
    """The mapping last used for one shape of file, offered for the next. `shape` is a hash of the headers."""

    __tablename__ = "tbl_import_mappings"

    shape: Mapped[Line] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    updated_by: Mapped[int | None] = refers_to_id("updatedBy", "tbl_users")


class TempBeneficiary(db.Model):
    """A row of a batch. The seed's columns hold it read and cleaned, the portal's what was found out.

    `raw` is the cells as they stood, by column; `problems` keep it out, `notices` do not; `match_id` is the
    person it updates or may double; `take` is what somebody decided; `promoted_id` the person it became and
    `before` what that person was, for the undo. No check on age or place here: a wrong value is to be shown.
    """

    __tablename__ = "tbl_temp_beneficiaries"
    __table_args__: Any = (
        CheckConstraint(f"verdict IN {VERDICTS}", name="verdict"),
        UniqueConstraint("batchId", "rowNumber"),
        Index(None, "batchId", "verdict", "rowNumber"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    first_name: Mapped[Line] = mapped_column("firstName")
    last_name: Mapped[Line] = mapped_column("lastName")
    govt_id_number: Mapped[Line | None] = mapped_column("govtIDNumber")
    gender: Mapped[Gender] = mapped_column(pg_enum(Gender), server_default="UNKNOWN")
    birth_date: Mapped[Moment | None] = mapped_column("birthDate")
    wallet_address: Mapped[Line] = mapped_column("walletAddress")
    phone: Mapped[Line | None]
    email: Mapped[Line | None]
    archived: Mapped[Flag]
    location: Mapped[Line | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    notes: Mapped[Line | None]
    banked_status: Mapped[BankedStatus] = mapped_column(
        "bankedStatus", pg_enum(BankedStatus), server_default="UNKNOWN"
    )
    internet_status: Mapped[InternetStatus] = mapped_column(
        "internetStatus", pg_enum(InternetStatus), server_default="UNKNOWN"
    )
    phone_status: Mapped[PhoneStatus] = mapped_column(
        "phoneStatus", pg_enum(PhoneStatus), server_default="UNKNOWN"
    )
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")

    batch_id: Mapped[uuid_module.UUID | None] = refers_to_uuid(
        "batchId", "tbl_import_batches", index=False, ondelete="CASCADE"
    )
    row_number: Mapped[int | None] = mapped_column("rowNumber", Integer)
    name: Mapped[Line | None]
    age: Mapped[int | None] = mapped_column(Integer)
    raw: Mapped[Json | None]
    problems: Mapped[Json | None]
    notices: Mapped[Json | None]
    verdict: Mapped[Line | None]
    reasons: Mapped[Json | None]
    match_id: Mapped[uuid_module.UUID | None] = mapped_column("matchId", UUID(as_uuid=True))
    take: Mapped[bool | None] = mapped_column(Boolean)
    promoted_id: Mapped[uuid_module.UUID | None] = mapped_column("promotedId", UUID(as_uuid=True))
    before: Mapped[Json | None]
    person_uuid: Mapped[uuid_module.UUID | None] = mapped_column("personUuid", UUID(as_uuid=True))
    groups: Mapped[Json | None]


class TempGroup(db.Model):
    """A group that rows of a batch name."""

    __tablename__ = "tbl_temp_group"

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class TempBeneficiaryGroup(db.Model):
    """A staged person's membership of a staged group."""

    __tablename__ = "tbl_temp_beneficiary_group"
    __table_args__: Any = (UniqueConstraint("tempGroupUID", "tempBenefUID"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    temp_group_uid: Mapped[uuid_module.UUID] = refers_to_uuid(
        "tempGroupUID", "tbl_temp_group", index=False, ondelete="CASCADE"
    )
    temp_benef_uid: Mapped[uuid_module.UUID] = refers_to_uuid(
        "tempBenefUID", "tbl_temp_beneficiaries", ondelete="CASCADE"
    )
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class KoboBeneficiary(db.Model):
    """A submission of a Kobo form, stored before it is judged."""

    __tablename__ = "tbl_kobo_beneficiaries"
    __table_args__: Any = (CheckConstraint("age BETWEEN 0 AND 150", name="age"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line]
    gender: Mapped[Gender] = mapped_column(pg_enum(Gender), server_default="UNKNOWN")
    type: Mapped[KoboBeneficiaryType] = mapped_column(pg_enum(KoboBeneficiaryType))
    status: Mapped[KoboBeneficiaryStatus] = mapped_column(
        pg_enum(KoboBeneficiaryStatus), server_default="PENDING"
    )
    phone: Mapped[Line]
    age: Mapped[int | None] = mapped_column(Integer)
    email: Mapped[Line | None]
    wallet: Mapped[Line | None]
    lead_interests: Mapped[list[str]] = mapped_column(
        "leadInterests", ARRAY(Text), server_default=text("'{}'")
    )
    extras: Mapped[Extras]
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_live(
    KoboBeneficiary,
    "status",
    KoboBeneficiary.status,
    KoboBeneficiary.created_at.desc(),
    KoboBeneficiary.id.desc(),
)
