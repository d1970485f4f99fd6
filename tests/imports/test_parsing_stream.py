"""The stream of rows: COPY lines made in the reading process."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from portal.imports.mapping import guess
from portal.imports.parsing import COPY_COLUMNS, FileRefused, Inspection, RowStream, Summary, inspect
from portal.imports.parsing.emitting import copy_json, copy_text
from portal.imports.parsing.limits import MIB
from portal.imports.values import Plan
from tests.imports.workbooks import sheet_xml, xls, xlsx, xlsx_parts, zipped

_ESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


def decoded(field: str) -> str | None:
    """A field of a COPY line as PostgreSQL reads it."""
    if field == "\\N":
        return None
    text, at = "", 0
    while at < len(field):
        if field[at] == "\\":
            text += _ESCAPES[field[at + 1]]
            at += 2
        else:
            text += field[at]
            at += 1
    return text


def prepared(tmp_path: Path, content: bytes | str, name: str = "people.csv") -> tuple[Path, Inspection, Plan]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = inspect(path, name)
    return path, found, guess(found.headers, found.sample, "NP", found.date_orders).to_plan("NP")


def read(
    tmp_path: Path, content: bytes | str, name: str = "people.csv"
) -> tuple[list[dict[str, Any]], Summary]:
    """Every row of the stream by column, JSON parsed, and the sums."""
    rows = []
    with RowStream(*prepared(tmp_path, content, name)) as stream:
        for batch in stream:
            for line in batch.data.decode().removesuffix("\n").split("\n"):
                row = dict(zip(COPY_COLUMNS, map(decoded, line.split("\t")), strict=True))
                for column in ("raw", "groups", "extras", "problems", "notices"):
                    row[column] = json.loads(row[column]) if row[column] is not None else None  # type: ignore[arg-type]
                rows.append(row)
    assert stream.summary is not None
    return rows, stream.summary


def test_every_row_comes_out_with_its_number_its_cells_and_its_values(tmp_path: Path) -> None:
    content = "Name,Phone,Gender,dob,वडा,Group\n\nSita,9801234567,Female ,25-03-1990,३,A;B\nRam,12,blue,x,,\n"
    rows, summary = read(tmp_path, content)
    assert summary == Summary(rows=2, held=1, blank_rows=1, last_row=4)
    sita, ram = rows
    assert (sita["row_number"], sita["name"], sita["phone"], sita["gender"]) == (
        "3",
        "Sita",
        "+9779801234567",
        "FEMALE",
    )
    assert (sita["birth_date"], sita["extras"], sita["groups"]) == ("1990-03-25", {"वडा": "३"}, ["A", "B"])
    assert sita["raw"] == ["Sita", "9801234567", "Female ", "25-03-1990", "३", "A;B"]
    assert sita["problems"] is None
    assert ram["row_number"] == "4"
    assert [problem["field"] for problem in ram["problems"]] == ["phone", "gender", "birth_date"]
    assert all(problem["message"] % problem["params"] for problem in ram["problems"])


def test_D2_naughty_text_comes_through_as_it_is(tmp_path: Path) -> None:
    naughty = [
        "a\\b",
        "a\\N",
        "\\.",
        'a"b',
        "<script>",
        "a\nb",
        "'; DROP TABLE",
        "😀",
        "\\u0000",
        "{}",
        "a\u2028b",
        "null?",
    ]
    content = "Name,Thing\n" + "".join('"Sita","{}"\n'.format(text.replace('"', '""')) for text in naughty)
    rows, summary = read(tmp_path, content)
    assert summary.rows == len(naughty)
    assert [row["extras"]["Thing"] for row in rows] == naughty


def test_a_field_of_a_copy_line_is_escaped() -> None:
    for text in ["\\", "\t", "a\nb\rc", "\\N", "\\.", "plain"]:
        assert decoded(copy_text(text)) == text
        assert json.loads(decoded(copy_json({"k": text})) or "") == {"k": text}
    assert copy_text(None) == "\\N"
    assert "\n" not in copy_text("a\nb")


def test_a_row_with_more_cells_than_headers_is_held_with_all_its_cells(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "Name,Phone\nSita,9801234567\nRam,9801234568,x,y\nGita,9801234569,,\n")
    assert [row["problems"] and row["problems"][0]["code"] for row in rows] == [None, "ragged", None]
    assert rows[1]["raw"] == ["Ram", "9801234568", "x", "y"]


def test_a_row_with_fewer_cells_is_filled_with_nothing(tmp_path: Path) -> None:
    rows, summary = read(tmp_path, "Name,Phone,Ward\nSita\nRam,9801234567\n")
    assert summary.held == 0
    assert rows[0]["phone"] is None


def test_a_quotation_mark_that_is_not_closed_holds_the_row_that_swallows_others(tmp_path: Path) -> None:
    content = 'Name,Phone,Ward\n"Sita,9801234567,1\nRam,9801234568,2\nGita,9801234569,3"\nHari,9801234560,4\n'
    rows, _ = read(tmp_path, content)
    assert "quote_unclosed" in [problem["code"] for problem in rows[0]["problems"]]
    assert rows[1]["problems"] is None


def test_a_damaged_name_is_held(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, b"Name,Phone\nSi\0ta,9801234567\n")
    assert [problem["code"] for problem in rows[0]["problems"]] == ["damaged"]


@pytest.mark.parametrize(("make", "name"), [(xlsx, "people.xlsx"), (xls, "people.xls")])
def test_a_workbooks_rows_come_out_the_same(tmp_path: Path, make: Any, name: str) -> None:
    content = make(
        [("Name", "Phone", "Birth date"), ("Sita", 9801234567.0, 25569.0), ("Ram", "9801234568", "")]
    )
    rows, summary = read(tmp_path, content, name)
    assert summary.rows == 2
    assert (rows[0]["phone"], rows[0]["birth_date"]) == ("+9779801234567", "1970-01-01")
    assert rows[0]["raw"] == ["Sita", "9801234567", "25569"]


def test_a_number_longer_than_a_spreadsheet_keeps_is_warned_of(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, xlsx([("Name", "Account"), ("Sita", 12345678901234567890.0)]), "people.xlsx")
    assert [notice["code"] for notice in rows[0]["notices"]] == ["rounded"]
    assert rows[0]["problems"] is None


def test_another_sheet_of_the_same_columns_can_be_streamed(tmp_path: Path) -> None:
    sheets = {"A": sheet_xml([("Name",), ("Sita",)]), "B": sheet_xml([("Name",), ("Ram",), ("Gita",)])}
    path, found, plan = prepared(tmp_path, zipped(xlsx_parts(sheets)), "people.xlsx")
    with RowStream(path, found, plan, sheet="B") as stream:
        assert sum(batch.rows for batch in stream) == 2


def test_lines_take_the_shape_of_the_table_they_go_to(tmp_path: Path) -> None:
    path, found, plan = prepared(tmp_path, "Name,Phone\nSita,9801234567\n")
    options: dict[str, Any] = {"columns": ("phone", "gender", "row_number"), "constants": ("batch\t1", None)}
    with RowStream(path, found, plan, **options, fill={"gender": "UNKNOWN"}) as stream:
        assert [batch.data for batch in stream] == [b"batch\\t1\t\\N\t+9779801234567\tUNKNOWN\t2\n"]


def test_batches_tell_how_far_they_are_and_which_groups_they_name(tmp_path: Path) -> None:
    content = "Name,Phone,Group\n" + "".join(f"P{at},98412{at:05d},G{at % 2}\n" for at in range(2_500))
    with RowStream(*prepared(tmp_path, content)) as stream:
        batches = list(stream)
    assert [batch.rows for batch in batches] == [1_000, 1_000, 500]
    assert [batch.last_row for batch in batches] == [1_001, 2_001, 2_501]
    assert batches[0].groups == {"G0": 500, "G1": 500}
    assert all(batch.data.count(b"\n") == batch.rows for batch in batches)


def children() -> set[int]:
    """The processes this one has started and not yet buried."""
    return {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }


def big(tmp_path: Path) -> tuple[Path, Inspection, Plan]:
    content = "Name,Phone\n" + "".join(f"P{at},98{at % 10**8:08d}\n" for at in range(60_000))
    return prepared(tmp_path, content)


def test_leaving_a_stream_early_ends_its_process(tmp_path: Path) -> None:
    before = children()
    with RowStream(*big(tmp_path)) as stream:
        next(iter(stream))
        assert len(children() - before) == 1
    assert children() == before
    assert stream.summary is None


def test_D6_a_reading_process_that_dies_is_a_refusal_and_not_an_end(tmp_path: Path) -> None:
    before = children()
    with RowStream(*big(tmp_path)) as stream:
        batches = iter(stream)
        next(batches)
        (child,) = children() - before
        os.kill(child, signal.SIGABRT)
        with pytest.raises(FileRefused):
            list(batches)
    assert stream.summary is None


def test_a_reader_that_is_slow_holds_up_the_process_and_not_memory(tmp_path: Path) -> None:
    held = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    total = 0
    with RowStream(*big(tmp_path)) as stream:
        for batch in stream:
            total += batch.rows
    now = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    assert total == 60_000
    assert now - held < 24 * MIB


def test_a_file_that_changed_since_it_was_inspected_is_refused_or_read_but_harms_nothing(
    tmp_path: Path,
) -> None:
    path, found, plan = prepared(tmp_path, xlsx([("Name",), ("Sita",)]), "people.xlsx")
    path.write_bytes(b"no longer a workbook")
    with RowStream(path, found, plan) as stream, pytest.raises(FileRefused, match="damaged"):
        list(stream)


def test_columns_that_do_not_exist_are_a_mistake_of_the_program(tmp_path: Path) -> None:
    path, found, plan = prepared(tmp_path, "Name\nSita\n")
    with pytest.raises(ValueError, match="no such column"):
        RowStream(path, found, plan, columns=("nothing",))
