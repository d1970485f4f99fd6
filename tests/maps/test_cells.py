"""The map's figures: everybody whom the filter finds, once, and nothing that the list would not tell."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import count_people
from portal.beneficiaries.queries.places import Area
from portal.core.abilities import Ability, Rule
from portal.core.enums import Gender
from portal.maps.grid import Grid
from portal.maps.queries import closer, overview
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.reading import EVERYTHING, MASKED
from tests.factories import add_beneficiary, add_project

pytestmark = pytest.mark.database

READS = [Rule("read", "Beneficiary"), Rule("read", "BeneficiaryPii")]
FINER, ICONS = re.compile(r"\d\.\d{3,}"), re.compile(r"<svg.*?</svg>", re.DOTALL)
PLACES = [
    *[(27.7 + at / 10_000, 85.3 + at / 7_000) for at in range(20)],
    *[(26.45 + at / 3_000, 87.28) for at in range(6)],
    (28.2, 83.99),
    (-17.7, 180.0),
    (-17.7, -180.0),
    (-17.71, 179.95),
    (0.0, 0.0),
    (90.0, 12.0),
]


@pytest.fixture
def people(session: Session) -> dict[str, Any]:
    """Twenty in a town, six in another, some alone at the world's edges, three nowhere; every second a woman."""
    north = add_project(session, "North")
    for number, (latitude, longitude) in enumerate(PLACES):
        add_beneficiary(
            session,
            gender="FEMALE" if number % 2 else "MALE",
            latitude=latitude,
            longitude=longitude,
            projects=[north] if number < 8 else [],
        )
    for _ in range(3):
        add_beneficiary(session, gender="FEMALE")
    add_beneficiary(session, latitude=27.7)
    add_beneficiary(session, latitude=27.7, longitude=85.3, deleted_at=north.created_at)
    session.commit()
    return {"north": north.uuid}


def limited(north: Any, *more: Rule) -> Ability:
    return Ability([Rule("read", "Beneficiary", conditions={"projectId": str(north)}), *more])


def agrees(session: Session, grid: Grid, chosen: PeopleFilter, ability: Ability) -> None:
    """Each cell holds as many as the list that its link leads to."""
    for cell in grid.cells:
        inside = PeopleFilter(gender=chosen.gender, area=cell.area)
        assert count_people(session, inside, ability).number == cell.people, cell


@pytest.mark.parametrize(
    "chosen",
    [PeopleFilter(), PeopleFilter(gender=(Gender.FEMALE,)), PeopleFilter(area=(26.0, 80.0, 30.0, 90.0))],
)
@pytest.mark.parametrize("ability", [EVERYTHING, MASKED, Ability(READS)], ids=["exact", "masked", "coarse"])
def test_cells_hold_everybody_whom_the_filter_finds_as_the_list_counts_them(
    session: Session, people: dict[str, Any], chosen: PeopleFilter, ability: Ability
) -> None:
    grid = overview(session, chosen, ability)
    assert grid.people == count_people(session, chosen, ability).number > 0
    agrees(session, grid, chosen, ability)
    assert grid.unplaced == (0 if chosen.area else 3 if chosen.gender else 4)


def test_C4_a_role_for_one_project_counts_its_people_on_the_map_alone(
    session: Session, people: dict[str, Any]
) -> None:
    grid = overview(session, PeopleFilter(), limited(people["north"], Rule("locate", "BeneficiaryPii")))
    assert grid.people == 8
    assert overview(session, PeopleFilter(), Ability([])).people == 0


def test_a_view_counts_who_is_in_its_cells_at_any_depth(session: Session, people: dict[str, Any]) -> None:
    for view, expected in ((Area(27, 85, 28, 86), 20), (Area(27.699, 85.299, 27.703, 85.304), 20)):
        grid = closer(session, PeopleFilter(), EVERYTHING, view, 8)
        assert 0 < sum(cell.people for cell in grid.cells) <= expected
        agrees(session, grid, PeopleFilter(), EVERYTHING)
    deep = closer(session, PeopleFilter(), EVERYTHING, Area(27.699, 85.299, 27.703, 85.304), 8)
    assert min(cell.area.north - cell.area.south for cell in deep.cells) == pytest.approx(0.001)


def test_who_lives_on_both_sides_of_the_180th_meridian_is_found_in_one_view(
    session: Session, people: dict[str, Any]
) -> None:
    grid = closer(session, PeopleFilter(), EVERYTHING, Area(-20, 175, -15, -175), 8)
    assert sum(cell.people for cell in grid.cells) == 3
    assert {cell.area.west < 0 for cell in grid.cells} == {True, False}
    agrees(session, grid, PeopleFilter(), EVERYTHING)


def test_F8_a_coarse_role_gets_no_finer_number_and_no_small_cell_anywhere(
    session: Session, signed_in_as: SignedInAs, people: dict[str, Any]
) -> None:
    coarse = signed_in_as(*READS, Rule("export", "Beneficiary"))
    asked = [
        coarse.get("/beneficiaries/map").text,
        coarse.get("/beneficiaries/map?area=27.6,85.2,27.8,85.4").text,
        coarse.get("/beneficiaries/map/cells").text,
        coarse.get("/beneficiaries/map/cells?view=27.699,85.299,27.703,85.304&across=24").text,
        coarse.post(
            "/beneficiaries/export",
            data={"format": "csv", "columns": ["latitude", "longitude"], "purpose": "Reporting"},
            buffered=True,
        ).text,
    ]
    for answer in asked:
        assert FINER.findall(ICONS.sub("", answer.split("<main")[-1])) == []
    cells = json.loads(asked[2])["cells"]
    assert [cell["people"] for cell in cells] == [20, 6]
    assert "places of fewer than 5" in json.loads(asked[2])["said"]
    assert "6 people are in areas that are not shown" in asked[0]


def test_F8_who_may_locate_people_gets_all_cells_down_to_a_hundred_metres(
    manager: FlaskClient, people: dict[str, Any]
) -> None:
    answer = manager.get("/beneficiaries/map/cells?view=27.699,85.299,27.703,85.304&across=8").get_json()
    assert answer["cells"]
    assert FINER.search(json.dumps(answer))
    assert sum(cell["people"] for cell in manager.get("/beneficiaries/map/cells").get_json()["cells"]) == len(
        PLACES
    )


def test_the_figures_name_nobody(manager: FlaskClient, people: dict[str, Any]) -> None:
    told = manager.get("/beneficiaries/map/cells?gender=FEMALE").get_json()
    assert set(told) == {"cells", "said"}
    assert {name for cell in told["cells"] for name in cell} == {
        "area",
        "people",
        "short",
        "said",
        "where",
        "name",
        "list",
    }
    assert all("gender=FEMALE" in cell["list"] for cell in told["cells"])
    assert "Sita" not in json.dumps(told)


@pytest.mark.parametrize(
    "query", ["view=x", "view=1,2,3", "view=2,2,1,3", "area=x", "age_from=x", "view=nan,1,2,3"]
)
def test_D10_figures_of_what_cannot_be_asked_are_refused(manager: FlaskClient, query: str) -> None:
    assert manager.get(f"/beneficiaries/map/cells?{query}").status_code == 422


@pytest.mark.parametrize("across", ["0", "-3", "1000000", "x", ""])
def test_D10_how_many_cells_are_asked_for_is_held_within_limits(
    manager: FlaskClient, people: dict[str, Any], across: str
) -> None:
    answer = manager.get(f"/beneficiaries/map/cells?view=27,85,28,86&across={across}")
    assert answer.status_code == 200
    assert len(answer.get_json()["cells"]) <= 26 * 26


def test_a_view_takes_one_statement_beside_knowing_who_asks(
    manager: FlaskClient, people: dict[str, Any]
) -> None:
    with statements() as sent:
        manager.get("/beneficiaries/map/cells?view=27,85,28,86")
    assert len([one for one in sent if "tbl_beneficiaries" in one]) == 1
