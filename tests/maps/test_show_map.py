"""The map's page: the same figures as a table, with links into the list, and a picture where no script runs."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.web.tiles import origin_of
from tests.auth.people import statements
from tests.conftest import make_app
from tests.factories import add_beneficiary

pytestmark = pytest.mark.database

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture
def people(session: Session) -> None:
    """Three in one place, one far from them, two nowhere."""
    for name in ("Asha", "Bina", "Chandra"):
        add_beneficiary(session, name, latitude=27.71, longitude=85.32, gender="FEMALE")
    add_beneficiary(session, "Dil", latitude=28.21, longitude=83.99)
    add_beneficiary(session, "Esha")
    add_beneficiary(session, "Fula", gender="FEMALE")
    session.commit()


def test_the_page_is_a_table_of_areas_with_their_people_and_the_way_to_them(
    manager: FlaskClient, people: None
) -> None:
    page = manager.get("/beneficiaries/map").text
    assert "6 people, as the list is filtered now" in page
    assert "2 people have no coordinates" in page
    links = re.findall(r'<a class="row-link" href="([^"]+)"><bdi>([^<]+)</bdi>', page)
    assert [words for _, words in links] == ["27.7–27.8° N, 85.3–85.4° E", "28.2–28.3° N, 83.9–84° E"]
    listed = manager.get(links[0][0].replace("&amp;", "&")).text
    assert all(name in listed for name in ("Asha", "Bina", "Chandra"))
    assert "Dil" not in listed
    without = manager.get("/beneficiaries?placed=no").text
    assert "Esha" in without
    assert "Asha" not in without


def test_the_map_is_filtered_as_the_list_is_and_leads_back_to_it(manager: FlaskClient, people: None) -> None:
    page = manager.get("/beneficiaries/map?gender=FEMALE&sort=name").text
    assert "4 people, as the list is filtered now" in page
    assert "1 person has no coordinates" in page
    assert 'class="chip" href="/beneficiaries/map?sort=name"' in page
    assert 'href="/beneficiaries?gender=FEMALE&amp;sort=name"' in page
    assert 'data-cells="/beneficiaries/map/cells?gender=FEMALE"' in page
    listed = manager.get("/beneficiaries?gender=FEMALE").text
    assert 'href="/beneficiaries/map?gender=FEMALE"' in listed


def test_an_area_is_divided_until_its_cells_are_the_smallest(manager: FlaskClient, people: None) -> None:
    area = "27.7,85.3,27.8,85.4"
    page = manager.get(f"/beneficiaries/map?area={area}").text
    assert "27.71–27.72° N, 85.32–85.33° E" in page
    deepest = manager.get("/beneficiaries/map?area=27.71,85.32,27.711,85.321").text
    assert "27.71–27.711° N, 85.32–85.321° E" in deepest
    assert ">Closer<" not in deepest.split("<tbody>")[1]


def test_a_filter_that_makes_no_sense_is_told_and_counts_nobody(manager: FlaskClient, people: None) -> None:
    answer = manager.get("/beneficiaries/map?age_from=x")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text
    assert "<table" not in answer.text
    assert manager.get("/beneficiaries/map/picture?age_from=x").status_code == 422


def test_where_nobody_has_coordinates_the_page_says_so(manager: FlaskClient, session: Session) -> None:
    add_beneficiary(session, "Esha")
    page = manager.get("/beneficiaries/map").text
    assert "Nobody to show on the map" in page
    assert "1 person has no coordinates" in page
    assert 'id="map"' not in page


def test_without_a_script_a_picture_shows_the_same(manager: FlaskClient, people: None) -> None:
    page = manager.get("/beneficiaries/map?gender=FEMALE").text
    (address,) = re.findall(r'<noscript><img class="map-picture" src="([^"]+)"', page)
    picture = manager.get(address.replace("&amp;", "&"))
    assert picture.mimetype == "image/svg+xml"
    assert picture.text.count("<circle") == 1
    assert ">3</text>" in picture.text
    assert "style" not in picture.text
    assert len(picture.data) < 400_000


def test_show_map_takes_as_many_statements_for_many_people_as_for_few(
    manager: FlaskClient, session: Session, people: None
) -> None:
    with statements() as few:
        manager.get("/beneficiaries/map")
    for number in range(40):
        add_beneficiary(session, latitude=20.0 + number / 2, longitude=80.0)
    with statements() as many:
        manager.get("/beneficiaries/map")
    assert len(few) == len(many) == 2


def test_D3_pictures_come_from_the_tiles_server_exactly_where_one_is_configured(
    app: Flask, database: str
) -> None:
    def allowed(of: Flask) -> str:
        policy = of.test_client().get("/healthz").headers["Content-Security-Policy"]
        return next(part.strip() for part in policy.split(";") if "img-src" in part)

    tiled = make_app(database, PORTAL_TILES_URL=TILES)
    try:
        assert allowed(app) == "img-src 'self' data:"
        assert allowed(tiled) == "img-src 'self' data: https://tiles.example.org"
    finally:
        tiled.extensions["portal_pool"].close()


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://me:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "/tiles/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src */{z}/{x}/{y}",
    ],
)
def test_D3_an_address_that_would_allow_more_than_one_server_stops_the_program(address: str) -> None:
    with pytest.raises(ValueError, match="PORTAL_TILES_URL"):
        origin_of(address)


def test_without_tiles_the_page_names_no_other_server(manager: FlaskClient, people: None) -> None:
    page = manager.get("/beneficiaries/map").text
    assert "data-tiles" not in page
    assert "https://" not in page.split("<main")[1]
