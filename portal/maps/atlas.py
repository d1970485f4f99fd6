"""The shapes of countries: Natural Earth's, as the install brings them in TopoJSON, decoded to GeoJSON.

TopoJSON keeps each border once, as an arc of small steps between whole numbers; a country is a list of arcs, and one
with a negative number (its complement) runs backwards. There are two files of different detail: of many countries the
finer one would be too much to send.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

from babel.core import get_global

from portal.beneficiaries.queries.places import Area
from portal.core.places import third_party_assets

FINE, COARSE = "countries-50m.json", "countries-110m.json"
MOST_POINTS = 8_800
"""Of how many points the finer shapes are sent: some 36 KiB once compressed."""
DECIMALS = {FINE: 2, COARSE: 1}
"""Of a degree, in what is sent: a kilometre, and ten on a map of the world."""

Point = tuple[float, float]
"""Degrees east and north, in the order of GeoJSON."""
Polygon = list[list[Point]]
"""The outer ring, then its holes."""


@dataclass(frozen=True)
class Land:
    """A connected piece of a country, with the least area around it. What lies across the 180th meridian
    goes on to more than 180 degrees."""

    rings: Polygon
    around: Area


def _file(name: str) -> Path:
    assets = third_party_assets()
    if assets is None:
        raise FileNotFoundError("The shapes of countries are missing. `make setup` brings them.")
    return assets / "world-atlas" / name


def decode(topology: dict[str, Any]) -> Iterator[list[Polygon]]:
    """The countries of a TopoJSON topology, each as its polygons in degrees."""
    (scale_x, scale_y), (from_x, from_y) = (topology["transform"][part] for part in ("scale", "translate"))

    @cache
    def arc_at(index: int) -> list[Point]:
        steps = topology["arcs"][index]
        across, up = accumulate(step[0] for step in steps), accumulate(step[1] for step in steps)
        return [(x * scale_x + from_x, y * scale_y + from_y) for x, y in zip(across, up, strict=True)]

    def ring(indices: Sequence[int]) -> list[Point]:
        points: list[Point] = []
        for index in indices:
            arc = arc_at(index) if index >= 0 else arc_at(~index)[::-1]
            points += arc[1:] if points else arc
        return points

    for country in topology["objects"]["countries"]["geometries"]:
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        yield [[ring(indices) for indices in rings] for rings in parts]


@lru_cache(2)
def _lands(name: str) -> list[Land]:
    """All pieces of land of one of the files, rounded as they are sent."""
    topology = json.loads(_file(name).read_bytes())
    found = []
    for country in decode(topology):
        for polygon in country:
            rounded = (_unbroken(_rounded(ring, DECIMALS[name])) for ring in polygon)
            rings = [one for one in rounded if len(one) > 3]
            if rings:
                found.append(Land(rings, _around(rings[0])))
    return found


def _rounded(ring: Sequence[Point], decimals: int) -> list[Point]:
    points: list[Point] = []
    for x, y in ring:
        point = round(x, decimals), round(y, decimals)
        if not points or point != points[-1]:
            points.append(point)
    return points


def _unbroken(ring: list[Point]) -> list[Point]:
    """A ring across the 180th meridian goes on beyond it, to more than 180 degrees; one around a pole is left alone."""
    turned: list[Point] = []
    for x, y in ring:
        turns = round((turned[-1][0] - x) / 360) if turned else 0
        turned.append((round(x + 360 * turns, 6), y))
    return turned if turned[0] == turned[-1] else ring


def lands_in(view: Area) -> list[Land]:
    """The pieces of land that a view touches: in detail where these are few, else coarsely."""
    fine = [land for land in _lands(FINE) if _touch(land.around, view)]
    if sum(len(ring) for land in fine for ring in land.rings) <= MOST_POINTS:
        return fine
    return [land for land in _lands(COARSE) if _touch(land.around, view)]


def _touch(one: Area, view: Area) -> bool:
    if one.south > view.north or one.north < view.south:
        return False
    east = view.east if view.west < view.east else view.east + 360
    return any(one.west + turn <= east and one.east + turn >= view.west for turn in (-360, 0, 360))


@lru_cache(128)
def geojson(view: Area) -> bytes:
    """The same as one GeoJSON geometry."""
    shape = {"type": "MultiPolygon", "coordinates": [land.rings for land in lands_in(view)]}
    return json.dumps(shape, separators=(",", ":")).encode()


@lru_cache(8)
def country(region: str) -> Area | None:
    """The least area around the largest piece of a country, given by its two letters; None for one that is not here.

    The file has countries by their numbers in ISO 3166-1; the numbers of all countries are among what Babel knows.
    """
    numbers = get_global("territory_aliases")
    topology = json.loads(_file(FINE).read_bytes())
    shapes = topology["objects"]["countries"]
    shapes["geometries"] = [
        one for one in shapes["geometries"] if numbers.get(one.get("id", "")) == [region.upper()]
    ]
    boxes = [_around(polygon[0]) for polygons in decode(topology) for polygon in polygons]
    return max(boxes, key=lambda box: (box.north - box.south) * (box.east - box.west), default=None)


def _around(ring: Sequence[Point]) -> Area:
    east, north = ([point[side] for point in ring] for side in (0, 1))
    return Area(min(north), min(east), max(north), max(east))


@lru_cache(1)
def edition() -> str:
    """A name for the shapes as they are installed: others have another."""
    return sha256(_file(FINE).read_bytes() + _file(COARSE).read_bytes()).hexdigest()[:12]
