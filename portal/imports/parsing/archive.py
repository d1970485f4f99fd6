"""What a zipped workbook says of itself, checked before anything in it is opened."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from portal.imports.parsing.errors import FileRefused, damaged, too_big
from portal.imports.parsing.limits import (
    MAX_CELLS,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_STRINGS,
    MAX_UNPACKED,
    MAX_WORKBOOK,
    MIB,
    RATIO_FROM,
)
from portal.imports.parsing.sniffing import locked

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_PIECE = MIB


def check_archive(file: IO[bytes], size: int, *, thorough: bool = True) -> str:
    """The kind of workbook in a zip file of `size` bytes: "xlsx", "xlsb" or "ods".

    Raises FileRefused for a zip file that is no workbook, and for one that would unpack to more than it
    should: by what its directory says and, when `thorough`, by what its parts really unpack to.
    """
    if size > MAX_WORKBOOK:
        raise too_big()
    _check_count(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            kind = _kind(archive, parts)
            _check_sizes(parts)
            if thorough:
                for part in parts:
                    if _is_read(part.filename):
                        _check_part(file, part)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        zlib.error,
        struct.error,
        RuntimeError,
        OSError,
    ) as fault:
        raise damaged() from fault
    finally:
        file.seek(0)
    return kind


def _check_count(file: IO[bytes], size: int) -> None:
    """The number of parts by the record at the end of the file, before a list of them is made."""
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise damaged()
    if struct.unpack_from("<H", tail, at + 10)[0] > MAX_ENTRIES:
        raise _too_many_parts()


def _too_many_parts() -> FileRefused:
    return FileRefused(
        "The workbook consists of more parts or sheets than can be read. Save the one sheet as CSV."
    )


def _kind(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    if len(parts) > MAX_ENTRIES:
        raise _too_many_parts()
    names = {part.filename.casefold() for part in parts}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as part:
            if part.read(200).startswith(_ODS):
                return "ods"
        raise FileRefused(
            "This is a document, not a table. Send the table as CSV or as a workbook (XLSX, XLS, ODS)."
        )
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise FileRefused(
            "This is a document, not a table. Send the table as CSV or as a workbook (XLSX, XLS, ODS)."
        )
    raise FileRefused("This is a packed archive. Unpack it and send the table that is inside.")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise locked()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _bomb()
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise FileRefused(
                "The workbook is packed so tightly that it cannot be a table. Save the one sheet as CSV."
            )
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()


def _bomb() -> FileRefused:
    return FileRefused(
        "The workbook unpacks to more than %(most)s MiB, which is more than will be read. "
        "Save the one sheet as CSV, or split it.",
        most=MAX_UNPACKED // MIB,
    )


def _is_read(name: str) -> bool:
    """Whether the reader opens this part; pictures and the like stay closed."""
    name = name.casefold()
    return name.endswith((".xml", ".rels", ".bin")) and not name.startswith(("xl/media/", "xl/embeddings/"))


def _check_part(file: IO[bytes], part: zipfile.ZipInfo) -> None:
    """Unpack a part piece by piece without keeping it: its true size, its head, its rows, cells and
    strings."""
    unpacked = rows = cells = strings = sheets = 0
    for piece in _pieces(file, part):
        if unpacked == 0:
            _check_head(piece)
        unpacked += len(piece)
        if unpacked > part.file_size:
            raise damaged()
        rows += piece.count(b"<row ")
        cells += piece.count(b"<c ")
        strings += piece.count(b"<si>")
        sheets += piece.count(b"<sheet ")
        if rows > MAX_ROWS:
            raise too_many_rows()
        if cells > MAX_CELLS or strings > MAX_STRINGS:
            raise too_big()
        if sheets > MAX_SHEETS:
            raise _too_many_parts()


def too_many_rows() -> FileRefused:
    """The refusal of a file with more rows than a spreadsheet has."""
    return FileRefused(
        "The file has more than %(most)s rows. Split it into several files.", most=f"{MAX_ROWS:,}"
    )


def _check_head(piece: bytes) -> None:
    """No XML part of a workbook declares a document type; those that do want entities put in."""
    head = piece[:4096].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise FileRefused(
            "The workbook holds declarations that no spreadsheet program writes, so it is not read."
        )


def _pieces(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of a part, at most `_PIECE` at a time, whatever size its header claims."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged()
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    file.seek(part.header_offset + 30 + name_length + extra_length)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(left, 65_536))
        if not packed:
            raise damaged()
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail
