"""What is found out about a file before it is imported."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain, islice
from typing import IO, Any

from portal.core.values.dates import DateCensus, date_order
from portal.imports.parsing.archive import check_archive, too_many_rows
from portal.imports.parsing.delimited import find_delimiter
from portal.imports.parsing.delimited import read_rows as read_delimited
from portal.imports.parsing.encoding import find_encoding
from portal.imports.parsing.errors import FileRefused, too_big
from portal.imports.parsing.heading import SEARCHED, filled_width, find_header, is_blank, name_columns
from portal.imports.parsing.limits import MAX_FILE, MAX_ROWS
from portal.imports.parsing.objects import read_rows as read_objects
from portal.imports.parsing.sniffing import sniff
from portal.imports.values.headers import field_of

SHOWN_ROWS = 20
SHOWN_TEXT = 200  # characters of a cell as shown
_LOOKED_AT = 200  # rows read before anything is decided
_PATIENCE = 2.5  # seconds of processor time after which the rest is estimated


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook. `rows` is the number of its last row that holds anything, None when not
    counted."""

    name: str
    rows: int | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is and holds.

    `kind` is "csv", "json", "xlsx", "xls", "xlsb" or "ods"; `encoding` and `delimiter` are those of a "csv",
    `sheets` and `sheet` (the one inspected) of a workbook. `header_row` is the row of the headers as a
    spreadsheet counts, 0 when the file has none and the columns are called "Column 1" and so on; `titles`
    are the texts above it. `sample` are the first rows of people as texts, `sample_rows` their numbers.
    `rows` counts the rows that hold anything below the headers, `blank_rows` those that hold nothing; both
    are estimates unless `rows_exact`. `date_orders` is, for columns that look like dates, the order of
    their parts over the whole file and whether it is proved.
    """

    kind: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[Sheet, ...]
    sheet: str | None
    header_row: int
    titles: tuple[str, ...]
    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    sample_rows: tuple[int, ...]
    rows: int
    blank_rows: int
    rows_exact: bool = True
    date_orders: dict[int, tuple[str, bool]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The inspection as plain JSON values; `from_json` reads it back."""
        return {
            **asdict(self),
            "date_orders": {str(at): list(order) for at, order in self.date_orders.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Inspection:
        """The inspection that `to_json` wrote."""
        return cls(
            kind=data["kind"],
            encoding=data["encoding"],
            delimiter=data["delimiter"],
            sheets=tuple(Sheet(**sheet) for sheet in data["sheets"]),
            sheet=data["sheet"],
            header_row=data["header_row"],
            titles=tuple(data["titles"]),
            headers=tuple(data["headers"]),
            sample=tuple(tuple(row) for row in data["sample"]),
            sample_rows=tuple(data["sample_rows"]),
            rows=data["rows"],
            blank_rows=data["blank_rows"],
            rows_exact=data["rows_exact"],
            date_orders={int(at): (order, sure) for at, (order, sure) in data["date_orders"].items()},
        )


def examine(
    file: IO[bytes], size: int, filename: str, sheet: str | None = None, encoding: str | None = None
) -> Inspection:
    """Find out what the file is and holds. To be called in a confined process only. Raises FileRefused."""
    if size > MAX_FILE:
        raise too_big()
    kind = sniff(file, filename)
    if kind == "json":
        return _examine_objects(file)
    if kind == "csv":
        return _examine_text(file, size, encoding)
    if kind == "zip":
        kind = check_archive(file, size)
    return _examine_workbook(file, kind, sheet)


def _examine_objects(file: IO[bytes]) -> Inspection:
    survey = _Survey(read_objects(file))
    if not survey.count(lambda _rows: 1.0):
        raise too_many_rows()
    return survey.inspection("json")


def _examine_text(file: IO[bytes], size: int, chosen: str | None) -> Inspection:
    encoding = find_encoding(file, chosen)
    delimiter = find_delimiter(file, encoding)
    survey = _Survey(read_delimited(file, encoding, delimiter))
    if not survey.count(lambda _: file.tell() / size):
        raise too_many_rows()
    return survey.inspection("csv", encoding=encoding, delimiter=delimiter)


def _examine_workbook(file: IO[bytes], kind: str, wanted: str | None) -> Inspection:
    from portal.imports.parsing.workbook import load_sheet, open_workbook, read_rows, sheet_names

    workbook = open_workbook(file)
    names = sheet_names(workbook)
    if not names:
        raise FileRefused("The workbook has no sheet with cells.")
    order = (
        sorted(names, key=lambda sheet: (sheet.name != wanted, sheet.hidden))
        if wanted
        else sorted(names, key=lambda sheet: sheet.hidden)
    )
    if wanted is not None and order[0].name != wanted:
        raise FileRefused("The workbook has no sheet “%(sheet)s”.", sheet=wanted)
    survey: _Survey | None = None
    taken = ""
    heights: dict[str, int] = {}
    for name, _ in order:
        if survey is not None and time.process_time() > _PATIENCE / 2:
            break
        loaded = load_sheet(workbook, name)
        height = heights[name] = loaded.end[0] + 1 if loaded.end else 0
        if survey is None and (height or wanted):
            survey, taken = _Survey(read_rows(loaded)), name
            survey.count(partial(_share, height))
        del loaded
    if survey is None:
        raise FileRefused("The workbook is empty.")
    sheets = tuple(Sheet(name, heights.get(name), hidden) for name, hidden in names)
    return survey.inspection(kind, sheets=sheets, sheet=taken)


class _Survey:
    """One pass over the rows of a file: headers and sample from the top, counts and dates from all of it."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        rows = iter(rows)
        self.top = list(islice(rows, _LOOKED_AT))
        self.rest: Iterator[list[str]] = rows
        if not any(filled_width(row) for row in self.top):
            self.top += islice(rows, 5_000)
        header = find_header(self.top[_first(self.top) : _first(self.top) + SEARCHED])
        self.header_at = -1 if header is None else header + _first(self.top)
        below = self.top[self.header_at + 1 :]
        names = self.top[self.header_at] if self.header_at >= 0 else []
        width = max([filled_width(names), *map(filled_width, below[:_LOOKED_AT])], default=0)
        if width == 0:
            raise FileRefused("The file holds no rows.")
        self.headers = name_columns(names, _sensible(width, filled_width(names), below))
        self.censuses = {at: DateCensus() for at in range(len(self.headers)) if self._is_dated(at, below)}
        self.rows = self.blank = self.seen = 0
        self.exact = True

    def _is_dated(self, at: int, below: list[list[str]]) -> bool:
        cells = [row[at] for row in below if at < len(row)]
        return field_of(self.headers[at]) == "birth_date" or date_order(cells) is not None

    def count(self, share_read: Callable[[int], float]) -> bool:
        """Count all rows, or what there is time for and estimate the rest from the share of the file read
        by then. False when there are more rows than will be imported."""
        censuses = list(self.censuses.items())
        for row in chain(self.top[self.header_at + 1 :], self.rest):
            self.seen += 1
            if self.seen % 4096 == 0 and (time.process_time() > _PATIENCE or self.seen > MAX_ROWS):
                share = min(max(share_read(self.seen), 0.001), 1.0)
                self.rows, self.blank = int(self.rows / share), int(self.blank / share)
                self.exact = False
                break
            if is_blank(row):
                self.blank += 1
                continue
            self.rows += 1
            for at, census in censuses:
                if at < len(row):
                    census.see(row[at])
        return self.rows + self.blank <= MAX_ROWS

    def inspection(
        self,
        kind: str,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheets: tuple[Sheet, ...] = (),
        sheet: str | None = None,
    ) -> Inspection:
        """What has been found out."""
        width = len(self.headers)
        sample: list[tuple[str, ...]] = []
        numbers: list[int] = []
        for number, row in enumerate(self.top[self.header_at + 1 :], self.header_at + 2):
            if len(sample) < SHOWN_ROWS and filled_width(row):
                sample.append(tuple(cell[:SHOWN_TEXT] for cell in (row + [""] * width)[:width]))
                numbers.append(number)
        titles = [" ".join(filter(None, row))[:SHOWN_TEXT] for row in self.top[: max(self.header_at, 0)]]
        verdicts = {at: verdict for at, census in self.censuses.items() if (verdict := census.verdict())}
        return Inspection(
            kind=kind,
            encoding=encoding,
            delimiter=delimiter,
            sheets=sheets,
            sheet=sheet,
            header_row=self.header_at + 1,
            titles=tuple(filter(None, titles)),
            headers=self.headers,
            sample=tuple(sample),
            sample_rows=tuple(numbers),
            rows=self.rows,
            blank_rows=self.blank,
            rows_exact=self.exact,
            date_orders=verdicts,
        )


def _share(height: int, read: int) -> float:
    return read / height


def _first(rows: list[list[str]]) -> int:
    """The index of the first row that holds anything."""
    return next((index for index, row in enumerate(rows) if filled_width(row)), 0)


def _sensible(width: int, named: int, below: list[list[str]]) -> int:
    """How many columns there are: those with headers, and further ones only where several rows fill them. A
    single row that is too long has a delimiter too many, and is named when it is read."""
    if named == 0:
        return width
    while width > named:
        filling = sum(filled_width(row) >= width for row in below)
        if filling > 1 and filling * 10 >= len(below):
            break
        width -= 1
    return width
