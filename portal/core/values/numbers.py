"""Ages and places on the globe."""

from __future__ import annotations

import re

from portal.core.errors import sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Note, Problem, shown
from portal.core.values.text import ascii_digits, clean, is_nothing

MAX_AGE = 120

_AGE = re.compile(
    r"(?:(?:about|approx\.?|around|environ|~|±)\s*)?(\d{1,4})(?:[.,](\d+))?\s*\+?([^\d]*)", re.IGNORECASE
)
_MONTHS = re.compile(r"\W*(?:months?|mths?|mois|meses|mes|महिना|شهر|أشهر|miezi|місяц)", re.IGNORECASE)
_NUMBER = r"([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?"
_SIDE = r"\s*([NSEWOnsewo])?"
_ONE = re.compile(r"([NSEWOnsewo])?\s*" + _NUMBER + _SIDE)
_PAIR = re.compile(_NUMBER + _SIDE + r"(?:\s*[,;]\s*|\s+)" + _NUMBER + _SIDE + r"(?:\s+[-+\d.,]+){0,2}")
_DEGREES = re.compile(
    r"([NSEWOnsewo])?\s*(\d{1,3})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|''))?"
    + _SIDE
)
_GEOPOINT = re.compile(r"([+-]?\d{1,3}\.\d+)[,;]?\s+([+-]?\d{1,3}\.\d+)(?:\s+[-+]?\d+(?:\.\d+)?){0,2}")


def convert_age(cell: str, context: Context) -> Converted:
    """Whole years, 0 to 120: "34", "34.0", "34 years", "८ वर्ष", "6 months" (0)."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    match = _AGE.fullmatch(ascii_digits(text))
    if match is None or (context.field and _sentence_like(match.group(3))):
        return Converted(
            problem=Problem(
                context.field,
                "not_a_number",
                "“%(value)s” is not an age. Write whole years, for example 34.",
                {"value": shown(text)},
            )
        )
    years = int(match.group(1))
    if _MONTHS.match(match.group(3)):
        return Converted(years // 12)
    if years > MAX_AGE:
        return Converted(
            problem=Problem(
                context.field,
                "out_of_range",
                "An age of %(value)s cannot be right; ages go from 0 to %(most)s years.",
                {"value": shown(text), "most": MAX_AGE},
            )
        )
    return Converted(years)


def _sentence_like(unit: str) -> bool:
    return len(unit) > 20 or "-" in unit or "/" in unit


def convert_latitude(cell: str, context: Context) -> Converted:
    """Degrees north, -90 to 90, as a float; of a cell with two numbers a (latitude, longitude) pair."""
    return _coordinate(cell, context, 90.0, "NS")


def convert_longitude(cell: str, context: Context) -> Converted:
    """Degrees east, -180 to 180, as a float; of a cell with two numbers a (latitude, longitude) pair."""
    return _coordinate(cell, context, 180.0, "EWO")


def convert_coordinates(cell: str, context: Context) -> Converted:
    """ "lat, lon", or Kobo's "lat lon altitude accuracy", as a (latitude, longitude) pair of floats."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    pair = _pair(ascii_digits(text).replace("−", "-"))
    if pair is None:
        return _not_a_place(text, context)
    return _checked_pair(pair, text, context)


def geopoint(text: str) -> tuple[float, float] | None:
    """The (latitude, longitude) of a text that is nothing but a geopoint with decimals, such as Kobo's."""
    if not text or text[0] not in "+-0123456789" or not (match := _GEOPOINT.fullmatch(text)):
        return None
    latitude, longitude = float(match.group(1)), float(match.group(2))
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _coordinate(cell: str, context: Context, most: float, sides: str) -> Converted:
    try:
        value = float(cell)
    except ValueError:
        return _written_coordinate(cell, context, most, sides)
    if -most <= value <= most:
        return Converted(value)
    return _out_of_range(cell, context, most)


def _written_coordinate(cell: str, context: Context, most: float, sides: str) -> Converted:
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    plain = ascii_digits(text).replace("−", "-")
    value: float | None = None
    side = ""
    if match := _ONE.fullmatch(plain):
        side = (match.group(1) or match.group(3) or "").upper()
        value = float(match.group(2).replace(",", "."))
    elif match := _DEGREES.fullmatch(plain):
        side = (match.group(1) or match.group(5) or "").upper()
        value = (
            int(match.group(2))
            + int(match.group(3)) / 60
            + float((match.group(4) or "0").replace(",", ".")) / 3600
        )
    elif pair := _pair(plain):
        return _checked_pair(pair, text, context)
    if value is None or (side and side not in sides):
        return _not_a_place(text, context)
    value = -abs(value) if side in ("S", "W", "O") else value
    return Converted(value) if -most <= value <= most else _out_of_range(text, context, most)


def _pair(text: str) -> tuple[float, float] | None:
    match = _PAIR.fullmatch(text)
    if match is None:
        return None
    first, first_side, second, second_side = match.groups(default="")
    latitude, longitude = float(first.replace(",", ".")), float(second.replace(",", "."))
    first_side, second_side = first_side.upper(), second_side.upper()
    if first_side in ("E", "W", "O") and second_side in ("N", "S"):
        latitude, longitude, first_side, second_side = longitude, latitude, second_side, first_side
    return (
        -abs(latitude) if first_side == "S" else latitude,
        -abs(longitude) if second_side in ("W", "O") else longitude,
    )


def _checked_pair(pair: tuple[float, float], text: str, context: Context) -> Converted:
    latitude, longitude = pair
    if abs(latitude) > 90 or abs(longitude) > 180:
        return _out_of_range(text, context, 90 if abs(latitude) > 90 else 180)
    if latitude == longitude == 0:
        return Converted(
            note=Note(
                context.field, "zero_place", "The place 0, 0 lies in the sea and stands for “not known”."
            )
        )
    return Converted(pair)


def _out_of_range(text: str, context: Context, most: float) -> Converted:
    message = (
        sentence(
            "“%(value)s” is not a latitude: it goes from -90 to 90. Perhaps latitude and longitude are swapped."
        )
        if most == 90
        else sentence("“%(value)s” is not a longitude: it goes from -180 to 180.")
    )
    return Converted(problem=Problem(context.field, "out_of_range", message, {"value": shown(text)}))


def _not_a_place(text: str, context: Context) -> Converted:
    return Converted(
        problem=Problem(
            context.field,
            "not_a_number",
            "“%(value)s” is not a position. Write degrees with decimals, for example 28.2 or 81.4.",
            {"value": shown(text)},
        )
    )
