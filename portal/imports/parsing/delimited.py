"""Reading CSV and its relatives, row by row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO

from portal.core.values.text import DAMAGED
from portal.imports.parsing.errors import FileRefused
from portal.imports.parsing.limits import MAX_CELL, MAX_COLUMNS

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024  # characters


def find_delimiter(file: IO[bytes], encoding: str) -> str:
    """The character between the cells: the one by which most rows come out with the same number of cells.

    A first line "sep=;" decides. A file with one column has none of them; then it is the comma.
    """
    text = _text(file, encoding)
    sample = text.read(_SAMPLE)
    complete = not text.read(1)
    text.detach()
    file.seek(0)
    if _says_delimiter(sample.partition("\n")[0]):
        return sample[4]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        score = _evenness(sample, delimiter, complete)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _says_delimiter(line: str) -> bool:
    line = line.strip("\r\n \ufeff")
    return len(line) == 5 and line[:4].casefold() == "sep="


def _evenness(sample: str, delimiter: str, complete: bool) -> float:
    """The share of rows with the commonest number of cells, more for more cells; 0 for a single column."""
    if delimiter not in sample:
        return 0.0
    try:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return 0.0
    if not complete and len(rows) > 1:
        rows.pop()
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0
    width, often = max(widths.items(), key=lambda pair: (pair[1] * min(pair[0], 3), pair[0]))
    if width < 2:
        return 0.0
    return often / widths.total() * (1 + min(width, 50) / 100)


def read_rows(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Every row of the file, blank ones as empty lists, so that counting them gives a spreadsheet's row
    numbers.

    NUL becomes U+FFFD. Raises FileRefused for a cell or a row beyond all measure.
    """
    csv.field_size_limit(MAX_CELL)
    text = _text(file, encoding)
    number = 0
    try:
        lines = _without_nul(text)
        first = next(lines, None)
        if first is None:
            return
        if not _says_delimiter(first):
            lines = _with_first(first, lines)
        else:
            number = 1
            yield []
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            number += 1
            if len(row) > MAX_COLUMNS:
                raise _too_wide()
            yield row
    except csv.Error as fault:
        raise FileRefused(
            "Near row %(row)s a cell is longer than %(most)s characters; is a quotation mark not closed?",
            row=number + 1,
            most=f"{MAX_CELL:,}",
        ) from fault
    finally:
        text.detach()


def _too_wide() -> FileRefused:
    return FileRefused("The file has more than %(most)s columns.", most=f"{MAX_COLUMNS:,}")


def _text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", DAMAGED) if "\0" in line else line


def _with_first(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first.removeprefix("\ufeff")
    yield from lines
