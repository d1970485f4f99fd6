"""Amounts of money: exact from the first key to the last column, or refused.

A text that two readers could take for two amounts is no amount: "1,000" is a thousand to one of them and one to the
other. A single point is always the decimal sign; what else parts thousands or decimals may do so where the rest of
the number leaves no doubt.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_precision

from portal.core.errors import Refusal, sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Problem, shown
from portal.core.values.text import ascii_digits, clean, is_nothing

DECIMALS = 8
"""How many decimals an amount may have: as many as NUMERIC(28, 8) keeps."""
MOST = Decimal(10) ** 20
"""Amounts are below this."""
LONGEST = 60
"""Characters. What is longer is no amount that somebody typed."""

_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_DECIMAL_COMMA = re.compile(r"(\d+|\d{1,3}(?:[ '’]\d{3})+),(\d{1,2})")
_GROUPED = re.compile(
    r"\d{1,3}(?:,\d{2,3})*,\d{3}\.\d+"  # 1,500.00 and the lakhs of 1,50,000.00
    r"|\d{1,3}(?:,\d{2,3})+,\d{3}"  # 1,000,000
    r"|\d{1,3}(?:[ '’٬]\d{3})+(?:\.\d+)?"  # 1 000 000.50
)
_GROUPED_BY_POINTS = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})|(\d{1,3}(?:\.\d{3}){2,})")
_PARTING = re.compile(r"[, '’٬]")
_AMBIGUOUS = re.compile(r"\d+,\d{3,}")


def convert_amount(cell: str, context: Context) -> Converted:
    """An amount above nothing with at most eight decimals, as an exact Decimal: "1500.50", "12,5", "१२३", "1 500"."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    plain = _plain(ascii_digits(text).replace("٫", ".")) if len(text) <= LONGEST else None
    if plain is None:
        message = sentence(
            "“%(value)s” is not an amount. Write figures, with a point before the decimals: 1500.50."
        )
        if _AMBIGUOUS.fullmatch(ascii_digits(text)):
            message = sentence(
                "“%(value)s” can be read in two ways. Write thousands without a comma, and decimals after a point."
            )
        return _wrong(context, "not_an_amount", message, text)
    amount = Decimal(plain)
    if amount <= 0:
        return _wrong(context, "not_above_zero", sentence("An amount must be more than 0."), text)
    if amount >= MOST:
        return _wrong(context, "too_large", sentence("“%(value)s” is more than an amount can be."), text)
    if decimals_of(amount) > DECIMALS:
        message = sentence("“%(value)s” has more than eight decimals.")
        return _wrong(context, "too_fine", message, text)
    return Converted(amount)


def _plain(text: str) -> str | None:
    """The figures with nothing but a point between them; None for what is no number, or not surely one."""
    if _PLAIN.fullmatch(text):
        return text
    if match := _DECIMAL_COMMA.fullmatch(text):
        return f"{_PARTING.sub('', match[1])}.{match[2]}"
    if _GROUPED.fullmatch(text):
        return _PARTING.sub("", text)
    if match := _GROUPED_BY_POINTS.fullmatch(text):
        whole = (match[1] or match[3]).replace(".", "")
        return f"{whole}.{match[2] or 0}"
    return None


def _wrong(context: Context, code: str, message: str, text: str) -> Converted:
    return Converted(problem=Problem(context.field, code, message, {"value": shown(text)}))


def read_amount(text: str, field: str = "amount") -> Decimal:
    """The amount that a text holds. Raises Refusal at `field` for what is none, and for an empty text."""
    read = convert_amount(text, Context(field))
    if read.problem is not None:
        raise Refusal(read.problem.message, field=field, **read.problem.params)
    if read.value is None:
        raise Refusal("Fill in an amount.", field=field)
    amount: Decimal = read.value
    return amount


def decimals_of(amount: Decimal) -> int:
    """How many decimals an amount really has: 1.50 has one."""
    return len(plain_amount(amount).partition(".")[2])


def plain_amount(amount: Decimal) -> str:
    """An amount as it is typed: figures and a point, no trailing noughts."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217 that are legal tender somewhere today."""
    return frozenset(
        code
        for used in get_global("territory_currencies").values()
        for code, _begin, end, tender in used
        if tender and end is None
    )


def decimals_in(currency: str) -> int:
    """How many decimals an amount in this currency may have: two of most, none of yen; eight of what is no currency."""
    return get_currency_precision(currency) if currency in currencies() else DECIMALS
