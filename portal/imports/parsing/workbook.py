"""Reading workbooks with calamine, every cell as the text a person would see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any, NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from portal.core.values.text import DAMAGED
from portal.imports.parsing.errors import FileRefused, damaged
from portal.imports.parsing.limits import MAX_COLUMNS, MAX_SHEETS
from portal.imports.parsing.sniffing import locked

EXACT = 1e15  # a spreadsheet keeps fifteen digits; of longer numbers the last are made up


class SheetName(NamedTuple):
    """A sheet and whether the workbook hides it."""

    name: str
    hidden: bool


def open_workbook(file: IO[bytes]) -> CalamineWorkbook:
    """The workbook in the file, whatever its name says. Raises FileRefused."""
    try:
        workbook = CalamineWorkbook.from_filelike(file)
    except PasswordError as fault:
        raise locked() from fault
    except (CalamineError, OSError, ValueError) as fault:
        raise damaged() from fault
    if len(workbook.sheet_names) > MAX_SHEETS:
        raise FileRefused(
            "The workbook consists of more parts or sheets than can be read. Save the one sheet as CSV."
        )
    return workbook


def sheet_names(workbook: CalamineWorkbook) -> list[SheetName]:
    """The sheets that hold cells, not charts or macros, in the workbook's order."""
    return [
        SheetName(sheet.name, sheet.visible is not SheetVisibleEnum.Visible)
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    ]


def load_sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    """The cells of a sheet. Raises FileRefused when there is no such sheet or its inside is damaged."""
    if name not in workbook.sheet_names:
        raise FileRefused("The workbook has no sheet “%(sheet)s”.", sheet=name)
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as fault:
        raise damaged() from fault


def read_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Every row from the sheet's first, blank ones as empty lists, so that counting gives row numbers."""
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[1] >= MAX_COLUMNS:
        raise FileRefused("The file has more than %(most)s columns.", most=f"{MAX_COLUMNS:,}")
    left = sheet.start[1]  # iter_rows gives the blank rows above the first filled one, not the blank columns
    margin = [""] * left
    for cells in sheet.iter_rows():
        row = [cell if type(cell) is str else cell_text(cell) for cell in cells]
        if any(row):
            yield margin + row if left else row
        else:
            yield []


def cell_text(cell: Any) -> str:
    """The text of a cell that holds no text: 9779801234567.0 is "9779801234567", a date is written as ISO
    does."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta | int):
        return str(cell)
    return str(cell).replace("\0", DAMAGED)


def _number_text(number: float) -> str:
    if number.is_integer():
        return str(int(number))
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    return f"{number:.15g}"


def is_rounded(cell: str) -> bool:
    """Whether a spreadsheet's number has more digits than the spreadsheet can have kept."""
    return len(cell) > 15 and cell.lstrip("-").isdecimal() and cell.isascii()
