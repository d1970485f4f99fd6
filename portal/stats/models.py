"""Figures kept ready for the dashboards."""

import datetime as dt
import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Flag, IntPk, Line, UpdatedAt, refers_to_uuid
from portal.core.db import db
from portal.core.enums import GrievanceType, pg_enum


class Stat(db.Model):
    """One figure: `{count}` or `[{id, count}]`. `group` is null, or the project's uuid it was counted in."""

    __tablename__ = "tbl_stats"
    __ability_projects__ = {"group": {"$in": "${user.projects}"}}

    name: Mapped[Line] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSONB)
    group: Mapped[Line | None] = mapped_column(index=True)
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class GrievanceFigure(db.Model):
    """What came in a month of one project, type, category and channel, and what became of it.

    `acknowledge_took` and `resolve_took` are the working minutes of each case, for medians and percentiles of whatever
    somebody asks for.
    """

    __tablename__ = "tbl_grievance_figures"
    __table_args__: Any = (
        UniqueConstraint(
            *("month", "projectId", "type", "categoryId", "channelId", "isSensitive"),
            name="uq_tbl_grievance_figures_cell",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_tbl_grievance_figures_projectId", "projectId", "month"),
    )
    __mapper_args__: Any = {
        "primary_key": ["month", "project_id", "type", "category_id", "channel_id", "is_sensitive"]
    }

    month: Mapped[dt.date] = mapped_column(Date)
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    type: Mapped[GrievanceType] = mapped_column(pg_enum(GrievanceType))
    category_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("categoryId", "tbl_grievance_categories")
    channel_id: Mapped[uuid_module.UUID | None] = refers_to_uuid("channelId", "tbl_grievance_channels")
    is_sensitive: Mapped[Flag] = mapped_column("isSensitive")
    received: Mapped[int]
    acknowledged: Mapped[int]
    acknowledged_in_time: Mapped[int] = mapped_column("acknowledgedInTime")
    resolved: Mapped[int]
    resolved_in_time: Mapped[int] = mapped_column("resolvedInTime")
    reopened: Mapped[int]
    acknowledge_took: Mapped[list[int]] = mapped_column("acknowledgeTook", ARRAY(Integer))
    resolve_took: Mapped[list[int]] = mapped_column("resolveTook", ARRAY(Integer))


class GrievancePlace(db.Model):
    """How many cases of a month and a project were about people of a place."""

    __tablename__ = "tbl_grievance_places"
    __table_args__: Any = (PrimaryKeyConstraint("projectId", "month", "place", "isSensitive"),)

    month: Mapped[dt.date] = mapped_column(Date)
    project_id: Mapped[uuid_module.UUID] = refers_to_uuid("projectId", "tbl_projects", index=False)
    is_sensitive: Mapped[Flag] = mapped_column("isSensitive")
    place: Mapped[Line]
    received: Mapped[int]
    resolved: Mapped[int]


class GrievanceTouched(db.Model):
    """A month of a project that has to be counted anew; a trigger adds them, who counts takes them away."""

    __tablename__ = "tbl_grievance_touched"

    id: Mapped[IntPk]
    month: Mapped[dt.date] = mapped_column(Date)
    project_id: Mapped[uuid_module.UUID] = mapped_column("projectId", UUID(as_uuid=True))


class OfframpTouched(db.Model):
    """A month of a project (or of none) whose offramps have to be counted anew; a trigger adds them, who counts takes
    them away."""

    __tablename__ = "tbl_offramp_touched"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    month: Mapped[dt.date] = mapped_column(Date)
    project_id: Mapped[uuid_module.UUID | None] = mapped_column("projectId", UUID(as_uuid=True))
