"""Where the headers are, and what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from portal.core.values.text import clean, collapse
from portal.imports.values.headers import field_of

SEARCHED = 30  # rows from the top among which the headers are looked for
_DATUM = re.compile(r"\+?[\d\s()./-]{4,}|[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE)
_MOST = 120  # characters of a header


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the row with the headers among the first rows of a file; None when the first row that
    holds anything is already somebody's data.

    Titles and remarks above the headers fill fewer cells than the rows below and name no known field.
    """
    filled = [[text for cell in row if (text := collapse(clean(cell)))] for row in rows[:SEARCHED]]
    widths = [len(cells) for cells in filled]
    held = [index for index, cells in enumerate(filled) if cells]
    if not held:
        return None
    for index in held:
        known = len({field for cell in filled[index] if (field := field_of(cell))})
        below = [width for width in widths[index + 1 :] if width] or [widths[index]]
        if known >= 2 or (known == 1 and widths[index] * 2 >= median(below)):
            return index
    typical = max(widths)
    for index in held:
        if widths[index] >= 0.6 * typical and not any(_DATUM.fullmatch(cell) for cell in filled[index]):
            return index
    return None


def name_columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each of `width` columns: repeated ones get a number, empty ones are called "Column 7"."""
    names: list[str] = []
    seen: set[str] = set()
    for position in range(width):
        text = collapse(clean(header[position])) if position < len(header) else ""
        name = text[:_MOST].strip() or f"Column {position + 1}"
        base, count = name, 1
        while name.casefold() in seen:
            count += 1
            name = f"{base} ({count})"
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def is_blank(row: Sequence[str]) -> bool:
    """Whether no cell of the row holds anything but blanks."""
    return not row or ((not row[0] or row[0].isspace()) and not filled_width(row))


def filled_width(row: Sequence[str]) -> int:
    """How many cells the row has up to the last one that holds anything."""
    for position in range(len(row) - 1, -1, -1):
        if row[position] and not row[position].isspace():
            return position + 1
    return 0
