"""Where people are on the map: how exactly a reader may know it, and who is within an area.

All that asks for a place compares whole millionths of a degree (some 10 cm), so that the list, the map and an export
put somebody on the same side of a line. Who may not locate people gets hundredths (about a kilometre): what they are
shown, what they filter by and what the map counts are then the same rounded places, and asking for ever smaller
areas tells nothing more.
"""

import math
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Double, SQLColumnExpression, and_, func, literal_column, or_

from portal.beneficiaries.models import Beneficiary

MILLION = 1_000_000
HALF_TURN = 180 * MILLION
HUNDRED: ColumnElement[float] = literal_column("100.0::float8", Double)
"""In the text of a statement, with its type: numeric would be exact where nothing is, and ten times as slow."""
MARGIN = 0.01
"""Degrees by which rounding may move a place, at most."""


class Area(NamedTuple):
    """A part of the map, in degrees: from `south` up to `north` and from `west` on to `east`.

    South and west are within, north and east are not, but for the pole. Where west is not less than east, the area
    goes across the 180th meridian.
    """

    south: float
    west: float
    north: float
    east: float

    def __str__(self) -> str:
        """As it stands in an address: "27.5,85,28,85.5"."""
        return ",".join(f"{side:.6f}".rstrip("0").rstrip(".") for side in self)


def read_area(typed: str) -> Area | None:
    """The area that four numbers between commas name; None where they name none."""
    try:
        sides = [float(number) for number in typed.split(",")]
    except ValueError:
        return None
    if len(sides) != 4 or not all(map(math.isfinite, sides)):
        return None
    area = Area(*(round(side, 6) + 0.0 for side in sides))
    upright = -90 <= area.south < area.north <= 90
    around = all(-180 <= side <= 180 for side in (area.west, area.east)) and area.west != area.east
    return area if upright and around else None


def coarse(degrees: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """A coordinate in hundredths of a degree: for who may not know it better."""
    return func.round(degrees * HUNDRED, type_=Double).op("/")(HUNDRED)


def millionths(degrees: SQLColumnExpression[Any], *, exact: bool) -> ColumnElement[Any]:
    """A coordinate as a whole number of millionths of a degree, as exactly as the reader may know it."""
    if exact:
        return func.round(degrees * literal_column(f"{MILLION}::float8", Double), type_=Double)
    return func.round(degrees * HUNDRED, type_=Double) * literal_column(f"{MILLION // 100}::float8", Double)


def within(area: Area, *, exact: bool) -> ColumnElement[bool]:
    """People in an area, by their places as exactly as the reader may know them.

    The sides are said twice: as they are stored, a little wider, for the index; and as they are compared.
    """
    south, west, north, east = (round(side * MILLION) for side in area)
    up = millionths(Beneficiary.latitude, exact=exact)
    along = millionths(Beneficiary.longitude, exact=exact)
    conditions = [
        Beneficiary.latitude.between(area.south - MARGIN, area.north + MARGIN),
        up >= south,
        up <= north if area.north == 90 else up < north,
    ]
    if west >= east:
        conditions.append(or_(along >= west, along < east))
    elif west == -HALF_TURN:  # where 180 degrees east is also
        conditions.append(or_(along < east, along >= HALF_TURN))
    else:
        conditions += [
            Beneficiary.longitude.between(area.west - MARGIN, area.east + MARGIN),
            along >= west,
            along < east,
        ]
    return and_(*conditions)
