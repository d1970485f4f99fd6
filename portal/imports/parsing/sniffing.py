"""What a file is, by what it begins with; its name decides nothing."""

from __future__ import annotations

from typing import IO

from portal.core.errors import sentence
from portal.imports.parsing.errors import FileRefused

EXTENSIONS = frozenset("csv tsv txt tab json xlsx xlsm xltx xls xlsb ods".split())  # noqa: SIM905
"""The endings of file names that can be imported."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_PICTURE = sentence(
    "This is a picture, not a table. Send the table as CSV or as a workbook (XLSX, XLS, ODS)."
)
_DOCUMENT = sentence(
    "This is a document, not a table. Send the table as CSV or as a workbook (XLSX, XLS, ODS)."
)
_PACKED = sentence("This is a packed archive. Unpack it and send the table that is inside.")
_PROGRAM = sentence("This is a program or another binary file, not a table.")
_PAGE = sentence(
    "This is a web page under another name. Open it in a spreadsheet program and save it as XLSX."
)
_DATA = sentence(
    "This is a data file (JSON or XML), not a table. Send the table as CSV or as a workbook (XLSX, XLS, ODS)."
)
_LOCKED = sentence("The file is protected with a password. Save it without the password and send it again.")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"%PDF", _DOCUMENT),
    (b"{\\rtf", _DOCUMENT),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"\x7fELF", _PROGRAM),
    (b"MZ\x90", _PROGRAM),
    (b"SQLite format 3", _PROGRAM),
    (b"PAR1", _PROGRAM),
)


def sniff(file: IO[bytes], filename: str) -> str:
    """ "csv" or "json" for text, "zip" or "xls" for what may be a workbook. Raises FileRefused for anything else."""
    ending = filename.rpartition(".")[2].casefold() if "." in filename else ""
    if ending not in EXTENSIONS:
        raise FileRefused("Files of this kind cannot be imported. Send CSV, XLSX, XLS, XLSB, ODS or JSON.")
    head = file.read(65536)
    file.seek(0)
    if not head:
        raise FileRefused("The file is empty.")
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        return _compound(file)
    for magic, message in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(message)
    if ending == "json" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return "json"
    _check_text(head)
    return "csv"


def _compound(file: IO[bytes]) -> str:
    """An old workbook, or what else lies in that container: a locked new one, or an old document."""
    content = file.read()
    file.seek(0)

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise FileRefused(_LOCKED)
    if holds("WordDocument") or holds("PowerPoint Document"):
        raise FileRefused(_DOCUMENT)
    if not holds("Workbook") and not holds("Book"):
        raise FileRefused(_PROGRAM)
    return "xls"


def locked() -> FileRefused:
    """The refusal of a file behind a password."""
    return FileRefused(_LOCKED)


def _check_text(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    start = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"mime-version:")):
        raise FileRefused(_PAGE)
    if start.startswith((b"<?xml", b"<!doctype")):
        old_sheet = b"schemas-microsoft-com:office:spreadsheet" in start
        raise FileRefused(_PAGE if old_sheet else _DATA)
    if start.startswith((b"{", b"[{", b"[[")):
        raise FileRefused(_DATA)
    zeros = head.count(0)
    if zeros > len(head) // 20:
        if _looks_utf16(head):
            return
        raise FileRefused(_PROGRAM)
    odd = sum(head.count(code) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127))
    if odd > len(head) // 50:
        raise FileRefused(_PROGRAM)


def _looks_utf16(head: bytes) -> bool:
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > half * 0.3 and min(even, odd) < half * 0.05
