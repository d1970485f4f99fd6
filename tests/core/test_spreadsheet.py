"""Tables for others to open: nothing in them runs, and what is read back is what was written."""

import io
import zipfile
from collections.abc import Iterator, Sequence

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import String, literal, select
from sqlalchemy.orm import Session

from portal.core import spreadsheet
from portal.core.spreadsheet import guard, guarded, held_by_xml, without_controls, xlsx

DANGEROUS = [
    "=1+1",
    "+977 98-1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "=cmd|' /C calc'!A0",
    "'=1",
    "''+1",
    "=",
]
HARMLESS = [
    "Sita",
    "1+1",
    "a=b",
    "O'Neil",
    "'quoted'",
    "",
    "२+२",
    "राम के.सी.",
    "0123",
    "#N/A",
    '"=1"',
    "(-1)",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_D5_what_would_run_in_a_csv_gets_an_apostrophe(cell: str) -> None:
    assert guard(cell) == "'" + cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_D5_what_would_not_run_stays_as_it_is(cell: str) -> None:
    assert guard(cell) == cell


@pytest.mark.database
def test_D5_the_database_guards_the_very_same_cells(session: Session) -> None:
    for cell in [*DANGEROUS, *HARMLESS]:
        assert session.scalar(select(guarded(literal(cell, String)))) == guard(cell), repr(cell)


@pytest.mark.database
def test_D5_nothing_is_guarded_as_nothing(session: Session) -> None:
    assert session.scalar(select(guarded(literal(None, String)))) is None


def test_D5_every_guarded_cell_can_be_told_from_every_other() -> None:
    cells = [*DANGEROUS, *HARMLESS, "=1", "'=1", "''=1"]
    assert len(set(map(guard, cells))) == len(set(cells))


@pytest.mark.database
def test_what_xml_cannot_hold_is_left_out_alike_in_python_and_in_the_database(session: Session) -> None:
    for code in [*range(1, 0x21), 0x7F, 0x85, 0xFFFD, 0xFFFE, 0xFFFF, 0x10FFFF]:
        cell = f"a{chr(code)}b"
        assert session.scalar(select(without_controls(literal(cell, String)))) == held_by_xml(cell), hex(code)
    assert held_by_xml("a\0\x08\x0b\x1f\ud800\uffffb") == "ab"
    assert held_by_xml("a\t\r\n\x7f\x85b") == "a\t\r\n\x7f\x85b"


def written(rows: Sequence[Sequence[str | None]], header: Sequence[str] = ("a", "b")) -> bytes:
    return b"".join(xlsx(header, rows))


def by_openpyxl(content: bytes) -> list[list[str | None]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]  # type: ignore[misc]


def by_calamine(content: bytes, sheet: int = 0) -> list[list[str]]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return workbook.get_sheet_by_index(sheet).to_python(skip_empty_area=False)  # type: ignore[return-value]


NASTY = [
    *DANGEROUS,
    *HARMLESS,
    "<b>&amp;\"'",
    "a\r\nb",
    "\r",
    " blanks ",
    "😀",
    "\u202etfel",
    "x" * 32_767,
    "]]>",
]


def test_D5_xlsx_cells_are_texts_and_never_formulas() -> None:
    content = written([[cell, None] for cell in NASTY])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for (cell,) in sheet.iter_rows(min_row=2, max_col=1) if cell.value} == {"s"}
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 't="n"' not in xml


def test_xlsx_is_read_back_equal_by_two_readers() -> None:
    content = written([[cell, "|"] for cell in NASTY])
    expected: list[list[str | None]] = [["a", "b"], *([cell or None, "|"] for cell in NASTY)]
    assert by_openpyxl(content) == expected
    assert by_calamine(content) == [[cell or "" for cell in row] for row in expected]


@pytest.mark.parametrize("cell", ["_x0041_", "a_x000D_b", "_x005F_", "__x0009__", "_x00e9_"])
def test_what_looks_like_a_spreadsheets_own_escape_is_no_escape(cell: str) -> None:
    assert by_calamine(written([[cell, "|"]]))[1] == [cell, "|"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4))
def test_any_text_that_xml_can_hold_is_read_back_equal(cells: list[str]) -> None:
    cells = [held_by_xml(cell) for cell in cells]
    content = written([[*cells, "|"]], ["h"] * (len(cells) + 1))
    assert by_calamine(content)[1] == [*cells, "|"]


def test_headers_of_other_peoples_files_break_no_workbook() -> None:
    assert by_calamine(written([["x", "y"]], ["a\x01\x0b", "=b"]))[0] == ["a", "=b"]


def test_more_rows_than_a_sheet_holds_go_on_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 1_000)
    content = written([[str(number), "x"] for number in range(2_500)])
    sheets = [by_calamine(content, number) for number in range(3)]
    assert [sheet[0] for sheet in sheets] == [["a", "b"]] * 3
    assert [int(row[0]) for sheet in sheets for row in sheet[1:]] == list(range(2_500))
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert len(set(names)) == 3


def test_a_workbook_without_rows_is_a_header() -> None:
    assert by_calamine(written([])) == [["a", "b"]]


def test_a_workbook_leaves_while_it_is_made() -> None:
    asked = 0

    def rows() -> Iterator[list[str]]:
        nonlocal asked
        for asked in range(1, 20_001):
            yield [f"{asked * 7919 % 1_000_003}", "x"]

    pieces = xlsx(["a", "b"], rows())
    for piece in pieces:
        if piece:
            break
    assert asked < 20_000
