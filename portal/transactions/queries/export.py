"""The list of transactions as a file: exactly the filtered rows, every cell a text that is safe in a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Text, case, cast, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.copying import copy_csv, copy_rows
from portal.core.keyset import Sort
from portal.core.spreadsheet import guarded, without_controls, xlsx
from portal.transactions.queries.columns import columns, joined
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.listing import chosen_transactions

MOMENTS = frozenset({"created", "decided", "failed"})
WRITTEN = frozenset({"beneficiary", "project", "vendor", "maker", "decider", "failer", "reason"})
"""Columns that hold what people wrote."""


def export_csv(
    session: Session, chosen: TransactionFilter, ability: Ability, wanted: Sequence[str], sort: Sort
) -> Iterator[bytes]:
    """The filtered list as CSV in pieces; amounts with a point and all their decimals."""
    return copy_csv(
        session, _statement(chosen, ability, wanted, sort, guarded), header_of(wanted), _private(chosen)
    )


def export_xlsx(
    session: Session, chosen: TransactionFilter, ability: Ability, wanted: Sequence[str], sort: Sort
) -> Iterator[bytes]:
    """The filtered list as XLSX in pieces. Amounts are text: a spreadsheet's numbers have fifteen digits."""
    statement = _statement(chosen, ability, wanted, sort, without_controls)
    return xlsx(header_of(wanted), copy_rows(session, statement, _private(chosen)), "Transactions")


def header_of(wanted: Sequence[str]) -> list[str]:
    """The file's header; an amount stands beside its currency."""
    return [name.replace("_", " ") for name in _with_currency(wanted)]


def count_exactly(session: Session, chosen: TransactionFilter, ability: Ability) -> int:
    """How many rows the export will hold."""
    rows = chosen_transactions(chosen, ability).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _statement(
    chosen: TransactionFilter, ability: Ability, wanted: Sequence[str], sort: Sort, safe: Any
) -> Select[*tuple[Any, ...]]:
    names = _with_currency(wanted)
    available = columns(ability, names)
    cells = [_cell(name, available[name], safe).label(name) for name in names]
    keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
    statement = chosen_transactions(chosen, ability).with_only_columns(*cells)
    return statement.select_from(joined()).order_by(*keys)


def _cell(name: str, column: SQLColumnExpression[Any], safe: Any) -> Any:
    """A column as text: times in ISO 8601 and UTC, who has no phone an empty one."""
    if name in MOMENTS:
        return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    if name == "phone":
        return safe(case((column.like("none:%"), None), else_=column))
    return safe(column) if name in WRITTEN else cast(column, Text)


def _with_currency(wanted: Sequence[str]) -> list[str]:
    return [part for name in wanted for part in ((name, "currency") if name == "amount" else (name,))]


def _private(chosen: TransactionFilter) -> list[str]:
    """What was typed to find people, in the pieces that are looked for."""
    needle = chosen.needle
    return [piece for piece in (*needle.words, needle.digits) if piece] if needle else []
