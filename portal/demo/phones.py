"""Phone numbers that are well-formed and that no subscriber has.

In North America the exchange 555 is kept free of subscribers, its lines 0100 to 0199 for fiction. So the
demo's people get those, and a crowd the rest of the exchange, in every area code.
"""

from functools import cache

FICTION = 100
"""Lines in an area that are kept for fiction."""

CROWD_FIRST, CROWD_LINES = 200, 9_800
"""First line and number of lines in an area for crowds."""

SCATTER = 7_919
"""A prime, so that neighbours do not get neighbouring lines and yet no two the same."""


@cache
def areas() -> tuple[int, ...]:
    """The geographic area codes in which such a number counts as valid."""
    from phonenumbers import PhoneNumberType, is_valid_number, number_type, parse

    numbers = ((area, parse(f"+1{area}5550123")) for area in range(201, 990))
    return tuple(
        area
        for area, number in numbers
        if is_valid_number(number) and number_type(number) == PhoneNumberType.FIXED_LINE_OR_MOBILE
    )


def fictitious(number: int) -> str:
    """The phone of person `number` of the demo (from 0), in E.164. Raises IndexError beyond the last."""
    line, area = divmod(number, len(areas()))
    if line >= FICTION:
        raise IndexError("there are no more fictitious numbers")
    return f"+1{areas()[area]}55501{line * SCATTER % FICTION:02d}"


def capacity() -> int:
    """How many phones there are for crowds."""
    return len(areas()) * CROWD_LINES
