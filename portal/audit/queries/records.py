"""Which record an address means, whether the reader may see it, and which rows of other tables belong to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Table, Text, Uuid, cast, inspect, literal, or_, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.abilities import Ability
from portal.core.db import Base
from portal.core.errors import NotFound

PARTS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "tbl_beneficiaries": (
        ("tbl_beneficiaries_pii", "beneficiaryId", "beneficiaryId", "id"),
        ("tbl_grouped_beneficiaries", "uuid", "beneficiaryId", "uuid"),
        ("tbl_beneficiaries_projects", "uuid", "beneficiaryId", "uuid"),
    ),
    "tbl_users": (("tbl_users_roles", "id", "userId", "id"), ("tbl_auth", "id", "userId", "id")),
    "tbl_vendors": (("tbl_projects_vendors", "id", "vendorId", "uuid"),),
    "tbl_projects": (("tbl_project_budgets", "uuid", "projectId", "uuid"),),
    "tbl_auth_roles": (("tbl_auth_permissions", "id", "roleId", "id"),),
}
"""Table → tables whose rows are part of its records: by which column the log names them, and which of their
columns refers to which of the record's."""

LOGGED_WHOLE = frozenset({"tbl_users_roles", "tbl_auth", "tbl_auth_permissions", "tbl_project_budgets"})
"""Parts that may be deleted; the log keeps their rows whole, so whose they were is found there."""

MOST_PARTS = 500


def model_of(table: str) -> type[Any] | None:
    """The model of a table; None where there is no such table."""
    known = Base.metadata.tables.get(table)
    return next((m.class_ for m in Base.registry.mappers if m.local_table is known), None)


def key_of(model: type[Any]) -> Any:
    """The column by which the log names a table's rows: the uuid, else the primary key."""
    table: Table = inspect(model).local_table
    return table.c.uuid if "uuid" in table.c else next(iter(table.primary_key.columns))


def records_of(session: Session, table: str, record: str, ability: Ability) -> list[tuple[str, list[str]]]:
    """The record and what is part of it, each a table with the names of rows.

    Raises NotFound where there is no such record, or none that the reader may see. One that was deleted is
    shown only to who may read every record of its kind.
    """
    model = model_of(table)
    if model is None:
        raise NotFound
    key = key_of(model)
    value = _value(key, record)
    columns: Table = inspect(model).local_table
    names = [name for name in ("id", "uuid") if name in columns.c] or [key.name]
    row = session.execute(
        ability.accessible(select(*(columns.c[name] for name in names)).where(key == value), "read", model)
    ).one_or_none()
    if row is None:
        _only_who_reads_all(session, model, key, value, ability)
        return [(table, [str(value)])]
    found = [(table, [str(value)])]
    for part, name, refers, to in PARTS.get(table, ()):
        rows = _parts(session, part, name, refers, getattr(row, to))
        if rows:
            found.append((part, rows))
    return found


def _value(key: Any, record: str) -> Any:
    """The record's name as its column has it. Raises NotFound for what no such column can hold."""
    try:
        if isinstance(key.type, Uuid):
            return UUID(record)
        if isinstance(key.type, Integer):
            number = int(record)
            if not 0 < number < 2**31:
                raise NotFound
            return number
    except ValueError as error:
        raise NotFound from error
    if "\0" in record:
        raise NotFound
    return record


def _only_who_reads_all(session: Session, model: type[Any], key: Any, value: Any, ability: Ability) -> None:
    there = session.scalar(select(literal(1)).where(key == value))
    every_one = str(ability.condition("read", model)) == "true"
    if there is not None or not every_one:
        raise NotFound


def _parts(session: Session, part: str, name: str, refers: str, value: Any) -> list[str]:
    """The names of a part's rows, those that are gone among them."""
    table = Base.metadata.tables[part]
    live = select(cast(table.c[name], Text)).where(table.c[refers] == value).limit(MOST_PARTS)
    names = set(session.scalars(live))
    if part in LOGGED_WHOLE:
        logged = select(AuditEntry.record_id).where(
            AuditEntry.table_name == part,
            or_(
                AuditEntry.before[refers].astext == str(value),
                AuditEntry.after[refers].astext == str(value),
            ),
        )
        names |= {one for one in session.scalars(logged.distinct().limit(MOST_PARTS)) if one}
    return sorted(names)
