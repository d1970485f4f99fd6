"""The list of people as a file: exactly the filtered rows, every cell a text that is safe in a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Text, case, cast, func, literal, select
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.columns import columns
from portal.beneficiaries.queries.filters import PeopleFilter, ranks_of
from portal.beneficiaries.queries.people import chosen_people, personal_data
from portal.core.abilities import Ability
from portal.core.exporting import export
from portal.core.keyset import Sort

NUMERIC = frozenset({"age", "latitude", "longitude"})
"""Columns in which a leading minus is a number's own and no formula can stand."""


def _statement(
    chosen: PeopleFilter, ability: Ability, wanted: Sequence[str], sort: Sort, *, safe: Any
) -> Select[*tuple[Any, ...]]:
    available = columns(personal_data(ability), ability, wanted)
    cells = [_cell(name, available[name], safe).label(name) for name in wanted]
    statement = chosen_people(chosen, ability).with_only_columns(*cells)
    rank = [case((tier, number)) for number, tier in enumerate(ranks_of(chosen, personal_data(ability)))]
    keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
    return statement.order_by(*rank, *keys)


def _cell(name: str, column: SQLColumnExpression[Any], safe: Any) -> Any:
    """A column as text: times in ISO 8601 and UTC, yes or no, a person without a phone has an empty one."""
    if name == "created":
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    if name == "verified":
        return case((column, literal("yes")), else_=literal("no"))
    if name == "phone":
        return safe(case((column.like("none:%"), None), else_=column))
    if name in {"name", "govt_id", "email", "location", "groups", "projects", "notes"}:
        return safe(column)
    return cast(column, Text)


def export_people(
    session: Session, chosen: PeopleFilter, ability: Ability, wanted: Sequence[str], sort: Sort, kind: str
) -> Iterator[bytes]:
    """The filtered list as a file of a `kind`, in pieces; the header holds the columns' names as the import knows
    them."""
    return export(
        session,
        kind,
        lambda safe: _statement(chosen, ability, wanted, sort, safe=safe),
        header_of(wanted),
        "Beneficiaries",
        _private(chosen),
    )


def _private(chosen: PeopleFilter) -> list[str]:
    """What was typed to find people, in the pieces that are looked for."""
    needle = chosen.needle
    pieces = [*needle.words, needle.digits] if needle else []
    return [piece for piece in (*pieces, *(place.strip() for place in chosen.location)) if piece]


HEADER = {
    "govt_id": "government id",
    "birth_date": "birth date",
    "banked_status": "banked status",
    "phone_status": "phone status",
    "internet_status": "internet status",
    "wallet": "wallet address",
    "groups": "group",
}
"""Column names that the import knows by other words."""


def header_of(wanted: Sequence[str]) -> list[str]:
    """The file's header, in words under which the import takes the file back."""
    return [HEADER.get(name, name) for name in wanted]


def count_exactly(session: Session, chosen: PeopleFilter, ability: Ability) -> int:
    """How many people the export will hold."""
    return (
        session.scalar(
            select(func.count()).select_from(chosen_people(chosen, ability, counting=True).subquery())
        )
        or 0
    )
