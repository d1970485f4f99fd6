"""Cleaning the text of a cell of the marks that spreadsheets, phones and right-to-left scripts leave."""

from __future__ import annotations

import re
import unicodedata

DAMAGED = "\ufffd"  # also stands for NUL, which the database cannot hold

# Marks nobody sees and nobody typed: byte-order marks, zero-width blanks, soft hyphens, directional marks.
# The zero-width joiners are not among them: Persian, Hindi and Sinhala names are spelt with them.
_UNSEEN = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)
_UNSEEN |= dict.fromkeys(range(0x2066, 0x206A))
_UNSEEN |= dict.fromkeys(code for code in range(0x20) if chr(code) not in "\t\n\r\0")
_UNSEEN |= dict.fromkeys([0x7F, *range(0x80, 0xA0)])
_BLANKS = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_CLEAN: dict[int, str | None] = {**_UNSEEN, **_BLANKS, 0: DAMAGED}

_TATWEEL = "\u0640"  # stretches an Arabic word and means nothing
_EDGES = " \t\r\n\u200c\u200d"
_FORMULA_TEXT = re.compile(r'=\s*"(.*)"', re.DOTALL)
_FORMULA_NUMBER = re.compile(r"=\s*([+-]?\d+(?:\.\d+)?)")
_GUARD = re.compile(r"'(?=[=+\-@\t\d])")
_ERROR_CELLS = frozenset(
    {"#N/A", "#NA", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "Err:502"}
)
_NOTHING = frozenset(
    """-|--|---|—|–|.|/|n/a|na|n.a.|n.a|none|nil|null|(null)|<null>|nan|undefined|not available|not applicable
    no data|no answer|néant|neant|aucun|aucune|s/o|ninguno|ninguna|sin datos|nenhum|nenhuma|ninguém
    لا يوجد|لايوجد|छैन""".replace("\n    ", "|").split("|")
)


def clean(text: str) -> str:
    """The text as it is stored: NFC, no invisible marks, ordinary blanks, no blanks at the ends.

    A leading apostrophe that guards a number or a formula, `="0123"` and `=0123` come back as what they show,
    and a cell that holds nothing but a spreadsheet's error is empty. NUL becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        text = text.strip()
        if not text or text[0] not in "'=#E":
            return text
    else:
        text = unicodedata.normalize("NFC", text.translate(_CLEAN)).strip(_EDGES)
        if not text or text[0] not in "'=#E":
            return text
    if text[0] == "'":
        return _GUARD.sub("", text, count=1)
    if text[0] == "=":
        match = _FORMULA_TEXT.fullmatch(text) or _FORMULA_NUMBER.fullmatch(text)
        return match.group(1).strip() if match else text
    return "" if text in _ERROR_CELLS else text


def collapse(text: str) -> str:
    """The text on one line with single blanks."""
    if text.isprintable() and "  " not in text:
        return text
    return " ".join(text.split())


def is_nothing(text: str) -> bool:
    """Whether a cell says, in one of the ways people have, that there is no answer."""
    return len(text) < 20 and text.casefold() in _NOTHING


def fold(text: str) -> str:
    """The text for comparing words: no case, no accents, no width, no punctuation; single blanks between
    words.

    Vowel signs of Indic scripts stay, only marks that combine (accents, harakat, virama) go.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(
            mark for mark in decomposed if not unicodedata.combining(mark) and mark not in "\u0640"
        )
        text = text.translate(_CLEAN)
    words = "".join(
        c if c.isalnum() or unicodedata.category(c) == "Mc" or "\u0900" <= c <= "\u0dff" else " "
        for c in text
    )
    return " ".join(words.casefold().split())


def ascii_digits(text: str) -> str:
    """The text with the digits of any script (٣, ३, ৩, ３) written as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)


_SHORTENED = re.compile(r"([+-]?)(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_WHOLE_FLOAT = re.compile(r"([+-]?\d+)[.,]0+")


def whole_number(text: str) -> tuple[str, bool]:
    """A number that should be a string of digits, as the digits, and whether a spreadsheet has cut digits
    off.

    "9779801234567.0" → ("9779801234567", False); "9.779801234567E+12" → the same; "9.7798E+12" → (…, True),
    as only five of thirteen digits are known. Other text comes back as it is.
    """
    if text.isdecimal():
        return text, False
    if match := _WHOLE_FLOAT.fullmatch(text):
        return match.group(1), False
    if match := _SHORTENED.fullmatch(text):
        sign, first, following, exponent = match.groups(default="")
        digits = first + following
        missing = int(exponent) + 1 - len(digits)
        if missing < 0:
            return text, False
        return sign + digits + "0" * missing, missing > 0
    return text, False
