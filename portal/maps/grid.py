"""The map's grid: cells between whole multiples of a size, so that larger cells are made of smaller ones.

Sizes and sides are whole millionths of a degree here, as in `beneficiaries.queries.places`; towards the outside a cell
is an `Area` in degrees.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.beneficiaries.queries.places import HALF_TURN, MILLION, Area

SIZES = tuple(
    int(MILLION * degrees)
    for degrees in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
)
"""Each divides 30 degrees. The smallest is a hundred metres."""
COARSEST = SIZES[-1]
LEAST_COARSE = 20_000
"""The least size for who may not know exact places: two kilometres, whose sides are hundredths of a degree."""
OVERVIEW = 100_000
"""The size at which people are counted where no area is named."""
SMALL = 5
"""Fewer people than these in one cell could be told apart by who knows the place."""
MOST = 60
"""How many cells a page shows, at most, where larger ones can be had."""

Counts = Mapping[tuple[int, int], int]
"""People by the row and column of their cell: row 0 begins at the equator, column 0 at Greenwich."""


@dataclass(frozen=True)
class Cell:
    """People in an area."""

    area: Area
    people: int


@dataclass(frozen=True)
class Grid:
    """What a map shows: the cells, most people first, and who is in none of them."""

    cells: tuple[Cell, ...] = ()
    unplaced: int = 0
    """People without coordinates."""
    few: int = 0
    """People in cells that are not told, since there are fewer than `SMALL` in each."""
    few_cells: int = 0

    @property
    def people(self) -> int:
        """Everybody that was counted."""
        return sum(cell.people for cell in self.cells) + self.few + self.unplaced


def size_for(area: Area, across: int, *, exact: bool) -> int:
    """The least size of which about `across` cells lie side by side along the longer side of an area."""
    width = (area.east - area.west) % 360 or 360
    longer = max(width, area.north - area.south) * MILLION
    least = SIZES[0] if exact else LEAST_COARSE
    return next((size for size in SIZES if size >= least and size * across >= longer), COARSEST)


def view_from(typed: str) -> Area | None:
    """The part of the map that a browser shows, "south,west,north,east"; None where it names none.

    A map goes round and round, so its sides may lie beyond 180 degrees, and it ends above and below the poles.
    """
    try:
        south, west, north, east = (float(number) for number in typed.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (south, west, north, east))) or not south < north or not west < east:
        return None
    south, north = max(south, -90.0), min(north, 90.0)
    if south >= north:
        return None
    if east - west >= 360:
        return Area(south, -180.0, north, 180.0)
    return Area(south, (west + 180) % 360 - 180, north, (east + 180) % 360 - 180)


def whole_cells(view: Area, size: int) -> Area:
    """The view, widened to whole cells: a cell cut by its side would seem to hold fewer people."""
    side = size / MILLION
    south, west = math.floor(view.south / side), math.floor(view.west / side)
    north, east = math.ceil(view.north / side), math.ceil((view.east + 360 * (view.east <= view.west)) / side)
    upright = max(south * size / MILLION, -90.0), min(north * size / MILLION, 90.0)
    if (east - west) * size >= 2 * HALF_TURN:
        return Area(upright[0], -180.0, upright[1], 180.0)
    turned = east * size - 2 * HALF_TURN * (east * size > HALF_TURN)
    return Area(upright[0], west * size / MILLION, upright[1], turned / MILLION)


def around_earth(counts: Iterable[tuple[int, int, int]], size: int) -> Counter[tuple[int, int]]:
    """The counts with 180 degrees east where 180 west is, and the pole in the last row before it."""
    last_row, turn = HALF_TURN // 2 // size - 1, 2 * HALF_TURN // size
    found: Counter[tuple[int, int]] = Counter()
    for row, column, people in counts:
        found[min(row, last_row), column - turn if column >= turn // 2 else column] += people
    return found


def merged(counts: Counts, size: int, most: int = MOST) -> tuple[Counts, int]:
    """The counts in cells so large that they are at most `most`, and the size of these."""
    for larger in (one for one in SIZES if one >= size and one % size == 0):
        found: Counter[tuple[int, int]] = Counter()
        for (row, column), people in counts.items():
            found[row * size // larger, column * size // larger] += people
        if len(found) <= most or larger == COARSEST:
            return found, larger
    return counts, size


def grid_of(counts: Counts, size: int, unplaced: int, *, exact: bool) -> Grid:
    """The cells as a map shows them: without those of fewer than `SMALL` people for who may not know exact places."""
    hidden = 0 if exact else SMALL
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    few = [people for _, people in ordered if people < hidden]
    cells = (Cell(_area(row, column, size), people) for (row, column), people in ordered if people >= hidden)
    return Grid(tuple(cells), unplaced, sum(few), len(few))


def _area(row: int, column: int, size: int) -> Area:
    south, west = row * size, column * size
    north = min(south + size, HALF_TURN // 2)
    return Area(
        max(south, -HALF_TURN // 2) / MILLION, west / MILLION, north / MILLION, (west + size) / MILLION
    )


def extent(areas: Iterable[Area]) -> Area | None:
    """The least area around all of them; across the 180th meridian where that is the shorter way."""
    areas = sorted(areas, key=lambda area: area.west)
    if not areas:
        return None
    gaps = []
    reached = areas[0].east
    for area in areas[1:]:
        gaps.append((area.west - reached, area.west, reached))
        reached = max(reached, area.east)
    gaps.append((areas[0].west + 360 - reached, areas[0].west, reached))
    _, west, east = max(gaps)
    return Area(min(area.south for area in areas), west, max(area.north for area in areas), east)
