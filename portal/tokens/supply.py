"""How much of a token there is: kept in its smallest unit, typed and read in whole tokens.

A uint256 has more digits than decimal arithmetic keeps by itself, so all of this is done on whole numbers and text.
"""

import re
from decimal import Decimal

from portal.core.errors import Refusal
from portal.core.values.text import ascii_digits

MOST_UNITS = 2**256 - 1
MOST_DECIMALS = 77
"""The smallest unit of a token that has more would not fit into one."""
_FIGURES = re.compile(r"(\d{1,78})(?:\.(\d{1,77}))?")


def units_of(typed: str, decimals: int) -> int:
    """The smallest units in an amount of whole tokens: "1.5" of a token with 18 decimals is 15 and 17 noughts.

    Raises Refusal at `initial_supply` for what is no amount, is finer than the token divides, or is no uint256.
    """
    figures = _FIGURES.fullmatch(ascii_digits(typed.strip()).replace("٫", "."))
    if figures is None:
        raise Refusal(
            "Write the supply in figures, without separators and with a point before decimals: 1000000.5.",
            "initial_supply",
        )
    whole, part = figures[1], (figures[2] or "").rstrip("0")
    if len(part) > decimals:
        raise Refusal(
            "The supply has more decimals than the token, which has %(decimals)s.",
            "initial_supply",
            decimals=decimals,
        )
    units = int(whole + part.ljust(decimals, "0"))
    if units > MOST_UNITS:
        raise Refusal("No contract holds a supply as large as that.", "initial_supply")
    return units


def in_tokens(units: int | Decimal, decimals: int) -> str:
    """An amount of smallest units as it is typed: whole tokens, a point, and no noughts at the end."""
    digits = str(int(units)).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:].rstrip("0")) if decimals else (digits, "")
    return f"{whole}.{part}" if part else whole
