"""Workbooks: numbers that are floats, dates, blank styled rows, sheets."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.imports.parsing import FileRefused, Inspection, inspect
from tests.imports.workbooks import DATE_STYLE, cell, ods, sheet_xml, xls, xlsx, xlsx_parts, zipped

PEOPLE = [("Name", "Phone"), ("Sita Tharu", 9801234567.0), ("Raman K.C.", "9801234568")]


def inspected(
    tmp_path: Path, content: bytes, name: str = "people.xlsx", sheet: str | None = None
) -> Inspection:
    path = tmp_path / name
    path.write_bytes(content)
    return inspect(path, name, sheet=sheet)


def test_numbers_come_as_people_see_them(tmp_path: Path) -> None:
    content = xlsx([("Phone", "Id", "Lat", "Ok"), (9779801234567.0, 5926161705, 28.2, True)])
    assert inspected(tmp_path, content).sample == (("9779801234567", "5926161705", "28.2", "true"),)


def test_dates_come_as_iso_with_and_without_their_format(tmp_path: Path) -> None:
    content = xlsx(
        [("Born", "Serial", "At"), (cell("A2", 32874, DATE_STYLE), 32874, cell("C2", 32874.5, DATE_STYLE))]
    )
    assert inspected(tmp_path, content).sample == (("1990-01-01", "32874", "1990-01-01 12:00:00"),)


def test_a_formula_gives_its_value_and_an_error_nothing(tmp_path: Path) -> None:
    formula = '<c r="B2"><f>639267283918</f><v>639267283918</v></c>'
    error = '<c r="C2" t="e"><v>#DIV/0!</v></c>'
    content = xlsx([("Name", "Phone", "Age"), ("Leon", formula, error)])
    assert inspected(tmp_path, content).sample == (("Leon", "639267283918", ""),)


def test_blank_styled_rows_are_no_people(tmp_path: Path) -> None:
    styled = [tuple(cell(f"{letter}{row}", None, 1) for letter in "ABCDEFGH") for row in range(4, 1000)]
    found = inspected(tmp_path, xlsx([*PEOPLE, *styled]))
    assert (found.rows, found.headers) == (2, ("Name", "Phone"))


def test_rows_of_blanks_are_counted_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    found = inspected(tmp_path, xlsx([PEOPLE[0], (" ", " "), PEOPLE[1], (" ",), PEOPLE[2]]))
    assert (found.rows, found.blank_rows, found.sample_rows) == (2, 2, (3, 5))


def test_a_table_that_does_not_begin_in_the_corner_keeps_its_row_numbers(tmp_path: Path) -> None:
    found = inspected(tmp_path, xlsx(PEOPLE, first_row=4, first_column=2))
    assert (found.header_row, found.sample_rows) == (4, (5, 6))
    assert found.headers == ("Column 1", "Column 2", "Name", "Phone")


def test_the_first_visible_sheet_with_anything_is_taken_and_another_can_be_chosen(tmp_path: Path) -> None:
    sheets = {
        "Lists": sheet_xml([("x",)]),
        "Empty": sheet_xml([]),
        "People": sheet_xml(PEOPLE),
        "Help": sheet_xml([("Hi",)]),
    }
    content = zipped(xlsx_parts(sheets, hidden=["Lists"]))
    found = inspected(tmp_path, content)
    assert (found.sheet, found.rows) == ("People", 2)
    assert [(sheet.name, sheet.rows, sheet.hidden) for sheet in found.sheets] == [
        ("Lists", 1, True), ("Empty", 0, False), ("People", 3, False), ("Help", 1, False),
    ]  # fmt: skip
    assert inspected(tmp_path, content, sheet="Lists").sheet == "Lists"
    with pytest.raises(FileRefused, match="no sheet “Nobody”"):
        inspected(tmp_path, content, sheet="Nobody")


@pytest.mark.parametrize(
    ("make", "name", "kind"),
    [(xls, "people.xls", "xls"), (ods, "people.ods", "ods"), (xls, "people.xlsx", "xls"), (xlsx, "people.csv", "xlsx"),
     (xlsx, "people.xls", "xlsx"), (xlsx, "PEOPLE.XLSX", "xlsx")],
)  # fmt: skip
def test_D7_the_content_decides_what_a_file_is_and_not_its_name(
    tmp_path: Path, make: Callable[[Any], bytes], name: str, kind: str
) -> None:
    found = inspected(tmp_path, make(PEOPLE), name)
    assert (found.kind, found.headers) == (kind, ("Name", "Phone"))
    assert found.sample == (("Sita Tharu", "9801234567"), ("Raman K.C.", "9801234568"))


def test_a_table_of_text_named_as_a_workbook_is_read(tmp_path: Path) -> None:
    assert inspected(tmp_path, b"Name\tPhone\nSita\t9801234567\n", "people.xls").kind == "csv"


def test_a_workbook_of_another_writer_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Phone", "Born", "नाम"])  # type: ignore[union-attr]
    book.active.append(["Sita", 9801234567, datetime(1990, 3, 5), "सीता"])  # type: ignore[union-attr] # noqa: DTZ001
    book.save(tmp_path / "made.xlsx")
    found = inspect(tmp_path / "made.xlsx", "made.xlsx")
    assert found.sample == (("Sita", "9801234567", "1990-03-05", "सीता"),)


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="empty"):
        inspected(tmp_path, xlsx([]))
