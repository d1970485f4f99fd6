"""In which encoding a text file is written."""

from __future__ import annotations

import codecs
from typing import IO

from portal.imports.parsing.errors import FileRefused

ENCODINGS = (
    "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp1250", "cp1251",
    "cp1253", "cp1254", "cp1256", "koi8-u", "mac-roman",
)  # fmt: skip
"""What a person may choose when the guess is wrong."""

_PIECE = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def find_encoding(file: IO[bytes], chosen: str | None = None) -> str:
    """The name of the codec to read the file with.

    A byte-order mark decides; then the zeros of UTF-16; then UTF-8 where all (or nearly all, for a file
    with a few spoilt characters) of the text is valid; else Windows' western encoding. `chosen` overrules
    the guess; FileRefused when it is not of `ENCODINGS`.
    """
    if chosen is not None:
        if chosen not in ENCODINGS:
            raise FileRefused("The encoding %(encoding)s is not known.", encoding=chosen)
        return chosen
    head = file.read(65536)
    file.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.3 and odd < half * 0.05:
        return "utf-16-be"
    return _eight_bit(file)


def _eight_bit(file: IO[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    foreign = spoilt = 0
    western = True
    while piece := file.read(_PIECE):
        text = decoder.decode(piece)
        if not text.isascii():
            foreign += len(text) - len(text.encode("ascii", "ignore"))
            spoilt += text.count("\ufffd")
            western = western and not any(code in piece for code in b"\x81\x8d\x8f\x90\x9d")
    file.seek(0)
    if spoilt * 20 <= foreign:
        return "utf-8-sig"
    return "cp1252" if western else "latin-1"
