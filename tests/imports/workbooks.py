"""Files made for tests: workbooks written part by part, so that each can have just the defect it should have."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

DATE_STYLE = 1  # index of the cell style with a date format in `xlsx_parts`


def column_name(index: int) -> str:
    """A, B, … Z, AA, … for 0, 1, …"""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(reference: str, value: object = None, style: int = 0) -> str:
    """One cell: text, a number, True or False, or blank but styled."""
    mark = f' s="{style}"' if style else ""
    if value is None:
        return f'<c r="{reference}"{mark}/>'
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"{mark}><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"{mark}><v>{value!r}</v></c>'
    return f'<c r="{reference}" t="inlineStr"{mark}><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(
    rows: Iterable[Sequence[object]], first_row: int = 1, first_column: int = 0, extra: str = ""
) -> str:
    """A worksheet of these rows; a value that is a string beginning with "<c" is put in as it is."""
    lines = []
    for number, row in enumerate(rows, first_row):
        cells = "".join(
            value
            if isinstance(value, str) and value.startswith("<c")
            else cell(f"{column_name(first_column + at)}{number}", value)
            for at, value in enumerate(row)
            if value != ""
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}{extra}</sheetData></worksheet>'


def xlsx_parts(sheets: Mapping[str, str], hidden: Sequence[str] = ()) -> dict[str, str]:
    """The parts of a workbook with these sheets, by name of the part."""
    names, states = list(sheets), ("visible", "hidden")
    entries = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}" state="{states[name in hidden]}"/>'
        for at, name in enumerate(names, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    styles = f'<Relationship Id="rIdS" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{entries}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}{styles}'
        "</Relationships>",
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>",
    }
    for at, name in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{at}.xml"] = sheets[name]
    return parts


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(rows: Iterable[Sequence[object]], first_row: int = 1, first_column: int = 0) -> bytes:
    """A workbook with one sheet of these rows."""
    return zipped(xlsx_parts({"Sheet1": sheet_xml(rows, first_row, first_column)}))


def ods(rows: Iterable[Sequence[object]]) -> bytes:
    """An OpenDocument spreadsheet of these rows, texts and numbers."""
    office = "urn:oasis:names:tc:opendocument:xmlns"

    def field(value: object) -> str:
        if isinstance(value, int | float):
            kind = f'office:value-type="float" office:value="{value}"'
        else:
            kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    body = "".join(f"<table:table-row>{''.join(map(field, row))}</table:table-row>" for row in rows)
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="People">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{office}:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file, the container of old and of encrypted workbooks, with these streams."""
    sector = 512
    chains: list[bytes] = []
    starts = {}
    at = 0
    for name, content in streams.items():
        padded = content.ljust(-(-max(len(content), 4096) // sector) * sector, b"\0")
        starts[name] = (at, len(padded))
        chains.append(padded)
        at += len(padded) // sector
    directory_at = at
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    names = list(streams)
    for index, name in enumerate(names, 1):
        start, size = starts[name]
        following = index + 1 if index < len(names) else 0xFFFFFFFF
        entries.append(_entry(name, 2, start, size, right=following))
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // sector) * sector, b"\0")
    fat_at = directory_at + len(directory) // sector
    table: list[int] = []
    for chain in [*chains, directory]:
        first, count = len(table), len(chain) // sector
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
    table.append(0xFFFFFFFD)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(sector, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<I", fat_at) + b"\xff" * (4 * 108)
    )  # fmt: skip
    return header + b"".join(chains) + directory + fat


def _entry(
    name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + struct.pack("<III", 0xFFFFFFFF, right, child)
        + bytes(36) + struct.pack("<III", start, size, 0)
    )  # fmt: skip


def xls(rows: Iterable[Sequence[object]]) -> bytes:
    """An old binary workbook (BIFF8) with one sheet of these rows, texts and numbers."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    cells = b""
    for row_at, row in enumerate(rows):
        for column_at, value in enumerate(row):
            place = struct.pack("<HHH", row_at, column_at, 0)
            if isinstance(value, int | float):
                cells += record(0x0203, place + struct.pack("<d", value))
            elif value != "":
                text = str(value)
                cells += record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))
    begin_book = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    begin_sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    end = record(0x000A, b"")
    name = b"People"
    bound = struct.pack("<HH", 0x0085, 8 + len(name))
    offset = len(begin_book) + len(bound) + 8 + len(name) + len(end)
    bound += struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name
    return compound({"Workbook": begin_book + bound + end + begin_sheet + cells + end})
