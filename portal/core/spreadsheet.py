"""Writing tables that others open in a spreadsheet: streamed, and never a formula of somebody else's making.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line break, also after blanks or in its full-width form,
is run as a formula by spreadsheet programs. In CSV such a cell gets a leading apostrophe, which they hide and
the portal's import takes off again; so does one that had an apostrophe there already, or it would lose it. In
XLSX every cell is typed as text, so nothing needs to be changed.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import RawIOBase
from xml.sax.saxutils import escape

from sqlalchemy import ColumnElement, Text, case, cast, func, literal

FORMULA = r"^'*[[:space:]\u00a0\u200b\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(r"^'*[\s\u00a0\u200b\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
MOST_ROWS = 1_048_575
"""Rows a sheet holds below its header; more go on the next sheet."""


def guarded(column: ColumnElement[str]) -> ColumnElement[str]:
    """A text column as a CSV cell that no spreadsheet program takes for a formula."""
    text = cast(column, Text)
    return case((text.op("~")(FORMULA), literal("'") + text), else_=text)


def guard(cell: str) -> str:
    """One cell of a CSV written in Python, as `guarded` does it in SQL."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def without_controls(column: ColumnElement[str]) -> ColumnElement[str]:
    """A text without the control characters that XML cannot hold."""
    return func.regexp_replace(cast(column, Text), r"[\x01-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]", "", "g")


_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def held_by_xml(cell: str) -> str:
    """A cell written in Python, as `without_controls` does it in SQL."""
    return _UNHELD.sub("", cell)


class _Outlet(RawIOBase):
    """A file that only hands on what is written to it, so that a ZIP can leave while it is made."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        """It is written to and never read."""
        return True

    def write(self, data: object) -> int:
        """Keep `data` until it is taken."""
        # What zipfile writes are bytes; the protocol says any buffer.
        piece = bytes(data)  # type: ignore[call-overload]
        self._waiting.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{sheets}</Types>'
)
SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'
)
REL = (
    '<Relationship Id="rId{n}" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
)
WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    "<sheets>{sheets}</sheets></workbook>"
)
SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
SHEET_FOOT = "</sheetData></worksheet>"
CELL = '<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'


def xlsx(
    header: Sequence[str], rows: Iterable[Sequence[str | None]], title: str = "Sheet"
) -> Iterator[bytes]:
    """An XLSX workbook in pieces, while the rows come: memory stays flat however many there are.

    Every cell is text. `title` names the sheets; the second and later ones get a number.
    """
    outlet = _Outlet()
    source = iter(rows)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        sheets, more = 0, True
        while more:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as part:
                part.write((SHEET_HEAD + _row([held_by_xml(name) for name in header])).encode())
                more = False
                pieces: list[str] = []
                for count, row in enumerate(source, 1):
                    pieces.append(_row(row))
                    if len(pieces) == 500:
                        part.write("".join(pieces).encode())
                        pieces.clear()
                        yield outlet.take()
                    if count == MOST_ROWS:
                        more = True
                        break
                part.write(("".join(pieces) + SHEET_FOOT).encode())
        for name, content in _parts(sheets, title):
            archive.writestr(name, content)
    yield outlet.take()


def _row(cells: Sequence[str | None]) -> str:
    return "<row>" + "".join(CELL.format(_text(cell)) if cell else "<c/>" for cell in cells) + "</row>"


_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _text(cell: str) -> str:
    """A text so that it is read back as it is: XML would turn a carriage return into a line feed, and
    spreadsheet programs take `_x0041_` for the letter of that number."""
    text = escape(cell)
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return _LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text


def _parts(sheets: int, title: str) -> Iterator[tuple[str, str]]:
    """The small parts of a workbook that name its sheets."""
    numbers = range(1, sheets + 1)
    yield "[Content_Types].xml", TYPES.format(sheets="".join(SHEET_TYPE.format(n=n) for n in numbers))
    yield "_rels/.rels", RELS.format(each=REL.format(n=1, target="xl/workbook.xml", kind="officeDocument"))
    name = escape(title[:25], {'"': "&quot;"})
    yield (
        "xl/workbook.xml",
        WORKBOOK.format(
            sheets="".join(
                f'<sheet name="{name}{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>'
                for n in numbers
            )
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        RELS.format(
            each="".join(
                REL.format(n=n, target=f"worksheets/sheet{n}.xml", kind="worksheet") for n in numbers
            )
        ),
    )
