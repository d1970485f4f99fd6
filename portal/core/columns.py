"""The column types that return in every table, so that a model only says what is its own.

Attributes are snake_case, columns are the seed's camelCase. A model spells each name it needs out
(`birth_date: Mapped[datetime | None] = mapped_column("birthDate")`) so that a search for either name finds it.
Defaults that a plain SQL INSERT must get too are the database's (`server_default`).
"""

import datetime as dt
import uuid as uuid_module
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import DateTime, ForeignKey, Identity, Integer, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import MappedColumn, mapped_column

IntPk = Annotated[int, mapped_column("id", Integer, Identity(always=False), primary_key=True)]
"""A counting key, known only inside the database."""

Uuid = Annotated[
    uuid_module.UUID,
    mapped_column("uuid", UUID(as_uuid=True), unique=True, server_default=text("gen_random_uuid()")),
]
"""The name of a row towards the outside: in URLs, exports and other systems."""

CreatedAt = Annotated[
    dt.datetime, mapped_column("createdAt", DateTime(timezone=True), server_default=func.now())
]
UpdatedAt = Annotated[
    dt.datetime | None, mapped_column("updatedAt", DateTime(timezone=True), onupdate=func.now())
]
"""When a row was last changed. The ORM sets it; a set-based UPDATE names it itself."""

RequiredUpdatedAt = Annotated[
    dt.datetime,
    mapped_column("updatedAt", DateTime(timezone=True), server_default=func.now(), onupdate=func.now()),
]
"""`updatedAt` where the seed does not let it be null."""

DeletedAt = Annotated[dt.datetime | None, mapped_column("deletedAt", DateTime(timezone=True))]
"""Soft delete: a row with a time here is gone for everybody but its history."""

Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Extras = Annotated[dict[str, Any] | None, mapped_column("extras", JSONB(none_as_null=True))]
Json = Annotated[Any, mapped_column(JSONB(none_as_null=True))]
LongText = Annotated[str, mapped_column(Text)]
Money = Annotated[Decimal, mapped_column(Numeric(28, 8))]
"""An amount in units of the currency or token whose code stands beside it. Never a float."""


def refers_to_uuid(column: str, target: str, **options: Any) -> MappedColumn[Any]:
    """A foreign key to another table's `uuid`, indexed. `target` is a table's name."""
    options.setdefault("index", True)
    return mapped_column(column, UUID(as_uuid=True), ForeignKey(f"{target}.uuid"), **options)


def refers_to_id(column: str, target: str, **options: Any) -> MappedColumn[Any]:
    """A foreign key to another table's `id`, indexed. `target` is a table's name."""
    options.setdefault("index", True)
    return mapped_column(column, Integer, ForeignKey(f"{target}.id"), **options)
