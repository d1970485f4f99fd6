"""The list of cases as a file: exactly the filtered rows, every cell a text that is safe in a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Text, cast, func
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.copying import copy_csv, copy_rows
from portal.core.keyset import Sort
from portal.core.search import tidy, words_in
from portal.core.spreadsheet import guarded, without_controls, xlsx
from portal.grievances.models import Grievance
from portal.grievances.queries.columns import columns, joined
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import chosen_cases

MOMENTS = frozenset({"created", "acknowledge_by", "acknowledged", "resolve_by", "resolved", "closed"})
WRITTEN = frozenset(
    {"title", "description", "reason", "category", "channel", "project", "assignee", "reporter", "contact"}
)
"""Columns that hold what people wrote."""


def export_cases(
    session: Session, chosen: CaseFilter, ability: Ability, wanted: Sequence[str], sort: Sort, kind: str
) -> Iterator[bytes]:
    """The filtered list in pieces, as `csv` or `xlsx`."""
    safe = guarded if kind == "csv" else without_controls
    statement, header = _statement(chosen, ability, wanted, sort, safe), header_of(wanted)
    if kind == "csv":
        return copy_csv(session, statement, header, _private(chosen))
    return xlsx(header, copy_rows(session, statement, _private(chosen)), "Grievances")


def header_of(wanted: Sequence[str]) -> list[str]:
    """The file's header."""
    return [name.replace("_", " ") for name in wanted]


def _statement(
    chosen: CaseFilter, ability: Ability, wanted: Sequence[str], sort: Sort, safe: Any
) -> Select[*tuple[Any, ...]]:
    cells = [_cell(name, column, safe).label(name) for name, column in columns(ability, wanted).items()]
    keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
    statement = ability.accessible(chosen_cases(chosen, ability), "export", Grievance)
    return statement.with_only_columns(*cells).select_from(joined()).order_by(*keys)


def _cell(name: str, column: SQLColumnExpression[Any], safe: Any) -> Any:
    """A column as text: times in ISO 8601 and UTC."""
    if name in MOMENTS:
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    return safe(column) if name in WRITTEN else cast(column, Text)


def _private(chosen: CaseFilter) -> list[str]:
    """What was typed to find cases: it may be a name."""
    return list(words_in(tidy(chosen.q)))
