"""All rows of a file, converted and made into COPY lines, batch by batch. Runs in the reading process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO

from portal.core.errors import sentence
from portal.core.values.outcome import shown
from portal.imports.parsing.archive import check_archive, too_many_rows
from portal.imports.parsing.delimited import read_rows as read_delimited
from portal.imports.parsing.emitting import LineWriter
from portal.imports.parsing.heading import filled_width, is_blank
from portal.imports.parsing.inspection import Inspection
from portal.imports.parsing.limits import MAX_ROWS
from portal.imports.parsing.objects import read_rows as read_objects
from portal.imports.values import Note, Plan, Problem, Row, converter

BATCH = 1_000  # rows
_BATCH_TEXT = 4_000_000  # characters; a batch of long rows ends earlier

_LINE_FEED = "\\\\n"  # as a line feed looks in JSON in a COPY line
_RAGGED = sentence(
    "The row has %(cells)s cells but there are only %(columns)s columns: "
    "a delimiter too many, or a quotation mark is missing."
)
_UNCLOSED = sentence("A cell of this row swallows the lines that follow it: a quotation mark is not closed.")
_ROUNDED = sentence(
    "“%(value)s” has more digits than a spreadsheet keeps in a number; the last ones may be wrong."
)


def stream(
    file: IO[bytes],
    size: int,
    inspection: Inspection,
    plan: Plan,
    writer: LineWriter,
    send: Callable[[bytes], None],
) -> dict[str, int]:
    """Send every row below the headers in batches, and answer the sums.

    A batch is a line of JSON (rows, held, last_row, blank_rows, groups) and then its COPY lines. Sums:
    rows, held (those with problems), blank_rows, last_row. Raises FileRefused.
    """
    batch = _Batch(send)
    convert = converter(plan).row
    width = len(inspection.headers)
    commonly = width - 1
    workbook = inspection.kind not in ("csv", "json")
    delimiter = inspection.delimiter or ","
    rows = _rows(file, size, inspection)
    number = 0
    for number, cells in enumerate(rows, 1):
        if number <= inspection.header_row:
            continue
        if is_blank(cells):
            batch.blank_rows += 1
            continue
        if number > MAX_ROWS + inspection.header_row:
            raise too_many_rows()
        row = convert(cells)
        present = len(cells)
        if present > width:
            if (filled := filled_width(cells)) > width:
                row.problems.append(Problem("row", "ragged", _RAGGED, {"cells": filled, "columns": width}))
            cells = cells[: max(filled, width)]
        if workbook:
            _note_rounded(cells, row)
        line = writer.line(number, cells, row)
        if _LINE_FEED in line and not workbook and _swallows(cells, delimiter, commonly):
            row.problems.append(Problem("row", "quote_unclosed", _UNCLOSED))
            line = writer.line(number, cells, row)
        batch.add(number, row, line)
    batch.flush(number)
    return {
        "rows": batch.total,
        "held": batch.held_total,
        "blank_rows": batch.blank_rows,
        "last_row": number,
    }


def _rows(file: IO[bytes], size: int, inspection: Inspection) -> Iterator[list[str]]:
    if inspection.kind == "json":
        return read_objects(file)
    if inspection.kind == "csv":
        return read_delimited(file, inspection.encoding or "utf-8-sig", inspection.delimiter or ",")
    from portal.imports.parsing.workbook import load_sheet, open_workbook, read_rows

    if inspection.kind != "xls":
        check_archive(file, size, thorough=False)
    workbook = open_workbook(file)
    sheet = load_sheet(workbook, inspection.sheet or "")
    workbook.close()
    return read_rows(sheet)


def _swallows(cells: list[str], delimiter: str, commonly: int) -> bool:
    """Whether a cell holds a line feed and as many delimiters as a row: then it is several rows."""
    return commonly > 1 and any("\n" in cell and cell.count(delimiter) >= commonly for cell in cells)


def _note_rounded(cells: list[str], row: Row) -> None:
    for cell in cells:
        if len(cell) > 15 and cell.isascii() and cell.isdecimal():
            row.warnings.append(Note("row", "rounded", _ROUNDED, {"value": shown(cell)}))


class _Batch:
    """Lines on their way out."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self.total = self.held_total = self.blank_rows = 0
        self._start()

    def _start(self) -> None:
        self._lines: list[str] = []
        self._groups: Counter[str] = Counter()
        self._held = self._length = 0

    def add(self, number: int, row: Row, line: str) -> None:
        """Put one more row in; send the batch when it is full."""
        self._lines.append(line)
        self._length += len(line)
        if row.problems:
            self._held += 1
        if row.groups:
            self._groups.update(row.groups)
        if len(self._lines) >= BATCH or self._length > _BATCH_TEXT:
            self.flush(number)

    def flush(self, number: int) -> None:
        """Send what is there; `number` is the row the file has been read to."""
        if not self._lines:
            return
        self.total += len(self._lines)
        self.held_total += self._held
        head = {
            "rows": len(self._lines),
            "held": self._held,
            "last_row": number,
            "blank_rows": self.blank_rows,
            "groups": dict(self._groups),
        }
        self._lines.append("")
        text = json.dumps(head, ensure_ascii=False) + "\n" + "\n".join(self._lines)
        self._send(text.encode("utf-8", "replace"))
        self._start()
