"""CSV in every dress it comes in."""

from pathlib import Path

import pytest

from portal.imports.parsing import FileRefused, inspect

HEADER = ["Name", "Phone", "वडा"]
PEOPLE = [["Sita Tharu", "9801234567", "३"], ["Raman K.C.", "9801234568", "Ward, 4"]]


def written(tmp_path: Path, content: bytes, name: str = "people.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def text(delimiter: str = ",", end: str = "\n") -> str:
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end
        for row in [HEADER, *PEOPLE]
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_and_line_end_is_read(tmp_path: Path, delimiter: str, end: str) -> None:
    found = inspect(written(tmp_path, text(delimiter, end).encode()), "people.csv")
    assert (found.kind, found.delimiter) == ("csv", delimiter)
    assert list(found.headers) == HEADER
    assert [list(row) for row in found.sample] == PEOPLE
    assert (found.rows, found.rows_exact, found.header_row) == (2, True, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    content = text().encode(encoding)
    found = inspect(written(tmp_path, content), "people.csv")
    assert list(found.headers) == HEADER
    assert [list(row) for row in found.sample] == PEOPLE


def test_windows_western_text_is_read_where_it_is_no_utf8(tmp_path: Path) -> None:
    content = "Prénom;Téléphone;Coût\nZoë;0612345678;12 €\n".encode("cp1252")
    found = inspect(written(tmp_path, content), "people.csv")
    assert found.encoding == "cp1252"
    assert found.headers == ("Prénom", "Téléphone", "Coût")
    assert found.sample == (("Zoë", "0612345678", "12 €"),)


def test_a_person_may_choose_the_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, "الاسم,الهاتف\nسعاد,0791234567\n".encode("cp1256"))
    assert inspect(path, "people.csv", encoding="cp1256").headers == ("الاسم", "الهاتف")
    with pytest.raises(FileRefused, match="encoding"):
        inspect(path, "people.csv", encoding="rot13")


def test_one_spoilt_character_does_not_make_utf8_western(tmp_path: Path) -> None:
    content = ("नाम,फोन\n" + "सीता थारू,9801234567\n" * 20).encode() + b"Zo\xe9,9801234567\n"
    found = inspect(written(tmp_path, content), "people.csv")
    assert found.headers == ("नाम", "फोन")


def test_a_single_column_is_read(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, b"Phone\n9801234567\n9801234568\n"), "people.csv")
    assert (found.headers, found.rows) == (("Phone",), 2)


def test_quoted_cells_may_hold_lines_and_delimiters(tmp_path: Path) -> None:
    content = 'Name,Notes,Phone\n"Sita","lives\nby the ""old"" bridge, Bardiya",9801234567\nRam,,9801234568\n'
    found = inspect(written(tmp_path, content.encode()), "people.csv")
    assert found.sample[0] == ("Sita", 'lives\nby the "old" bridge, Bardiya', "9801234567")
    assert (found.rows, found.sample_rows) == (2, (2, 3))


def test_blank_rows_are_counted_and_rows_keep_the_numbers_of_the_file(tmp_path: Path) -> None:
    content = b"Name,Phone\n\n,\nSita,9801234567\n  ,\nRam,9801234568\n\n"
    found = inspect(written(tmp_path, content), "people.csv")
    assert (found.rows, found.blank_rows) == (2, 4)
    assert found.sample_rows == (4, 6)


def test_titles_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    content = "Registration of Ward 3,,\nas of 2024-05-01,,\n,,\nName,Phone,Ward\nSita,9801234567,3\n"
    found = inspect(written(tmp_path, content.encode()), "people.csv")
    assert (found.header_row, found.headers) == (4, ("Name", "Phone", "Ward"))
    assert found.titles == ("Registration of Ward 3", "as of 2024-05-01")
    assert found.sample_rows == (5,)


def test_headers_in_no_known_language_are_still_headers(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, "ስም,መንደር\nአበበ,ባህር ዳር\n".encode()), "people.csv")
    assert (found.header_row, found.headers) == (1, ("ስም", "መንደር"))


def test_a_file_without_headers_gets_numbered_columns_and_loses_nobody(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, b"Sita,9801234567\nRam,9801234568\n"), "people.csv")
    assert (found.header_row, found.headers, found.rows) == (0, ("Column 1", "Column 2"), 2)


def test_headers_are_trimmed_numbered_and_named(tmp_path: Path) -> None:
    content = b"Name ,Phone,Phone,,Ward,,\nSita,1,2,x,3,,\n"
    found = inspect(written(tmp_path, content), "people.csv")
    assert found.headers == ("Name", "Phone", "Phone (2)", "Column 4", "Ward")


def test_the_first_line_of_excel_that_names_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, b"sep=;\nName;Phone\nA,B;9801234567\n"), "people.csv")
    assert (found.delimiter, found.headers, found.header_row) == (";", ("Name", "Phone"), 2)


def test_the_order_of_dates_is_judged_over_the_whole_column(tmp_path: Path) -> None:
    rows = ["Name,dob,since"] + [f"P{at},01/02/19{at % 60 + 10},02-01-2020" for at in range(500)]
    rows[400] = "P,25/02/1980,02-14-2020"
    found = inspect(written(tmp_path, "\n".join(rows).encode()), "people.csv")
    assert found.date_orders == {1: ("DMY", True), 2: ("MDY", True)}


def test_nul_in_a_cell_does_not_stop_the_file(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, b"Name,Phone\nSi\0ta,9801234567\nRam,9801234568\n"), "people.csv")
    assert found.sample[0] == ("Si\ufffdta", "9801234567")
    assert found.rows == 2


def test_more_rows_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="rows"):
        inspect(written(tmp_path, b"Name,Phone\n" + b"a,1\n" * 1_100_000), "people.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b",,,\n,,\n"])
def test_a_file_with_nothing_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefused, match=r"empty|no rows"):
        inspect(written(tmp_path, content), "people.csv")


def test_headers_and_no_people_is_no_fault(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, b"Phone Number*,Location\n"), "people.csv")
    assert (found.headers, found.rows) == (("Phone Number*", "Location"), 0)
