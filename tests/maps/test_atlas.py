"""Shapes of countries: decoded from TopoJSON, only those in view, and never heavy."""

import gzip
import json
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from portal.beneficiaries.queries.places import Area
from portal.maps.atlas import decode, edition, geojson, lands_in

NEPAL, WORLD = Area(25, 75, 35, 90), Area(-90, -180, 90, 180)


def test_countries_are_put_together_from_arcs_forwards_and_backwards() -> None:
    """Two squares that share a side: the second takes the shared arc backwards."""
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 2], [2, 0], [0, -2], [-2, 0]]],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "arcs": [[[2, 0]]]},
                ]
            }
        },
    }
    west, east = decode(topology)
    assert west == [[[(11, 20), (11, 21), (10, 21), (10, 20), (11, 20)]]]
    assert east == [[[(11, 21), (12, 21), (12, 20), (11, 20), (11, 21)]]]


def test_only_what_a_view_touches_is_sent() -> None:
    for land in lands_in(NEPAL):
        assert land.around.south <= NEPAL.north
        assert land.around.north >= NEPAL.south
        assert land.around.west <= NEPAL.east
        assert land.around.east >= NEPAL.west
    assert 0 < len(lands_in(NEPAL)) < len(lands_in(WORLD)) / 5


def test_every_ring_is_closed_and_none_jumps_at_the_180th_meridian() -> None:
    for land in lands_in(WORLD):
        for ring in land.rings:
            assert ring[0] == ring[-1]
            around_the_pole = min(y for _, y in ring) < -80
            assert around_the_pole or all(abs(a[0] - b[0]) < 180 for a, b in pairwise(ring))


def test_a_view_across_the_180th_meridian_has_land_on_both_sides() -> None:
    across = lands_in(Area(60, 175, 72, -175))
    assert any(land.around.west < -180 or land.around.east > 180 for land in across), "Chukotka"
    assert lands_in(Area(-20, 175, -15, -175)), "Fiji"


@pytest.mark.parametrize("view", [NEPAL, WORLD, Area(35, -15, 70, 45), Area(-55, -120, 60, -30)])
def test_shapes_weigh_at_most_40_kib_on_their_way(view: Area) -> None:
    assert len(gzip.compress(geojson(view), 5)) <= 40 * 1024


def test_shapes_are_geojson_that_browsers_keep(client: FlaskClient) -> None:
    answer = client.get(
        f"/beneficiaries/map/shapes/{edition()}?view=26.3,80,30.1,88.2", headers={"Accept-Encoding": "gzip"}
    )
    shape = json.loads(gzip.decompress(answer.data))
    assert shape["type"] == "MultiPolygon"
    assert all(len(point) == 2 for polygon in shape["coordinates"] for ring in polygon for point in ring)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"/beneficiaries/map/shapes/{edition()}?view=x").status_code == 404
