"""Phone numbers as people type them, to E.164."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.core.errors import sentence
from portal.core.values.names import shortened
from portal.core.values.numbering import Rank, international_rank, national_number, parsed, region_plan
from portal.core.values.outcome import ABSENT, Context, Converted, Note, Problem, shown
from portal.core.values.text import ascii_digits, clean, fold, is_nothing, whole_number
from portal.core.values.words import NO_NUMBER

USUAL_REGION = "NP"
"""The country of a number that names none, where PORTAL_REGION says no other."""

PHONE_STYLES = ("national", "international", "mixed")

_PUNCTUATION = str.maketrans("", "", " -().\u200c\u200d\u2010\u2011\u2012\u2013\u2014\u2212\t")
_BETWEEN = re.compile(r"\s*[/;,|&\n]\s*|\s+(?:or|and|ou|et|o|y|e|au|و|र|वा)\s+", re.IGNORECASE)
_LEAST, _MOST = 7, 15  # digits of a full international number


def convert_phone(cell: str, context: Context) -> Converted:
    """The E.164 form of a number ("+9779801234567"), or nothing where the cell says that there is none.

    Digits without a plus are a number of the context's region first, then one with its country code; in a
    column of the "international" style it is the other way round, and there a number of no known range is
    kept with a note. Of two numbers in a cell the first is taken, the others are its `rest`.
    """
    text = cell
    if not (text.isascii() and text.isdigit()):
        text = ascii_digits(clean(text).translate(_DIRECTION))
        if not text or is_nothing(text) or fold(text) in NO_NUMBER:
            return ABSENT
        text, lost = whole_number(text)
        if lost:
            return Converted(problem=shortened(text if len(text) < 4 else clean(cell), context))
    elif text.strip("0") == "":
        return ABSENT
    plain = text.translate(_PUNCTUATION)
    if plain.isdigit():
        return _from_digits(plain, context, text)
    if plain[:1] == "+" and plain[1:].isdigit():
        return _with_plus(plain[1:], context, text)
    return _from_several(text, context) or _from_text(text, context)


_DIRECTION = dict.fromkeys([0x200C, 0x200D])


def _from_digits(digits: str, context: Context, text: str) -> Converted:
    if digits.startswith("00"):
        found = _international(digits.lstrip("0"))
        if found[1] > Rank.IMPOSSIBLE:
            return _accepted(found[0], found[1], context)
    national = _national(digits, context.region)
    written, rank, subscriber = national or ("", Rank.IMPOSSIBLE, False)
    if rank is Rank.VALID and context.phone_style != "international":
        return _accepted(written, rank, context)
    abroad, abroad_rank = _international(digits)
    if context.phone_style == "national":
        if rank and subscriber:
            return _accepted(written, rank, context)
        return _foreign(abroad, context) if abroad_rank is Rank.VALID else _refused(text, digits, context)
    if abroad_rank is Rank.VALID:
        return _accepted(abroad, abroad_rank, context)
    if rank is Rank.VALID or (rank and subscriber and context.phone_style != "international"):
        return _accepted(written, rank, context)
    if abroad_rank and len(digits) >= 10:
        return _accepted(abroad, abroad_rank, context)
    if rank and subscriber:
        return _accepted(written, rank, context)
    if context.phone_style == "international" and digits[0] != "0" and 10 <= len(digits) <= _MOST:
        return _accepted(digits, Rank.POSSIBLE, context)
    return _refused(text, digits, context)


def _with_plus(digits: str, context: Context, text: str) -> Converted:
    written, rank = _international(digits)
    return _accepted(written, rank, context) if rank else _refused(text, digits, context)


def _international(digits: str) -> tuple[str, Rank]:
    if not _LEAST <= len(digits) <= _MOST + 2:
        return "", Rank.IMPOSSIBLE
    rank = international_rank(digits)
    if rank is not None:
        return digits, rank
    found = parsed("+" + digits, None)
    return (found[0], found[1]) if found else ("", Rank.IMPOSSIBLE)


def _national(digits: str, region: str | None) -> tuple[str, Rank, bool] | None:
    if region is None:
        return None
    return national_number(digits, region) or parsed(digits, region)


def _from_several(text: str, context: Context) -> Converted | None:
    """The first number of "9801234567 / 9807654321", the others as the rest; None when it is not several."""
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) < 2 or any(sum(map(str.isdigit, part)) < 6 for part in parts[:2]):
        return None
    found = convert_phone(parts[0], context)
    others = ", ".join(parts[1:])
    if found.problem:
        return found
    message = sentence(
        "The cell holds more than one number: %(first)s is taken, %(others)s is kept with the person."
    )
    note = Note(context.field, "several", message, {"first": found.value, "others": shown(others)})
    return found._replace(note=note, rest=others)


def _from_text(text: str, context: Context) -> Converted:
    """Anything else that phonenumbers can read: "tel:+977-980…", "(0)980 123 4567 ext. 12"."""
    found = parsed(text, context.region)
    digits = "".join(filter(str.isdigit, text))
    if found and found[1] and sum(map(str.isalpha, text)) <= 8:
        return _accepted(found[0], found[1], context)
    return _refused(text, digits, context)


def _accepted(digits: str, rank: Rank, context: Context) -> Converted:
    if rank is Rank.VALID:
        return Converted("+" + digits)
    message = sentence("%(phone)s is not of a range of numbers that is known to be in use; check it.")
    return Converted(
        "+" + digits, note=Note(context.field, "unknown_range", message, {"phone": "+" + digits})
    )


def _foreign(digits: str, context: Context) -> Converted:
    message = sentence(
        "%(phone)s is read as a number of another country than the rest of the column; check it."
    )
    return Converted("+" + digits, note=Note(context.field, "foreign", message, {"phone": "+" + digits}))


def _refused(text: str, digits: str, context: Context) -> Converted:
    if not digits:
        code, message = (
            "not_a_phone",
            sentence("“%(value)s” is not a phone number. Leave it empty for a person without a phone."),
        )
    elif len(digits) > _MOST:
        code, message = "too_long", sentence("“%(value)s” has too many digits for a phone number.")
    else:
        code, message = (
            "not_a_phone",
            sentence("“%(value)s” cannot be a phone number: it has a digit too few or too many."),
        )
    return Converted(problem=Problem(context.field, code, message, {"value": shown(text)}))


def phone_style(cells: Iterable[str], region: str | None) -> str:
    """How a column writes its numbers: "national" or "international" where at least six in ten of those
    without a plus have such a length, else "mixed"."""
    plan = region_plan(region) if region else None
    if plan is None:
        return "international"
    national = abroad = 0
    for cell in cells:
        digits = whole_number(ascii_digits(clean(cell)).translate(_PUNCTUATION))[0]
        if not digits.isdigit() or digits.startswith("00") or len(digits) < 6:
            continue
        if len(digits.removeprefix("0")) in plan.subscriber_lengths or digits.startswith("0"):
            national += 1
        else:
            abroad += 1
    if national + abroad == 0:
        return "mixed"
    if national >= 0.6 * (national + abroad):
        return "national"
    return "international" if abroad >= 0.6 * (national + abroad) else "mixed"
