"""The grid: larger cells are made of smaller ones, nobody is lost on the way, and it goes round the earth."""

from random import Random

import pytest

from portal.beneficiaries.queries.places import HALF_TURN, Area
from portal.maps.grid import (
    COARSEST,
    LEAST_COARSE,
    MOST,
    SIZES,
    around_earth,
    extent,
    grid_of,
    merged,
    size_for,
    view_from,
    whole_cells,
)


def crowd(seed: int) -> dict[tuple[int, int], int]:
    """People in up to two hundred cells, far apart or near each other."""
    chance = Random(seed)
    spread = chance.choice([5, 50, 900])
    return {
        (chance.randrange(-spread, spread), chance.randrange(-2 * spread, 2 * spread)): chance.randint(1, 99)
        for _ in range(chance.randrange(200))
    }


@pytest.mark.parametrize("seed", range(30))
def test_larger_cells_hold_everybody_and_are_few_enough(seed: int) -> None:
    counts = crowd(seed)
    found, size = merged(counts, 100_000)
    assert sum(found.values()) == sum(counts.values())
    assert len(found) <= MOST or size == COARSEST
    assert size in SIZES


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_a_grid_accounts_for_everybody(seed: int, exact: bool) -> None:
    counts = crowd(seed)
    grid = grid_of(counts, 100_000, 7, exact=exact)
    assert grid.people == sum(counts.values()) + 7
    assert exact is False or grid.few == grid.few_cells == 0


def test_F8_cells_of_fewer_than_five_are_told_only_to_who_may_locate_people() -> None:
    counts = {(0, 0): 4, (0, 1): 5, (1, 0): 1}
    coarse, exact = (grid_of(counts, 100_000, 0, exact=known) for known in (False, True))
    assert [cell.people for cell in exact.cells] == [5, 4, 1]
    assert [cell.people for cell in coarse.cells] == [5]
    assert (coarse.few, coarse.few_cells) == (5, 2)


def test_cells_are_areas_in_degrees_that_meet() -> None:
    west, east = grid_of({(277, 853): 9, (277, 854): 8}, 100_000, 0, exact=True).cells
    assert west.area == (27.7, 85.3, 27.8, 85.4)
    assert east.area == (27.7, 85.4, 27.8, 85.5)


def test_the_180th_meridian_and_the_pole_are_in_one_cell_each() -> None:
    size = 30_000_000
    edge = HALF_TURN // size
    assert around_earth([(0, edge, 2), (0, -edge, 3)], size) == {(0, -edge): 5}
    assert around_earth([(3, 0, 2), (2, 0, 3)], size) == {(2, 0): 5}


@pytest.mark.parametrize(
    ("areas", "around"),
    [
        ([Area(27, 85, 28, 86), Area(26, 87, 27, 88)], Area(26, 85, 28, 88)),
        ([Area(-18, 179, -17, 180), Area(-17, -180, -16, -179)], Area(-18, 179, -16, -179)),
        ([Area(0, -180, 10, -170), Area(0, -10, 10, 0), Area(0, 150, 10, 160)], Area(0, -10, 10, -170)),
        ([], None),
    ],
)
def test_what_is_around_people_goes_the_shorter_way(areas: list[Area], around: Area | None) -> None:
    assert extent(areas) == around


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        ("26,80,30,88", Area(26, 80, 30, 88)),
        ("-20,175,-15,185", Area(-20, 175, -15, -175)),
        ("-20,-190,-15,-170", Area(-20, 170, -15, -170)),
        ("-95,-200,95,300", Area(-90, -180, 90, 180)),
        ("26,80,30", None),
        ("26,80,26,88", None),
        ("26,80,nan,88", None),
        ("91,80,95,88", None),
        ("x", None),
    ],
)
def test_a_view_is_understood_wherever_the_map_was_turned_to(view: str, seen: Area | None) -> None:
    assert view_from(view) == seen


def test_a_view_is_widened_to_whole_cells() -> None:
    assert whole_cells(Area(26.1, 80.1, 29.9, 87.9), 1_000_000) == Area(26, 80, 30, 88)
    assert whole_cells(Area(-89.5, 179.5, 89.5, -179.5), 2_000_000) == Area(-90, 178, 90, -178)
    assert whole_cells(Area(-10, -179, 10, 179), 30_000_000) == Area(-30, -180, 30, 180)


@pytest.mark.parametrize(
    ("view", "exact"), [(Area(27, 85, 27.001, 85.001), True), (Area(27, 85, 28, 86), True)]
)
def test_cells_grow_with_what_is_seen(view: Area, exact: bool) -> None:
    size = size_for(view, 10, exact=exact)
    assert size * 10 >= (view.east - view.west) * 1_000_000
    assert size in SIZES


def test_F8_no_cell_is_smaller_than_two_kilometres_for_who_may_not_locate_people() -> None:
    assert size_for(Area(27, 85, 27.001, 85.001), 10, exact=False) == LEAST_COARSE
