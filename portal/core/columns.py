"""The column types that return in every table, so that a model only says what is its own.

Attributes are snake_case, columns are the seed's camelCase. A model spells each name out that differs
(`created_at: Mapped[CreatedAt] = mapped_column("createdAt")`) so that a search for either name finds it.
Defaults that a plain SQL INSERT must get too are the database's (`server_default`).
"""

import datetime as dt
import uuid as uuid_module
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import MappedColumn, mapped_column

IntPk = Annotated[int, mapped_column(Integer, Identity(always=False), primary_key=True)]
"""A counting key, known only inside the database."""

Uuid = Annotated[
    uuid_module.UUID,
    mapped_column(UUID(as_uuid=True), unique=True, server_default=text("gen_random_uuid()")),
]
"""The name of a row towards the outside: in URLs, exports and other systems."""

CreatedAt = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
UpdatedAt = Annotated[dt.datetime | None, mapped_column(DateTime(timezone=True), onupdate=func.now())]
"""When a row was last changed. The ORM sets it; a set-based UPDATE names it itself."""

RequiredUpdatedAt = Annotated[
    dt.datetime,
    mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now()),
]
"""`updatedAt` where the seed does not let it be null."""

DeletedAt = Annotated[dt.datetime | None, mapped_column(DateTime(timezone=True))]
"""Soft delete: a row with a time here is gone for everybody but its history."""

Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Line = Annotated[str, mapped_column(Text)]
"""The seed's `String`: one line, without a limit in the database."""

Extras = Annotated[dict[str, Any] | None, mapped_column(JSONB(none_as_null=True))]
Json = Annotated[Any, mapped_column(JSONB(none_as_null=True))]
LongText = Annotated[str, mapped_column(Text)]
"""The seed's `Text`: the same type, for what people write at length."""

Flag = Annotated[bool, mapped_column(Boolean, server_default=false())]
"""A yes or no that is no unless said."""

Money = Annotated[Decimal, mapped_column(Numeric(28, 8))]
"""An amount in units of the currency or token whose code stands beside it. Never a float."""


def refers_to_uuid(
    column: str, target: str, ondelete: str | None = None, **options: Any
) -> MappedColumn[Any]:
    """A foreign key to another table's `uuid`, indexed. `target` is a table's name.

    Pass `index=False` where a unique pair begins with this column: its index serves the key as well.
    """
    options.setdefault("index", True)
    key = ForeignKey(f"{target}.uuid", ondelete=ondelete)
    return mapped_column(column, UUID(as_uuid=True), key, **options)


def refers_to_id(column: str, target: str, **options: Any) -> MappedColumn[Any]:
    """A foreign key to another table's `id`, indexed. `target` is a table's name."""
    options.setdefault("index", True)
    return mapped_column(column, Integer, ForeignKey(f"{target}.id"), **options)


def index_live(model: Any, name: str, *columns: Any, **options: Any) -> Index:
    """An index over the rows that are not soft-deleted, which is what lists read.

    `model` has a `deleted_at`; `columns` are its attributes, with `.desc()` where the list runs backwards.
    """
    return Index(
        f"ix_{model.__tablename__}_{name}_live",
        *columns,
        postgresql_where=model.deleted_at.is_(None),
        **options,
    )


def index_newest_live(model: Any) -> Index:
    """The index of the usual list: live rows, newest first, paged by key."""
    return index_live(model, "newest", model.created_at.desc(), model.id.desc())
