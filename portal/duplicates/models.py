"""Two records that may be one person, and merges; the indexes by which likeness is looked up."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import ARRAY, UUID, CheckConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.columns import CreatedAt, IntPk, Json, Line, Moment, Uuid, refers_to_id, refers_to_uuid
from portal.core.db import db

STATES = ("OPEN", "DIFFERENT", "MERGED")


class Duplicate(db.Model):
    """Two people who may be one. `first_id` is the smaller uuid, so that a pair stands here once.

    `reasons` are codes of `beneficiaries.queries.comparing.Reason`, `score` is of 100. A pair that was decided
    keeps what the two had in common then; `scan` names the job that saw it last. A role that is limited to projects
    reaches every pair as far as this table goes: a pair shows only to who sees both people.
    """

    __tablename__ = "tbl_duplicate_pairs"
    __ability_projects__ = {"state": {"$in": list(STATES)}}
    __table_args__: Any = (
        UniqueConstraint("firstId", "secondId", name="uq_tbl_duplicate_pairs_pair"),
        CheckConstraint('"firstId" < "secondId"', name="order"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'OPEN') = (\"decidedAt\" IS NULL)", name="decided"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    first_id: Mapped[uuid_module.UUID] = refers_to_uuid(
        "firstId", "tbl_beneficiaries", ondelete="CASCADE", index=False
    )
    second_id: Mapped[uuid_module.UUID] = refers_to_uuid("secondId", "tbl_beneficiaries", ondelete="CASCADE")
    score: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    state: Mapped[Line] = mapped_column(server_default="OPEN")
    scan: Mapped[uuid_module.UUID | None] = mapped_column(UUID(as_uuid=True))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    decided_at: Mapped[Moment | None] = mapped_column("decidedAt")
    decided_by: Mapped[int | None] = refers_to_id("decidedBy", "tbl_users")


Index(
    "ix_tbl_duplicate_pairs_likeliest",
    Duplicate.score.desc(),
    Duplicate.id.desc(),
    postgresql_where=Duplicate.state == "OPEN",
)
Index(
    "ix_tbl_duplicate_pairs_decided",
    Duplicate.decided_at.desc(),
    Duplicate.id.desc(),
    postgresql_where=Duplicate.state != "OPEN",
)


class Merge(db.Model):
    """Two records made one. `before` holds both people as they were, `after` as they were left, `moved` which rows
    of which tables went from the loser to the winner: all that undoing it takes. All three are empty once one of the
    two was erased (`erased_at`)."""

    __tablename__ = "tbl_merges"
    __table_args__: Any = (
        CheckConstraint('"winnerId" <> "loserId"', name="two"),
        CheckConstraint(
            "\"erasedAt\" IS NULL OR (before = '{}' AND after = '{}' AND moved = '{}')", name="erased"
        ),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    winner_id: Mapped[uuid_module.UUID] = refers_to_uuid("winnerId", "tbl_beneficiaries", ondelete="CASCADE")
    loser_id: Mapped[uuid_module.UUID] = refers_to_uuid("loserId", "tbl_beneficiaries", ondelete="CASCADE")
    pair_id: Mapped[uuid_module.UUID] = refers_to_uuid("pairId", "tbl_duplicate_pairs", ondelete="CASCADE")
    before: Mapped[Json]
    after: Mapped[Json]
    moved: Mapped[Json]
    merged_at: Mapped[Moment] = mapped_column("mergedAt", server_default=text("now()"))
    merged_by: Mapped[int | None] = refers_to_id("mergedBy", "tbl_users")
    undone_at: Mapped[Moment | None] = mapped_column("undoneAt")
    undone_by: Mapped[int | None] = refers_to_id("undoneBy", "tbl_users")
    erased_at: Mapped[Moment | None] = mapped_column("erasedAt")


Index("ix_tbl_merges_standing", Merge.loser_id, unique=True, postgresql_where=Merge.undone_at.is_(None))

Index("ix_tbl_beneficiaries_pii_line", text("portal_phone_key(phone)"), _table=BeneficiaryPii.__table__)
Index(
    "ix_tbl_beneficiaries_pii_sound",
    text("portal_name_sound(portal_name_spelt(name))"),
    _table=BeneficiaryPii.__table__,
)
Index(
    "ix_tbl_beneficiaries_pii_id_key",
    text("portal_id_key(extras ->> 'govtIDNumber')"),
    postgresql_where=text("(extras ->> 'govtIDNumber') IS NOT NULL"),
    _table=BeneficiaryPii.__table__,
)
Index(
    "ix_tbl_beneficiaries_shared_phone",
    text("portal_phone_key(extras ->> 'shared phone')"),
    postgresql_where=text("(extras ->> 'shared phone') IS NOT NULL"),
    _table=Beneficiary.__table__,
)
