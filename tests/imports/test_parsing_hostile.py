"""Files made to do harm: each is refused with a sentence, and the process that asked is none the worse."""

import io
import os
import resource
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.imports.parsing import FileRefused, inspect
from portal.imports.parsing.limits import MIB
from tests.imports.workbooks import cell, compound, ods, sheet_xml, xls, xlsx_parts, zipped

PEOPLE = [("Name", "Phone"), ("Sita", "9801234567")]
SHEET = "xl/worksheets/sheet1.xml"


def parts() -> dict[str, str | bytes]:
    return dict(xlsx_parts({"People": sheet_xml(PEOPLE)}))


def with_rows(extra: bytes) -> bytes:
    """A workbook whose sheet goes on with `extra`."""
    made = parts()
    made[SHEET] = sheet_xml(PEOPLE).encode().replace(b"</sheetData>", extra + b"</sheetData>")
    return zipped(made)


def with_strings(strings: bytes) -> bytes:
    made = parts()
    made["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + strings + b"</sst>"
    )
    relations = str(made["xl/_rels/workbook.xml.rels"])
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    made["xl/_rels/workbook.xml.rels"] = relations.replace(
        "</Relationships>",
        f'<Relationship Id="rIdX" Type="{kind}" Target="sharedStrings.xml"/></Relationships>',
    )
    return zipped(made)


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    """Bytes of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def unharmed() -> Iterator[None]:
    """The child spends at most five seconds, and this process keeps its size."""
    before, held = cpu_of_children(), resident()
    yield
    assert cpu_of_children() - before < 5
    assert resident() - held < 16 * MIB


def refused(tmp_path: Path, content: bytes, name: str, sentence: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    del content
    with unharmed(), pytest.raises(FileRefused, match=sentence) as caught:
        inspect(path, name)
    assert caught.value.field == "file"
    assert "%(" not in str(caught.value)


def test_a_harmless_workbook_of_the_same_making_is_read(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(zipped(parts()))
    with unharmed():
        assert inspect(path, "people.xlsx").rows == 1


def test_D6_a_zip_bomb_of_600_mb_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts().items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w") as part:
            part.write(sheet_xml(PEOPLE).encode()[:-30])
            for _ in range(600):
                part.write(b" " * MIB)
    assert len(made.getvalue()) < MIB
    refused(tmp_path, made.getvalue(), "people.xlsx", "unpacks to more than 200 MiB")


def test_D6_a_workbook_packed_beyond_belief_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, with_rows(b" " * (60 * MIB)), "people.xlsx", "packed so tightly")


def test_D6_ten_million_rows_are_refused(tmp_path: Path) -> None:
    refused(tmp_path, b"name,phone\n" + b"a,1\n" * 10_000_000, "people.csv", "more than 1,048,576 rows")


def test_D6_ten_million_blank_rows_are_refused(tmp_path: Path) -> None:
    refused(tmp_path, b"name,phone\n" + b",\n" * 10_000_000, "people.csv", "more than 1,048,576 rows")


def test_D6_more_rows_in_a_workbook_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c><v>%d</v></c></row>' % (at, at * 7919 % 10007) for at in range(2, 1_060_000)
    )
    refused(tmp_path, with_rows(rows), "people.xlsx", "more than 1,048,576 rows")


def test_D6_millions_of_shared_strings_are_refused(tmp_path: Path) -> None:
    strings = b"".join(b"<si><t>%d</t></si>" % (at * 7919 % 1_000_003) for at in range(3_100_000))
    refused(tmp_path, with_strings(strings), "people.xlsx", "too much memory")


@pytest.mark.parametrize("place", [("XFD", 1_048_576), ("XFD", 20_000)])
def test_D6_a_cell_far_from_the_others_is_refused(tmp_path: Path, place: tuple[str, int]) -> None:
    column, row = place
    far = f'<row r="{row}">{cell(f"{column}{row}", "x")}</row>'.encode()
    refused(tmp_path, with_rows(far), "people.xlsx", "far away")


def test_a_cell_in_the_last_row_is_only_many_blank_rows(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(with_rows(f'<row r="1048576">{cell("A1048576", "Ram")}</row>'.encode()))
    with unharmed():
        assert inspect(path, "people.xlsx").rows >= 2


def test_a_cell_in_the_last_column_is_refused(tmp_path: Path) -> None:
    refused(
        tmp_path, with_rows(f'<row r="3">{cell("XFD3", "x")}</row>'.encode()), "people.xlsx", "1,000 columns"
    )


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_D6_billion_laughs_are_not_laughed(tmp_path: Path, part: str) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10)
    )
    made = parts()
    body = str(made.get(part, "<sst/>")).partition("?>")[2] or "<sst/>"
    made[part] = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>{body}'.replace("Sita", "&a9;")
    refused(tmp_path, zipped(made), "people.xlsx", "declarations")


def test_D6_external_entities_are_not_fetched(tmp_path: Path) -> None:
    made = parts()
    body = str(made[SHEET]).partition("?>")[2].replace("Sita", "&x;")
    made[SHEET] = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{body}'
    refused(tmp_path, zipped(made), "people.xlsx", "declarations")


def test_D6_sizes_that_lie_are_refused(tmp_path: Path) -> None:
    noise = b"".join(b"<!--%d-->" % (at * 7919 % 1_000_003) for at in range(600_000))
    content = with_rows(noise)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true_size = archive.getinfo(SHEET).file_size
    lying = content.replace(struct.pack("<I", true_size), struct.pack("<I", 5_000))
    assert lying != content
    refused(tmp_path, lying, "people.xlsx", "damaged")


def test_D6_a_zip_in_a_zip_is_no_table(tmp_path: Path) -> None:
    refused(tmp_path, zipped({"inner.zip": zipped({"people.csv": "a,b"})}), "people.xlsx", "packed archive")


def test_a_workbook_inside_a_workbook_stays_closed(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(zipped({**parts(), "xl/embeddings/inner.xlsx": zipped(parts())}))
    assert inspect(path, "people.xlsx").rows == 1


def test_D6_a_hundred_thousand_sheets_are_refused(tmp_path: Path) -> None:
    made = parts()
    sheets = "".join(f'<sheet name="s{at}" sheetId="{at}" r:id="rId1"/>' for at in range(2, 100_001))
    made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace("</sheets>", sheets + "</sheets>")
    refused(tmp_path, zipped(made), "people.xlsx", "more parts or sheets")


def test_D6_a_hundred_thousand_parts_are_refused(tmp_path: Path) -> None:
    made = {**parts(), **{f"xl/worksheets/sheet{at}.xml": "<a/>" for at in range(2, 30_000)}}
    refused(tmp_path, zipped(made), "people.xlsx", "more parts or sheets")


def test_D6_an_encrypted_workbook_is_named_so(tmp_path: Path) -> None:
    content = compound({"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"y" * 200})
    refused(tmp_path, content, "people.xlsx", "password")


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_D6_a_picture_under_another_name_is_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(2_000), name, "picture")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7 ...", "people.csv", "document"),
        (b"<html><table><tr><td>Name</td></tr></table>", "people.xls", "web page"),
        (b'{"beneficiaries": []}', "people.csv", "data file"),
        (b"<?xml version='1.0'?><people/>", "people.csv", "data file"),
        (b"\x1f\x8b\x08" + bytes(100), "people.csv", "archive"),
        (bytes(range(256)) * 50, "people.csv", "binary"),
        (b"MZ", "people.exe", "cannot be imported"),
        (b"Name,Phone\n", "people", "cannot be imported"),
        (b"a," * 1_000_000, "people.csv", "columns"),
        (b'Name,Phone\n"' + b"Sita,1\n" * 100_000, "people.csv", "quotation mark"),
    ],
)
def test_D7_what_is_no_table_is_refused_by_its_content(
    tmp_path: Path, content: bytes, name: str, sentence: str
) -> None:
    refused(tmp_path, content, name, sentence)


@pytest.mark.parametrize("make", [lambda: zipped(parts()), lambda: xls(PEOPLE), lambda: ods(PEOPLE)])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_file_cut_off_is_refused_or_read_but_harms_nothing(tmp_path: Path, make, share: float) -> None:  # type: ignore[no-untyped-def]
    content = make()
    path = tmp_path / "upload"
    path.write_bytes(content[: int(len(content) * share)])
    with unharmed(), pytest.raises(FileRefused, match=r"damaged|binary"):
        inspect(path, "people.xlsx")


def test_an_open_document_that_repeats_its_cells_for_ever_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(ods(PEOPLE))) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    made["content.xml"] = (
        made["content.xml"]
        .replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">')
        .replace(b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="1000" ')
    )
    refused(tmp_path, zipped(made), "people.ods", "damaged|memory|columns")


def in_the_fence(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program behind the fence the reading process puts up."""
    start = "from portal.imports.parsing.limits import confine; confine(1)\n"
    return subprocess.run(
        [sys.executable, "-c", start + program], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )


def test_D6_the_fence_holds_memory(tmp_path: Path) -> None:
    assert in_the_fence("x = bytearray(100 * 2**20); print(len(x))").stdout.strip() == str(100 * MIB)
    assert "MemoryError" in in_the_fence("x = bytearray(520 * 2**20)").stderr


def test_D6_the_fence_holds_processor_time() -> None:
    assert in_the_fence("while True: pass").returncode < 0


def test_the_fence_lets_no_file_be_written(tmp_path: Path) -> None:
    target = tmp_path / "written"
    ended = in_the_fence(f"open({str(target)!r}, 'wb', 0).write(b'x')")
    assert ended.returncode != 0
    assert not target.exists() or target.stat().st_size == 0


def test_D9_the_fence_closes_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        call = f"import socket; socket.create_connection({address!r}, 2)"
        assert subprocess.run([sys.executable, "-c", call], check=False, capture_output=True).returncode == 0
        ended = in_the_fence(call)
    if ended.returncode == 0:
        pytest.skip("this system lets no ordinary process have a network of its own")
    assert "unreachable" in ended.stderr
