"""Dates of birth as people write them, and in which order a column writes its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from portal.core.errors import sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Note, Problem, shown
from portal.core.values.text import ascii_digits, clean, fold, is_nothing, whole_number
from portal.core.values.words import MONTHS

OLDEST = 120  # years
DATE_ORDERS = ("DMY", "MDY", "YMD")
_SPREADSHEET_ZERO = date(1899, 12, 30)

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.DOTALL)
_PARTS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?:[T ,]+\d{1,2}[:h].*)?")
_WORDS = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)


def convert_birth_date(cell: str, context: Context) -> Converted:
    """The cell as a `date`.

    Understood: ISO (with or without a time), day, month and year in the column's order with any separator,
    two digit years (the latest century that is not in the future), names of months, 19900131, and the
    serial number a spreadsheet shows for a date without its format. A year alone is no date: it stays in
    the extras with a note.
    """
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    text = ascii_digits(text)
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
        return _judged(int(year), int(month), int(day), text, context)
    if match := _PARTS.fullmatch(text):
        return _ordered(match.group(1), match.group(2), match.group(3), text, context)
    digits, _ = whole_number(text.replace(",", "."))
    if digits.isdecimal():
        return _from_number(digits, text, context)
    return _with_words(text, context)


def _ordered(first: str, second: str, year: str, text: str, context: Context) -> Converted:
    """Day and month by the column's order; a value that can only be read the other way round is, with a
    note."""
    if context.date_order == "YMD" and len(year) == 2:
        if int(first) > 31 or int(year) <= 31:
            return _judged(_full_year(int(first), context.today), int(second), int(year), text, context)
        return _unreadable(text, context)
    full = int(year) if len(year) == 4 else _full_year(int(year), context.today)
    day, month = (second, first) if context.date_order == "MDY" else (first, second)
    if int(month) > 12 >= int(day):
        turned = _judged(full, int(day), int(month), text, context)
        return turned if turned.problem else turned._replace(note=_turned(text, context))
    return _judged(full, int(month), int(day), text, context)


def _from_number(digits: str, text: str, context: Context) -> Converted:
    number = int(digits)
    if len(digits) == 4 and context.today.year - OLDEST <= number <= context.today.year:
        return Converted(note=_year_only(text, context), rest=digits)
    if len(digits) == 8 and number >= 1000_00_00:
        by_year = (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if by_year[1] <= 12 and abs(by_year[0] - context.today.year) <= OLDEST:
            return _judged(*by_year, text, context)
        return _ordered(digits[:2], digits[2:4], digits[4:], text, context)
    if 60 < number < 100_000 and len(digits) <= 5:
        born = _SPREADSHEET_ZERO + timedelta(days=number)
        return _judged(born.year, born.month, born.day, text, context)
    return _unreadable(text, context)


def _with_words(text: str, context: Context) -> Converted:
    """ "3 March 1990", "Mar 3, 1990", "3 de marzo de 1990", "03-MAR-90"."""
    numbers: list[str] = []
    month = 0
    for word in _WORDS.findall(text):
        if word.isdecimal():
            numbers.append(word)
        elif not month:
            month = MONTHS.get(fold(word), 0)
    if not month or len(numbers) < 2:
        return _unreadable(text, context)
    first, second = numbers[0], numbers[1]
    day, year = (second, first) if len(first) == 4 else (first, second)
    if len(year) not in (2, 4) or len(day) > 2:
        return _unreadable(text, context)
    full = int(year) if len(year) == 4 else _full_year(int(year), context.today)
    return _judged(full, month, int(day), text, context)


def _full_year(short: int, today: date) -> int:
    century = today.year - today.year % 100
    return century + short if century + short <= today.year else century - 100 + short


def _judged(year: int, month: int, day: int, text: str, context: Context) -> Converted:
    try:
        born = date(year, month, day)
    except ValueError:
        return _unreadable(text, context)
    if born > context.today:
        message = sentence("The date of birth “%(value)s” lies in the future.")
        if year - context.today.year in range(1, 58):
            message = sentence(
                "The date of birth “%(value)s” lies in the future. "
                "If it is a date of the Nepali calendar, write it in the international one."
            )
        return Converted(problem=Problem(context.field, "future", message, {"value": shown(text)}))
    if context.today.year - year > OLDEST:
        return Converted(
            problem=Problem(
                context.field,
                "too_old",
                "The date of birth “%(value)s” is more than %(years)s years ago.",
                {"value": shown(text), "years": OLDEST},
            )
        )
    return Converted(born)


def _unreadable(text: str, context: Context) -> Converted:
    return Converted(
        problem=Problem(
            context.field,
            "not_a_date",
            "“%(value)s” is not a date that can be read. Write it as year-month-day, for example 1990-12-31.",
            {"value": shown(text)},
        )
    )


def _turned(text: str, context: Context) -> Note:
    return Note(
        context.field,
        "order_turned",
        "“%(value)s” has day and month the other way round than the rest of the column.",
        {"value": shown(text)},
    )


def _year_only(text: str, context: Context) -> Note:
    return Note(
        context.field,
        "year_only",
        "“%(value)s” is a year without day and month, so no date of birth is set.",
        {"value": shown(text)},
    )


def date_order(cells: Iterable[str]) -> tuple[str, bool] | None:
    """In which order a column writes its dates: ("DMY", True) when a value proves it, ("DMY", False) when
    every value could be read both ways or values contradict each other, None when fewer than half are
    dates."""
    census = DateCensus()
    for cell in cells:
        census.see(cell)
    return census.verdict()


class DateCensus:
    """Counts, over a column, what its values prove about the order of day and month."""

    __slots__ = ("day_first", "either", "filled", "month_first", "year_first")

    def __init__(self) -> None:
        self.filled = self.day_first = self.month_first = self.year_first = self.either = 0

    def see(self, cell: str) -> None:
        """Take one more cell into account."""
        if not cell or cell.isspace():
            return
        self.filled += 1
        text = ascii_digits(cell.strip())
        if match := _PARTS.fullmatch(text):
            first, second = int(match.group(1)), int(match.group(2))
            if first > 31:
                self.year_first += 1
            elif first > 12:
                self.day_first += 1
            elif second > 12:
                self.month_first += 1
            else:
                self.either += 1
        elif _ISO.fullmatch(text):
            self.year_first += 1

    def verdict(self) -> tuple[str, bool] | None:
        """The order and whether it is certain; None when the column does not look like dates."""
        dated = self.day_first + self.month_first + self.year_first + self.either
        if not dated or dated * 2 < self.filled:
            return None
        if self.day_first and self.month_first:
            return ("DMY" if self.day_first >= self.month_first else "MDY"), False
        if self.day_first or self.month_first:
            return ("DMY" if self.day_first else "MDY"), True
        if self.year_first:
            return ("YMD", True) if not self.either else ("DMY", False)
        return "DMY", False
