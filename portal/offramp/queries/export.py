"""The list of requests as a file: exactly the filtered rows, every cell a text that is safe in a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Text, case, cast, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.copying import copy_csv, copy_rows
from portal.core.keyset import Sort
from portal.core.spreadsheet import guarded, without_controls, xlsx
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.columns import PERSONAL, columns, joined, reads_receiver, with_units
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.listing import chosen_requests

MOMENTS = frozenset({"created", "released", "moved", "completed"})
WRITTEN = frozenset(
    {
        *("receiver", "network", "token", "provider", "chain", "project", "list", "currency", "maker"),
        *("releaser", "reason", "request", "reference"),
    }
)
"""Columns that hold what people, or providers, wrote."""


def export_rows(
    session: Session, chosen: RequestFilter, ability: Ability, wanted: Sequence[str], sort: Sort, kind: str
) -> Iterator[bytes]:
    """The filtered list in pieces, as `csv` or `xlsx`; amounts as text, since a spreadsheet keeps fifteen digits."""
    safe = guarded if kind == "csv" else without_controls
    statement, header = _statement(chosen, ability, wanted, sort, safe), header_of(wanted)
    if kind == "csv":
        return copy_csv(session, statement, header, _private(chosen))
    return xlsx(header, copy_rows(session, statement, _private(chosen)), "Offramps")


def header_of(wanted: Sequence[str]) -> list[str]:
    """The file's header; an amount stands beside what it counts."""
    return [name.replace("_", " ") for name in _names(wanted)]


def count_exactly(session: Session, chosen: RequestFilter, ability: Ability) -> int:
    """How many rows the export will hold."""
    rows = _leaving(chosen, ability).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _leaving(chosen: RequestFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """What the filter finds of those that the reader may see and have as a file."""
    return ability.accessible(chosen_requests(chosen, ability), "export", OfframpRequest)


def _statement(
    chosen: RequestFilter, ability: Ability, wanted: Sequence[str], sort: Sort, safe: Any
) -> Select[*tuple[Any, ...]]:
    names = _names(wanted)
    available = columns(ability, names)
    cells = [_cell(name, available[name], safe, ability).label(name) for name in names]
    keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
    statement = _leaving(chosen, ability).with_only_columns(*cells)
    return statement.select_from(joined()).order_by(*keys)


def _cell(name: str, column: SQLColumnExpression[Any], safe: Any, ability: Ability) -> Any:
    """A column as text: times in ISO 8601 and UTC; who is paid, only where this reader may know it."""
    if name in MOMENTS:
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    if name in PERSONAL:
        return safe(case((reads_receiver(ability), column), else_=None))
    return safe(column) if name in WRITTEN else cast(column, Text)


def _names(wanted: Sequence[str]) -> list[str]:
    """The columns with their units; a currency that several amounts share stands once."""
    return list(dict.fromkeys(with_units(wanted)))


def _private(chosen: RequestFilter) -> list[str]:
    """What was typed to find people, in the pieces that are looked for."""
    needle = chosen.needle
    return [piece for piece in (*needle.words, needle.digits) if piece] if needle else []
