"""Where somebody is, as exactly as the reader may know it: on their page, in files, and by asking for areas."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.columns import columns
from portal.beneficiaries.queries.people import personal_data
from portal.beneficiaries.queries.places import Area, read_area
from portal.core.abilities import Ability, Rule
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.reading import EVERYTHING, MASKED, found
from tests.factories import add_beneficiary, add_project

pytestmark = pytest.mark.database

EXACT, ROUGH = ("27.71725", "85.32396"), ("27.72", "85.32")
PLACE: dict[str, Any] = {"latitude": 27.71725, "longitude": 85.32396}
READS = (Rule("read", "Beneficiary"), Rule("read", "BeneficiaryPii"), Rule("export", "Beneficiary"))
LOCATES = Rule("locate", "BeneficiaryPii")


def exported(client: FlaskClient, query: str = "", *wanted: str) -> list[list[str]]:
    form = {"format": "csv", "columns": list(wanted) or ["latitude", "longitude"], "purpose": "Reporting"}
    answer = client.post(f"/beneficiaries/export?{query}", data=form, buffered=True)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


@pytest.mark.parametrize(
    ("rules", "shown", "hidden"),
    [((*READS, LOCATES), EXACT, ()), (READS, ROUGH, EXACT)],
    ids=["who may locate people", "who may not"],
)
def test_F8_exact_coordinates_are_for_who_may_locate_people(
    session: Session,
    signed_in_as: SignedInAs,
    rules: tuple[Rule, ...],
    shown: tuple[str, str],
    hidden: tuple[str, ...],
) -> None:
    person = add_beneficiary(session, **PLACE)
    client = signed_in_as(*rules)
    client.post("/beneficiaries/columns", data={"columns": ["name", "latitude", "longitude"]})

    page = client.get(f"/beneficiaries/{person.uuid}").text
    listed = client.get("/beneficiaries").text

    assert ", ".join(shown) in page
    assert all(f"<bdi>{number}</bdi>" in listed for number in shown)
    assert exported(client) == [list(shown)]
    assert not [number for number in hidden if number in page + listed]


@pytest.mark.parametrize(
    ("role", "located"), [("Admin", True), ("Manager", True), ("Officer", True), ("Viewer", False)]
)
def test_F8_of_the_roles_of_the_set_up_those_locate_people_who_write_down_where_they_live(
    session: Session, signed_in_as: SignedInAs, role: str, located: bool
) -> None:
    person = add_beneficiary(session, **PLACE)
    page = signed_in_as(role).get(f"/beneficiaries/{person.uuid}").text
    assert (EXACT[0] in page) is located
    assert (ROUGH[0] in page) is not located


def test_F8_who_may_locate_the_people_of_one_project_gets_those_exactly_and_no_others(
    session: Session,
) -> None:
    north = add_project(session, "North")
    add_beneficiary(session, "Near", projects=[north], **PLACE)
    add_beneficiary(session, "Far", **PLACE)
    ability = Ability([*READS, Rule("locate", "BeneficiaryPii", conditions={"projectId": str(north.uuid)})])
    shown = columns(personal_data(ability), ability, ["name", "latitude"])
    rows = session.execute(select(*shown.values()).join(Beneficiary.pii)).all()
    assert {tuple(row) for row in rows} == {("Near", 27.71725), ("Far", 27.72)}


@pytest.mark.parametrize(
    ("area", "exactly", "roughly"),
    [
        (Area(27.7, 85.3, 27.8, 85.4), True, True),
        (Area(27.717, 85.323, 27.718, 85.324), True, False),
        (Area(27.7199, 85.3199, 27.7201, 85.3201), False, True),
        (Area(27.8, 85.3, 27.9, 85.4), False, False),
    ],
)
def test_F8_ever_smaller_areas_tell_who_may_not_locate_people_nothing_more(
    session: Session, area: Area, exactly: bool, roughly: bool
) -> None:
    add_beneficiary(session, "Sita", **PLACE)
    assert bool(found(session, area=area)) is exactly
    assert bool(found(session, ability=Ability(READS), area=area)) is roughly
    assert bool(found(session, ability=MASKED, area=area)) is roughly


@pytest.mark.parametrize(
    ("latitude", "longitude", "areas"),
    [
        (27.0, 85.0, ["27,85,28,86"]),
        (28.0, 86.0, ["28,86,29,87"]),
        (1.001, 2.001, ["1.001,2.001,1.002,2.002"]),
        (-17.5, 180.0, ["-18,-180,-17,-179", "-18,179,-17,-179"]),
        (-17.5, -180.0, ["-18,-180,-17,-179", "-18,179,-17,-179"]),
        (-17.5, 179.9, ["-18,179,-17,180", "-18,179,-17,-179"]),
        (90.0, 10.0, ["89,10,90,11"]),
        (-90.0, -0.5, ["-90,-1,-89,0"]),
    ],
)
def test_everybody_stands_in_one_of_the_areas_that_meet_at_a_line(
    session: Session, latitude: float, longitude: float, areas: list[str]
) -> None:
    add_beneficiary(session, "Sita", latitude=latitude, longitude=longitude)
    every = ["27,85,28,86", "28,86,29,87", "27,86,28,87", "1.001,2.001,1.002,2.002", "1,2,1.001,2.001"]
    every += ["-18,-180,-17,-179", "-18,179,-17,180", "-18,179,-17,-179", "89,10,90,11", "-90,-1,-89,0"]
    every += ["-90,0,-89,1", "-18,-179,-17,179"]
    held = [text for text in every if (area := read_area(text)) and found(session, area=area)]
    assert held == areas


@pytest.mark.parametrize(
    "typed",
    [
        "27,85,28",
        "a,b,c,d",
        "28,85,27,86",
        "27,85,28,85",
        "27,85,28,181",
        "nan,85,28,86",
        "27,85,inf,86",
        "1" * 400,
    ],
)
def test_D10_what_is_no_area_is_refused_and_stands_for_nobody(manager: FlaskClient, typed: str) -> None:
    answer = manager.get("/beneficiaries", query_string={"area": typed})
    assert answer.status_code == 422
    assert "An area is four numbers" in answer.text


def test_an_area_stands_on_its_chip_in_words_and_stays_while_one_filters_further(
    session: Session, manager: FlaskClient
) -> None:
    add_beneficiary(session, "Sita", **PLACE)
    add_beneficiary(session, "Bina")
    page = manager.get("/beneficiaries?area=27.5,85,28,85.5").text
    assert "27.5–28° N, 85–85.5° E" in page
    assert '<input type="hidden" name="area" value="27.5,85,28,85.5">' in page
    assert "Sita" in page
    assert "Bina" not in page
    assert exported(manager, "area=27.5,85,28,85.5", "name") == [["Sita"]]


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("-28,-85.5,-27.5,-85", "27.5–28° S, 85–85.5° W"),
        ("-5,-3,5,4", "5° S – 5° N, 3° W to 4° E"),
        ("-18,179,-17,-179", "17–18° S, 179° E to 179° W"),
    ],
)
def test_areas_are_worded_in_every_part_of_the_world(manager: FlaskClient, area: str, words: str) -> None:
    assert words in manager.get(f"/beneficiaries?area={area}").text


def test_who_has_coordinates_and_who_has_none_can_be_asked_for(session: Session) -> None:
    add_beneficiary(session, "Sita", **PLACE)
    add_beneficiary(session, "Half", latitude=27.7)
    add_beneficiary(session, "None")
    assert found(session, placed=True) == ["Sita"]
    assert sorted(found(session, placed=False)) == ["Half", "None"]


def test_an_area_narrows_for_every_reader_alike_to_whom_they_may_see(session: Session) -> None:
    north = add_project(session, "North")
    add_beneficiary(session, "Near", projects=[north], **PLACE)
    add_beneficiary(session, "Far", **PLACE)
    area: Any = Area(27, 85, 28, 86)
    limited = Ability([Rule("read", "Beneficiary", conditions={"projectId": str(north.uuid)}), *READS[1:2]])
    assert sorted(found(session, ability=EVERYTHING, area=area)) == ["Far", "Near"]
    assert found(session, ability=limited, area=area) == ["Near"]
