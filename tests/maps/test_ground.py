"""What the module of maps offers to forms in which a place is picked."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.maps.atlas import country
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary

pytestmark = pytest.mark.database


def test_a_form_with_a_place_knows_where_the_shapes_are_and_the_country_to_begin_with(
    manager: FlaskClient,
) -> None:
    page = manager.get("/beneficiaries/new").text
    shapes, around = (re.search(f'data-{name}="([^"]+)"', page) for name in ("shapes", "around"))
    assert shapes
    assert around
    south, west, north, east = map(float, around[1].split(","))
    assert (round(south), round(west), round(north), round(east)) == (26, 80, 30, 88)
    assert manager.get(unescape(shapes[1]) + "?view=26,80,31,89").status_code == 200


def test_who_may_not_locate_people_gets_neither_map_nor_figures_to_edit(
    session: Session, manager: FlaskClient, signed_in_as: SignedInAs
) -> None:
    path = f"/beneficiaries/{add_beneficiary(session, 'Sita', latitude=27.5, longitude=85.5).uuid}/edit"
    session.commit()
    assert "data-place " in manager.get(path).text
    page = signed_in_as(Rule("read", "Beneficiary"), Rule("update", "Beneficiary")).get(path).text
    assert "Where they live" in page
    assert "data-place " not in page


@pytest.mark.parametrize(
    ("region", "inside"),
    [("np", (27.7, 85.3)), ("US", (39.0, -98.0)), ("FR", (48.9, 2.3)), ("MV", (4.2, 73.5))],
)
def test_a_country_is_found_by_its_letters_without_what_lies_far_from_it(
    region: str, inside: tuple[float, float]
) -> None:
    box = country(region)
    assert box
    assert box.south < inside[0] < box.north
    assert box.west < inside[1] < box.east
    assert box.east - box.west < 60


def test_a_country_that_is_not_on_the_map_has_no_area() -> None:
    assert country("XX") is None
