"""The rows of a SELECT as a file that spreadsheets open: CSV or XLSX, in pieces, every cell a text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from portal.core.copying import copy_csv, copy_rows
from portal.core.spreadsheet import guarded, without_controls, xlsx

Safe = Callable[[ColumnElement[str]], ColumnElement[str]]
"""What makes a text that people wrote harmless in the kind of file that is written."""


def export(
    session: Session,
    kind: str,
    statement: Callable[[Safe], Select[*tuple[Any, ...]]],
    header: Sequence[str],
    title: str,
    private: Iterable[str] = (),
) -> Iterator[bytes]:
    """The file in pieces, with flat memory. `kind` is "csv" or "xlsx", `title` names the sheets of the latter.

    `statement` gets what each column of people's own words is to be passed through. `private` words (what somebody
    typed to find a person) stay out of the statement's text.
    """
    if kind == "xlsx":
        return xlsx(header, copy_rows(session, statement(without_controls), private), title)
    return copy_csv(session, statement(guarded), header, private)
