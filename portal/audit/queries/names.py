"""What the records are called to which entries refer by a number or a uuid."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Integer, Select, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from portal.audit.queries.records import model_of
from portal.core.abilities import Ability
from portal.core.db import Base

NAMED = {
    "tbl_users": "name",
    "tbl_auth_roles": "name",
    "tbl_projects": "name",
    "tbl_beneficiaries_group": "name",
    "tbl_vendors": "name",
    "tbl_payout_lists": "title",
    "tbl_offramp_providers": "name",
}
"""Table → the column by which people know its records. Names of beneficiaries are personal data: never here."""


class Reference(NamedTuple):
    """A record by a value of one of its columns that is its own alone."""

    table: str
    column: str
    value: str


@cache
def refers_to(table: str, column: str) -> tuple[str, str] | None:
    """To which column of a table with names another one refers; None where it refers to none."""
    known = Base.metadata.tables.get(table)
    keys = known.c[column].foreign_keys if known is not None and column in known.c else ()
    found = [(key.column.table.name, key.column.name) for key in keys]
    return next((target for target in found if target[0] in NAMED), None)


def names_of(session: Session, ability: Ability, wanted: Iterable[Reference]) -> Mapping[Reference, str]:
    """The names of those that the reader may see, in one statement; in none where nothing is wanted."""
    sought: dict[tuple[str, str], set[str]] = {}
    for table, column, value in wanted:
        sought.setdefault((table, column), set()).add(value)
    parts = [_named(ability, *target, values) for target, values in sorted(sought.items())]
    if not parts:
        return {}
    found: Sequence[Any] = session.execute(union_all(*parts)).all()
    return {Reference(table, column, value): name for table, column, value, name in found}


def _named(ability: Ability, table: str, column: str, values: set[str]) -> Select[tuple[str, str, str, str]]:
    model = model_of(table)
    columns = Base.metadata.tables[table].c
    key, name = columns[column], columns[NAMED[table]]
    keys = [one for value in sorted(values) if (one := _key(key, value)) is not None]
    found = select(literal(table), literal(column), cast(key, Text), name)
    return ability.accessible(found.where(key.in_(keys), name.is_not(None)), "read", model)


def _key(column: Column[Any], value: str) -> int | UUID | None:
    """A value as its column has it; None for what the log holds and no such column can."""
    try:
        return int(value) if isinstance(column.type, Integer) else UUID(value)
    except ValueError:
        return None
