"""The map as a picture, for browsers without JavaScript: an SVG that stands alone, with shapes and circles.

A degree of longitude is drawn as long as it is in the middle of the picture, as on a map of one country. Colours are
ones that can be told apart on light and dark alike, since a picture in an `img` knows nothing of the page's theme.
"""

import math
from collections.abc import Iterator, Sequence

from portal.beneficiaries.queries.places import Area
from portal.maps.atlas import Point, lands_in
from portal.maps.grid import Cell
from portal.web.filters import in_digits

WIDTH, HIGHEST = 960, 720
"""Of the picture, in its own units; the page scales it."""
LARGEST, LEAST = 34, 7
"""Radius of the circle of the most people, and the least of any."""
WORDY = 17
"""Radius from which a number fits into its circle."""
LAND, BORDER, PEOPLE = "#8d979b", "#5c676b", "#0b6375"


def margins(area: Area) -> Area:
    """An area with some land around it, at least three degrees, on which one knows one's way."""
    width = (area.east - area.west) % 360 or 360.0
    more = max(3.0, width / 6)
    south, north = max(area.south - more, -90.0), min(area.north + more, 90.0)
    if width + 2 * more >= 360:
        return Area(south, -180.0, north, 180.0)
    return Area(south, _turned(area.west - more), north, _turned(area.east + more))


def draw(view: Area, cells: Sequence[Cell]) -> str:
    """The picture of a view, with a circle for each cell whose area grows with the people in it."""
    paper = _Paper(view)
    most = max((cell.people for cell in cells), default=1)
    circles = "".join(_circle(paper, cell, most) for cell in cells)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {paper.width} {paper.height}">'
        f'<path d="{"".join(_lines(paper))}" fill="{LAND}" fill-opacity=".35" fill-rule="evenodd" stroke="{BORDER}"/>'
        f'<g fill="{PEOPLE}" stroke="#fff" font-family="sans-serif" font-size="15" text-anchor="middle">{circles}</g>'
        "</svg>"
    )


class _Paper:
    """How degrees of a view become the picture's units."""

    def __init__(self, view: Area) -> None:
        self.view = view
        self.degrees = (view.east - view.west) % 360 or 360.0
        wide = max(0.2, math.cos(math.radians((view.south + view.north) / 2)))
        tall = (view.north - view.south) / (self.degrees * wide)
        self.width = round(min(WIDTH, HIGHEST / tall))
        self.height = round(self.width * tall)
        self._across = self.width / self.degrees
        self._up = self.height / (view.north - view.south)

    def at(self, east_of_west: float, north: float) -> tuple[float, float]:
        """Where a point is drawn, by its degrees from the view's western side."""
        return east_of_west * self._across, (self.view.north - north) * self._up


def _lines(paper: _Paper) -> Iterator[str]:
    """The outlines of all land; what lies on the other side of the 180th meridian is turned to this one."""
    west = paper.view.west
    for land in lands_in(paper.view):
        for turn in (-360, 0, 360):
            if land.around.west + turn <= west + paper.degrees and land.around.east + turn >= west:
                yield from (_line(paper, ring, turn - west) for ring in land.rings)


def _line(paper: _Paper, ring: Sequence[Point], shift: float) -> str:
    points = (paper.at(east + shift, north) for east, north in ring)
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


def _circle(paper: _Paper, cell: Cell, most: int) -> str:
    area = cell.area
    middle = area.west + ((area.east - area.west) % 360 or 360.0) / 2 - paper.view.west
    x, y = paper.at(middle % 360, (area.south + area.north) / 2)
    radius = max(LEAST, LARGEST * math.sqrt(cell.people / most))
    drawn = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill-opacity=".85"/>'
    if radius < WORDY:
        return drawn
    return (
        drawn
        + f'<text x="{x:.1f}" y="{y:.1f}" dy=".35em" fill="#fff" stroke="none">{_short(cell.people)}</text>'
    )


def _short(people: int) -> str:
    """A number in four characters at most, in the reader's digits."""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        if people >= unit:
            return in_digits(f"{people / unit:.1f}".removesuffix(".0")[:3].removesuffix(".")) + sign
    return in_digits(str(people))


def _turned(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
