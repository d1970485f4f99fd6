"""Rows of a record's own: a name, a kind and a value each, as many as are needed, with or without a script."""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import FieldList, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.core.values import Context
from portal.core.values.choices import convert_yes_no
from portal.core.values.text import ascii_digits
from portal.web.forms import PortalForm, no_nul
from portal.web.reading import stripped

TEXT, NUMBER, YES_NO, DATE, TEXTS, NUMBERS, PARTS = (
    "text",
    "number",
    "yes-no",
    "date",
    "texts",
    "numbers",
    "parts",
)
KINDS = [
    (TEXT, _l("Text")),
    (NUMBER, lazy_pgettext("kind of value", "Number")),
    (YES_NO, _l("Yes or no")),
    (DATE, _l("Date")),
    (TEXTS, _l("List: a line each")),
    (NUMBERS, _l("Numbers: a line each")),
    (PARTS, _l("Parts, as JSON")),
]
MOST_ROWS = 100
LONGEST_KEY, LONGEST = 100, 2_000
DEEPEST, MOST_PARTS = 20, 200
"""As many parts within parts, and as many of them in all, as anybody can still read."""
MOST_DIGITS = 15
"""What a number of JSON keeps exactly in every program that reads it."""

Number = int | float
Value = str | Number | bool | list[Any] | dict[str, Any]


def _lines_as_kept(text: str | None) -> str | None:
    """What stands in an area of several lines, with the ends of lines as everything else has them."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


class ExtraForm(PortalForm):
    """One row. A row without a name and a value is not there."""

    class Meta(PortalForm.Meta):
        csrf = False

    key = StringField(
        _l("What"),
        [Optional(), Length(max=LONGEST_KEY), no_nul],
        filters=[stripped],
        render_kw={"autocomplete": "off"},
    )
    kind = SelectField(_l("Kind"), choices=KINDS, default=TEXT)
    value = TextAreaField(
        _l("Value"),
        [Optional(), Length(max=LONGEST), no_nul],
        filters=[_lines_as_kept, stripped],
        render_kw={"autocomplete": "off", "rows": 1},
    )

    def validate_value(self, field: TextAreaField) -> None:
        """The value is what its kind says."""
        try:
            self.typed()
        except ValueError as wrong:
            raise ValidationError(wrong.args[0]) from wrong

    def typed(self) -> Value:
        """The value as its kind has it. Raises ValueError, with a sentence, for what is no such value."""
        return typed_value(self.kind.data or TEXT, self.value.data or "")


def typed_value(kind: str, text: str) -> Value:
    """A text as a kind has it. Raises ValueError, with a sentence, for what is no such value."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if kind == TEXTS:
        return lines
    if kind == NUMBERS:
        return [_number(line) for line in lines]
    readers: dict[str, Callable[[str], Value]] = {
        NUMBER: _number,
        YES_NO: _yes_no,
        DATE: _date,
        PARTS: _parts,
    }
    reader = readers.get(kind)
    return reader(text) if reader and text else text


def _number(text: str) -> Number:
    plain = ascii_digits(text).replace("−", "-")
    try:
        if sum(map(str.isdigit, plain)) > MOST_DIGITS:
            raise ValueError
        value = float(plain)
        if not math.isfinite(value) or "_" in plain:
            raise ValueError
    except ValueError:
        raise ValueError(
            _l(
                "This is no number of up to 15 digits. Write it with a point, such as 12.5, or keep it as text."
            )
        ) from None
    return int(plain) if plain.lstrip("+-").isdecimal() else value


def _yes_no(text: str) -> bool:
    found = convert_yes_no(text, Context("value"))
    if not isinstance(found.value, bool):
        raise ValueError(_l("Write yes or no."))
    return found.value


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(ascii_digits(text)).isoformat()
    except ValueError:
        raise ValueError(_l("Write the date as year-month-day, such as 1990-12-31.")) from None


def _parts(text: str) -> list[Any] | dict[str, Any]:
    """Names and values in braces, or values in brackets, as JSON writes them."""
    try:
        if len(re.findall(r"[\[{]", text)) > MOST_PARTS:
            raise ValueError
        value = json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        raise ValueError(
            _l(
                "This is no JSON: see line %(line)s, character %(place)s.",
                line=wrong.lineno,
                place=wrong.colno,
            )
        ) from None
    except ValueError:
        raise ValueError(_l("A name comes twice, or something in it cannot be stored.")) from None
    if not isinstance(value, list | dict):
        raise ValueError(
            _l('Write parts in braces or brackets, such as {"rooms": 2}; for one value choose its kind.')
        )
    if not _storable(value):
        raise ValueError(_l("A name comes twice, or something in it cannot be stored."))
    return value


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def _no_number(name: str) -> None:
    """What Python reads beside JSON: NaN and infinities."""
    raise ValueError(name)


def _storable(value: Any, depth: int = 0) -> bool:
    """Whether the database takes it: no NUL, no half of a character, no number beyond all bounds, not too deep."""
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(_storable(key) and _storable(one, depth + 1) for key, one in value.items())
    if isinstance(value, list):
        return all(_storable(one, depth + 1) for one in value)
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return not isinstance(value, float) or math.isfinite(value)


class ExtrasField(FieldList):  # type: ignore[type-arg]  # generic for type checkers alone
    """All rows. `kept` are names of what the record has besides them, which no row may take; `elsewhere` names those
    that have a field of their own, each with the sentence that says so."""

    kept: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Any] = {}

    def __iter__(self) -> Iterator[Any]:
        """The rows, for a template."""
        return iter(self.entries)

    def offer_row(self) -> None:
        """Have one more row at the end to be filled in."""
        if len(self.entries) < MOST_ROWS:
            self.append_entry()

    def typed(self) -> dict[str, Value]:
        """What a valid list of rows says."""
        return {row.form.key.data: row.form.typed() for row in self.entries if row.form.key.data}


def has_row(key: str, value: Any) -> bool:
    """Whether a row can hold this so that nothing of it is lost."""
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or key != key.strip():
        return False
    try:
        row = row_of(key, value)
        read = typed_value(row["kind"], row["value"])
    except ValueError:
        return False
    shown = row["value"]
    plain = shown == shown.strip() and all(line.isprintable() for line in shown.split("\n"))
    return plain and len(shown) <= LONGEST and (shown != "" or value == []) and _same(read, value)


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same kinds all through: 1, 1.0 and true are three values."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(part, other[name]) for name, part in one.items())
    return type(one) is type(other) and bool(one == other)


def row_of(key: str, value: Any) -> dict[str, str]:
    """A value as its row shows it. Raises ValueError for what no row can show."""
    if isinstance(value, list | dict):
        return {"key": key, **_lines_of(value)}
    if isinstance(value, bool):
        return {"key": key, "kind": YES_NO, "value": "yes" if value else "no"}
    if isinstance(value, int | float):
        return {"key": key, "kind": NUMBER, "value": str(value)}
    if not isinstance(value, str):
        raise ValueError(key)
    try:
        dated = dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        dated = False
    return {"key": key, "kind": DATE if dated else TEXT, "value": value}


def _lines_of(value: list[Any] | dict[str, Any]) -> dict[str, str]:
    """A line for each text or number of a list; anything else as its parts."""
    if isinstance(value, list):
        if value and all(type(one) in (int, float) for one in value):
            return {"kind": NUMBERS, "value": "\n".join(map(str, value))}
        if all(isinstance(one, str) and one == one.strip() != "" and one.isprintable() for one in value):
            return {"kind": TEXTS, "value": "\n".join(value)}
    return {"kind": PARTS, "value": json.dumps(value, ensure_ascii=False, indent=2)}


def check_rows(_form: PortalForm, field: ExtrasField) -> None:
    """Each row with a value has a name, and no name comes twice."""
    if len(field.entries) > MOST_ROWS:
        raise ValidationError(_l("There are at most 100 rows."))
    seen: set[str] = set()
    wrong = False
    for row in field.entries:
        key, said = row.form.key.data, None
        if not key and row.form.value.data:
            said = _l("Say what this is.")
        elif key in field.elsewhere:
            said = field.elsewhere[key]
        elif key and (key in seen or key in field.kept):
            said = _l("There is a row of this name already.")
        if said is not None:
            row.form.key.errors = [*row.form.key.errors, said]
            wrong = True
        seen.add(key or "")
    if wrong:
        raise ValidationError(_l("Some rows need a name of their own."))
