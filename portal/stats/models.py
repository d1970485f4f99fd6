"""Figures kept ready for the dashboards."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, Line, UpdatedAt
from portal.core.db import db


class Stat(db.Model):
    """One figure: `{count}` or `[{id, count}]`. `group` is null, or the project's uuid it was counted in."""

    __tablename__ = "tbl_stats"
    __ability_projects__ = {"group": {"$in": "${user.projects}"}}

    name: Mapped[Line] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSONB)
    group: Mapped[Line | None] = mapped_column(index=True)
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
