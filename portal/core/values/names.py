"""Names, government ids, free text and group names: text that is kept as people write it."""

from __future__ import annotations

import re
import unicodedata

from portal.core.errors import sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Note, Problem, shown
from portal.core.values.text import DAMAGED, ascii_digits, clean, collapse, is_nothing, whole_number

MAX_NAME = 200
MAX_ID = 100
MAX_LINE = 500
MAX_TEXT = 10_000

_NO_NAME = frozenset({"-", "--", "---", "—", ".", "n/a", "#n/a", "null", "?"})
_BETWEEN_GROUPS = re.compile(r"\s*[;|\n]\s*")


def convert_name(cell: str, context: Context) -> Converted:
    """A name in any script, with its dots, hyphens and apostrophes; blanks collapsed, at most 200
    characters."""
    text = collapse(clean(cell))
    if not text or text.casefold() in _NO_NAME:
        return ABSENT
    problem = _damage(text, context) or _too_long(text, MAX_NAME, context)
    if problem:
        return Converted(problem=problem)
    if text.isalpha() or any(map(str.isalpha, text)):
        return Converted(text)
    message = sentence("“%(value)s” holds no letter; is it a name?")
    return Converted(text, note=Note(context.field, "no_letter", message, {"value": shown(text)}))


def convert_govt_id(cell: str, context: Context) -> Converted:
    """A government id as it is written (`fold_govt_id` compares); a number that a spreadsheet shortened is
    held."""
    text = collapse(clean(cell))
    if not text or is_nothing(text):
        return ABSENT
    problem = _damage(text, context) or _too_long(text, MAX_ID, context)
    if problem:
        return Converted(problem=problem)
    if text.isalnum() and text.isascii() and not ("E" in text or "e" in text):
        return Converted(text)
    digits, lost = whole_number(text)
    if lost:
        return Converted(problem=shortened(text, context))
    return Converted(digits)


def fold_govt_id(value: str) -> str:
    """The id for comparing: letters and digits only, capitals, digits of any script as 0 to 9."""
    if not value.isascii():
        value = ascii_digits(unicodedata.normalize("NFKC", value))
    return "".join(filter(str.isalnum, value)).upper()


def convert_line(cell: str, context: Context) -> Converted:
    """Text of one line, such as a place: blanks collapsed, at most 500 characters."""
    text = collapse(clean(cell))
    if not text or is_nothing(text):
        return ABSENT
    problem = _damage(text, context) or _too_long(text, MAX_LINE, context)
    return Converted(problem=problem) if problem else Converted(text)


def convert_text(cell: str, context: Context) -> Converted:
    """Free text with its lines, at most 10,000 characters."""
    text = clean(cell)
    if not text:
        return ABSENT
    problem = _too_long(text, MAX_TEXT, context)
    return Converted(problem=problem) if problem else Converted(text)


def convert_groups(cell: str, context: Context) -> Converted:
    """The names of the groups a person belongs to; several are divided by ; or | or a new line."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    names = list(dict.fromkeys(collapse(name) for name in _BETWEEN_GROUPS.split(text) if name.strip()))
    for name in names:
        if problem := _damage(name, context) or _too_long(name, MAX_NAME, context):
            return Converted(problem=problem)
    return Converted(names) if names else ABSENT


def shortened(text: str, context: Context) -> Problem:
    """What is said of a long number that a spreadsheet wrote as 9.78E+12."""
    return Problem(
        context.field,
        "digits_lost",
        "A spreadsheet has shortened this number to “%(value)s”; its last digits are lost. Enter it in full.",
        {"value": shown(text)},
    )


def _damage(text: str, context: Context) -> Problem | None:
    if DAMAGED not in text:
        return None
    return Problem(
        context.field,
        "damaged",
        "“%(value)s” holds a damaged character. Enter it again.",
        {"value": shown(text)},
    )


def _too_long(text: str, most: int, context: Context) -> Problem | None:
    if len(text) <= most:
        return None
    return Problem(
        context.field,
        "too_long",
        "“%(value)s” has %(length)s characters; at most %(most)s fit here.",
        {"value": shown(text), "length": len(text), "most": most},
    )
