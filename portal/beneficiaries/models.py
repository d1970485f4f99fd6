"""People who receive aid, what is personal about them, their groups and their projects."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from portal.core.abilities import Linked
from portal.core.columns import (
    CreatedAt,
    DeletedAt,
    Extras,
    Flag,
    IntPk,
    Line,
    Moment,
    RequiredUpdatedAt,
    UpdatedAt,
    Uuid,
    index_live,
    index_newest_live,
    refers_to_uuid,
)
from portal.core.db import db
from portal.core.enums import BankedStatus, Gender, GroupPurpose, InternetStatus, PhoneStatus, pg_enum

GOVERNMENT_ID = "extras ->> 'govtIDNumber'"
"""Where Rahat keeps a person's government id: inside the personal row's extras."""

SEARCH_TEXT = f"portal_search_text(name, phone, {GOVERNMENT_ID})"
"""Name, digits of the phone and government id, folded alike: one box finds a person by any part of them."""

VALID_PHONE = r"^\+[1-9][0-9]{6,14}$"
"""A number in E.164, which money can be sent to."""

ERASED_REASONS = ("ASKED", "CONSENT", "MISTAKE", "RETENTION", "OTHER")
"""Why somebody was erased. `RETENTION` is also what the portal says when their time is over."""
NOTHING_LEFT = """CASE
    WHEN "erasedAt" IS NULL THEN num_nonnulls("erasedBy", "erasedReason", "erasedNote") = 0
    ELSE "erasedReason" IS NOT NULL AND "deletedAt" IS NOT NULL AND "walletAddress" = 'erased:' || uuid
        AND num_nonnulls("birthDate", location, latitude, longitude, extras, notes, "deletedReason") = 0
    END"""
"""What the database asks of the row of somebody who was erased."""


class Beneficiary(db.Model):
    """A person who receives aid, without what would name them: that is `BeneficiaryPii`.

    `version` counts edits, so that a form filled from an older state is refused. Of who is deleted, what they took
    part in ended at that very moment (`deleted_at`), and whoever could see them there can still find them. Who is
    erased (`erased_at`) stays deleted for good, and only what names nobody is left of them.
    """

    __tablename__ = "tbl_beneficiaries"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: BeneficiaryProject,
            value="project_id",
            on=lambda person, part: and_(
                part.beneficiary_id == person.uuid,
                or_(part.deleted_at.is_(None), part.deleted_at == person.deleted_at),
            ),
            of=lambda person: person.projects,
        ),
    }
    __table_args__: Any = (
        CheckConstraint("age BETWEEN 0 AND 150", name="age"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint(NOTHING_LEFT, name="erased"),
        CheckConstraint(f'"erasedReason" IN {ERASED_REASONS}', name="erasedReason"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    gender: Mapped[Gender] = mapped_column(pg_enum(Gender), server_default="UNKNOWN")
    wallet_address: Mapped[Line] = mapped_column("walletAddress", unique=True)
    birth_date: Mapped[Moment | None] = mapped_column("birthDate")
    age: Mapped[int | None] = mapped_column(Integer)
    location: Mapped[Line | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    extras: Mapped[Extras]
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
    is_verified: Mapped[Flag] = mapped_column("isVerified")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    deleted_reason: Mapped[Line | None] = mapped_column("deletedReason")
    deleted_by: Mapped[uuid_module.UUID | None] = mapped_column("deletedBy", UUID(as_uuid=True))
    merged_into: Mapped[uuid_module.UUID | None] = mapped_column("mergedInto", UUID(as_uuid=True))
    erased_at: Mapped[Moment | None] = mapped_column("erasedAt")
    erased_by: Mapped[uuid_module.UUID | None] = mapped_column("erasedBy", UUID(as_uuid=True))
    erased_reason: Mapped[Line | None] = mapped_column("erasedReason")
    erased_note: Mapped[Line | None] = mapped_column("erasedNote")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    pii: Mapped["BeneficiaryPii"] = relationship(back_populates="beneficiary", lazy="raise", uselist=False)
    parts: Mapped[list["BeneficiaryProject"]] = relationship(
        primaryjoin="foreign(BeneficiaryProject.beneficiary_id) == Beneficiary.uuid", viewonly=True
    )
    """Their parts in projects, those that ended among them."""

    @property
    def projects(self) -> list[uuid_module.UUID]:
        """The projects they are in, or were in when they were deleted."""
        return [part.project_id for part in self.parts if part.deleted_at in (None, self.deleted_at)]


index_newest_live(Beneficiary)
Index(
    "ix_tbl_beneficiaries_deleted",
    Beneficiary.deleted_at.desc(),
    Beneficiary.id.desc(),
    postgresql_where=and_(Beneficiary.deleted_at.is_not(None), Beneficiary.erased_at.is_(None)),
)
Index(
    "ix_tbl_beneficiaries_erased",
    Beneficiary.erased_at.desc(),
    Beneficiary.id.desc(),
    postgresql_where=Beneficiary.erased_at.is_not(None),
)
Index(
    "ix_tbl_beneficiaries_merged",
    Beneficiary.merged_into,
    postgresql_where=Beneficiary.merged_into.is_not(None),
)
index_live(
    Beneficiary,
    "gender_banked",
    Beneficiary.gender,
    Beneficiary.banked_status,
    Beneficiary.created_at.desc(),
    Beneficiary.id.desc(),
)
index_live(
    Beneficiary,
    "location",
    func.lower(Beneficiary.location).label("folded"),
    postgresql_using="gin",
    postgresql_ops={"folded": "gin_trgm_ops"},
)
index_live(Beneficiary, "place", Beneficiary.latitude, Beneficiary.longitude)
Index(
    "uq_tbl_beneficiaries_wallet_folded",
    func.lower(Beneficiary.wallet_address).label("folded"),
    unique=True,
    postgresql_ops={"folded": "text_pattern_ops"},
)


def _of_person(column: Any, beneficiary_id: Any) -> Any:
    """A column of the person with this id, as a value in a statement that may speak of people already."""
    person = aliased(Beneficiary)
    value = getattr(person, column.key)
    return select(value).where(person.id == beneficiary_id).correlate_except(person).scalar_subquery()


class BeneficiaryPii(db.Model):
    """What is personal about a person: read only by those who may.

    `phone` is E.164, or `none:<uuid>` for somebody without one. The phone has no trigram index on purpose:
    it would also be taken for `=` over long lists, and stall them. Of who was erased an empty row is left, so that
    lists of what they were paid need not think of them.
    """

    __tablename__ = "tbl_beneficiaries_pii"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: BeneficiaryProject,
            value="project_id",
            on=lambda pii, part: and_(
                part.beneficiary_id == _of_person(Beneficiary.uuid, pii.beneficiary_id),
                or_(
                    part.deleted_at.is_(None),
                    part.deleted_at == _of_person(Beneficiary.deleted_at, pii.beneficiary_id),
                ),
            ),
            of=lambda pii: pii.beneficiary.projects,
        ),
    }
    __table_args__: Any = (
        CheckConstraint(
            "\"erasedAt\" IS NULL OR (num_nonnulls(name, email, extras) = 0 AND phone LIKE 'none:%')",
            name="erased",
        ),
    )

    beneficiary_id: Mapped[int] = mapped_column(
        "beneficiaryId", Integer, ForeignKey("tbl_beneficiaries.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[Line | None]
    phone: Mapped[Line] = mapped_column(unique=True)
    email: Mapped[Line | None]
    extras: Mapped[Extras]
    erased_at: Mapped[Moment | None] = mapped_column("erasedAt")
    search_text: Mapped[str] = mapped_column("searchText", Text, Computed(SEARCH_TEXT, persisted=True))

    beneficiary: Mapped[Beneficiary] = relationship(back_populates="pii", lazy="raise")


Index(
    "ix_tbl_beneficiaries_pii_search",
    BeneficiaryPii.search_text,
    postgresql_using="gin",
    postgresql_ops={"searchText": "gin_trgm_ops"},
)
Index(
    "ix_tbl_beneficiaries_pii_sounds",
    text("portal_name_sounds(portal_name_spelt(name))"),
    postgresql_using="gin",
    _table=BeneficiaryPii.__table__,
)
Index("ix_tbl_beneficiaries_pii_by_name", BeneficiaryPii.search_text, BeneficiaryPii.beneficiary_id)
Index(
    "ix_tbl_beneficiaries_pii_no_valid_phone",
    BeneficiaryPii.beneficiary_id,
    postgresql_where=text(f"phone !~ '{VALID_PHONE}'"),
)
Index(
    "ix_tbl_beneficiaries_pii_government_id",
    text(f"portal_fold({GOVERNMENT_ID})"),
    postgresql_where=text(f"({GOVERNMENT_ID}) IS NOT NULL"),
    _table=BeneficiaryPii.__table__,
)


class BeneficiaryGroup(db.Model):
    """A group of people. Its purpose says what each member must have (a bank account, a phone).

    `version` counts edits, so that a form filled from an older state is refused.
    """

    __tablename__ = "tbl_beneficiaries_group"
    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: BeneficiaryGroupProject,
            value="project_id",
            on=lambda group, part: and_(part.beneficiary_group_id == group.uuid, part.deleted_at.is_(None)),
            of=lambda group: [part.project_id for part in group.parts],
        ),
    }

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line] = mapped_column(unique=True)
    group_purpose: Mapped[GroupPurpose | None] = mapped_column("groupPurpose", pg_enum(GroupPurpose))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    parts: Mapped[list["BeneficiaryGroupProject"]] = relationship(
        primaryjoin="and_(foreign(BeneficiaryGroupProject.beneficiary_group_id) == BeneficiaryGroup.uuid,"
        " BeneficiaryGroupProject.deleted_at.is_(None))",
        viewonly=True,
    )
    """Its parts in projects, without those that ended."""


index_newest_live(BeneficiaryGroup)
Index(
    "ix_tbl_beneficiaries_group_name",
    (literal_column("' '", Text) + func.portal_fold(BeneficiaryGroup.name, type_=Text)).label("folded"),
    postgresql_using="gin",
    postgresql_ops={"folded": "gin_trgm_ops"},
    _table=BeneficiaryGroup.__table__,
)


class GroupedBeneficiary(db.Model):
    """A person's membership of a group."""

    __tablename__ = "tbl_grouped_beneficiaries"
    __table_args__: Any = (UniqueConstraint("beneficiaryGroupId", "beneficiaryId"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    beneficiary_group_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "beneficiaryGroupId", "tbl_beneficiaries_group", index=False
    )
    beneficiary_id: Mapped[uuid_module.UUID] = refers_to_uuid("beneficiaryId", "tbl_beneficiaries")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_live(
    GroupedBeneficiary, "member", GroupedBeneficiary.beneficiary_group_id, GroupedBeneficiary.beneficiary_id
)


class BeneficiaryProject(db.Model):
    """A person's part in a project. `brought_by` is the assignment of a group that brought them in, if one did."""

    __tablename__ = "tbl_beneficiaries_projects"
    __table_args__: Any = (UniqueConstraint("projectId", "beneficiaryId"),)

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    beneficiary_id: Mapped[uuid_module.UUID] = refers_to_uuid("beneficiaryId", "tbl_beneficiaries")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")
    brought_by: Mapped[uuid_module.UUID | None] = mapped_column("broughtBy", UUID(as_uuid=True))


index_live(BeneficiaryProject, "member", BeneficiaryProject.project_id, BeneficiaryProject.beneficiary_id)
Index(
    "ix_tbl_beneficiaries_projects_brought_live",
    BeneficiaryProject.brought_by,
    postgresql_where=and_(
        BeneficiaryProject.brought_by.is_not(None), BeneficiaryProject.deleted_at.is_(None)
    ),
)


class BeneficiaryGroupProject(db.Model):
    """A group's part in a project: who joins the group later joins the project too."""

    __tablename__ = "tbl_beneficiaries_gorup_projects"
    __table_args__: Any = (
        UniqueConstraint("projectId", "beneficiaryGroupId", name="uq_tbl_beneficiaries_gorup_projects_pair"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    beneficiary_group_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "beneficiaryGroupId", "tbl_beneficiaries_group"
    )
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[RequiredUpdatedAt] = mapped_column("updatedAt")
    deleted_at: Mapped[DeletedAt] = mapped_column("deletedAt")


index_live(
    BeneficiaryGroupProject,
    "group",
    BeneficiaryGroupProject.beneficiary_group_id,
    BeneficiaryGroupProject.project_id,
)
