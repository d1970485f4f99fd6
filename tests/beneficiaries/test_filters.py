"""What a filter leaves in the list, alone and with others, and what is said of one that makes no sense."""

import datetime as dt
from itertools import combinations
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.forms.places import read_places, write_places
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from tests.beneficiaries.reading import found, named
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def people(session: Session) -> dict[str, Any]:
    """Asha has everything, Bina half of it, and Chandra nothing."""
    project, other = add_project(session, "Flood relief"), add_project(session, "Another")
    group, rest = add_group(session, "Mothers"), add_group(session, "Rest")
    add_beneficiary(
        session,
        "Asha",
        gender="FEMALE",
        banked_status="BANKED",
        internet_status="HOME_INTERNET",
        phone_status="SMART_PHONE",
        is_verified=True,
        age=30,
        location="Ward 5, Rajapur",
        created_at=dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC),
        groups=[group],
        projects=[project],
    )
    add_beneficiary(
        session,
        "Bina",
        gender="FEMALE",
        banked_status="UNBANKED",
        internet_status="NO_INTERNET",
        phone_status="FEATURE_PHONE",
        age=60,
        location="RAJAPUR bazaar",
        created_at=dt.datetime(2026, 2, 11, tzinfo=dt.UTC),
        groups=[group, rest],
        projects=[project, other],
    )
    add_beneficiary(session, "Chandra", created_at=dt.datetime(2026, 2, 12, tzinfo=dt.UTC))
    return {"project": project.uuid, "group": group.uuid}


SINGLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"gender": (Gender.FEMALE,)}, ["Asha", "Bina"]),
    ({"gender": (Gender.UNKNOWN, Gender.MALE)}, ["Chandra"]),
    ({"banked_status": (BankedStatus.BANKED,)}, ["Asha"]),
    ({"banked_status": (BankedStatus.BANKED, BankedStatus.UNBANKED)}, ["Asha", "Bina"]),
    ({"internet_status": (InternetStatus.NO_INTERNET,)}, ["Bina"]),
    ({"phone_status": (PhoneStatus.SMART_PHONE, PhoneStatus.FEATURE_PHONE)}, ["Asha", "Bina"]),
    ({"verified": True}, ["Asha"]),
    ({"verified": False}, ["Bina", "Chandra"]),
    ({"group": "group"}, ["Asha", "Bina"]),
    ({"project": "project"}, ["Asha", "Bina"]),
    ({"age_from": 30}, ["Asha", "Bina"]),
    ({"age_from": 31}, ["Bina"]),
    ({"age_to": 30}, ["Asha"]),
    ({"age_to": 29}, []),
    ({"age_from": 40, "age_to": 30}, []),
    ({"created_from": day("2026-02-11")}, ["Bina", "Chandra"]),
    ({"created_to": day("2026-02-11")}, ["Asha", "Bina"]),
    ({"created_from": day("2026-02-10"), "created_to": day("2026-02-10")}, ["Asha"]),
    ({"location": ("rajapur",)}, ["Asha", "Bina"]),
    ({"location": (" WARD 5 ",)}, ["Asha"]),
    ({"location": ("bazaar", "ward 5", "nowhere")}, ["Asha", "Bina"]),
    ({"location": ("%",)}, []),
    ({"location": ("_",)}, []),
    ({"location": ("\\",)}, []),
    ({"q": "asha"}, ["Asha"]),
    ({}, ["Asha", "Bina", "Chandra"]),
]


def chosen(people: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {
        name: people.get(value, value) if isinstance(value, str) else value for name, value in wanted.items()
    }


@pytest.mark.parametrize(("wanted", "names"), SINGLE, ids=str)
def test_a_filter_leaves_those_who_fit(
    session: Session, people: dict[str, Any], wanted: dict[str, Any], names: list[str]
) -> None:
    assert named(found(session, **chosen(people, wanted))) == names


def test_filters_together_leave_those_who_fit_all_of_them(session: Session, people: dict[str, Any]) -> None:
    for (one, these), (other, those) in combinations(SINGLE, 2):
        if one.keys() & other.keys():
            continue
        both = found(session, **chosen(people, {**one, **other}))
        assert named(both) == sorted({*these} & {*those}), (one, other)


def test_the_birth_date_counts_for_more_than_the_age_that_was_entered(session: Session) -> None:
    today = session.scalar(select(func.current_date()))
    assert isinstance(today, dt.date)
    born = dt.datetime(today.year - 20, today.month, min(today.day, 28), tzinfo=dt.UTC)
    add_beneficiary(session, "Twenty", birth_date=born, age=70)
    add_beneficiary(session, "Entered", age=70)
    assert found(session, age_from=20, age_to=20) == ["Twenty"]
    assert found(session, age_from=70) == ["Entered"]


@pytest.mark.parametrize(("days", "age"), [(0, 30), (1, 29), (-1, 30)])
def test_one_is_a_year_older_on_the_birthday_itself(session: Session, days: int, age: int) -> None:
    today = session.scalar(select(func.current_date()))
    assert isinstance(today, dt.date)
    if (today.month, today.day) in {(2, 28), (2, 29), (3, 1)}:
        pytest.skip("leap days have their own birthdays")
    born = dt.datetime(today.year - 30, today.month, today.day, tzinfo=dt.UTC) + dt.timedelta(days=days)
    add_beneficiary(session, "Somebody", birth_date=born)
    assert found(session, age_from=age, age_to=age) == ["Somebody"]


def test_who_left_a_group_or_project_is_not_in_it(session: Session) -> None:
    project, group = add_project(session, "Flood relief"), add_group(session, "Mothers")
    add_beneficiary(session, "Gone", groups=[group], projects=[project])
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"):
        session.connection().exec_driver_sql(f'UPDATE {table} SET "deletedAt" = now()')
    assert found(session, group=group.uuid) == []
    assert found(session, project=project.uuid) == []
    assert found(session) == ["Gone"]


def test_who_was_deleted_is_in_no_list(session: Session) -> None:
    add_beneficiary(session, "Deleted", deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC), gender="FEMALE")
    for wanted in ({}, {"q": "deleted"}, {"gender": (Gender.FEMALE,)}):
        assert found(session, **wanted) == []


BAD = {
    "gender": ["female", "X", "1e9", "FEMALE'--"],
    "banked_status": ["MAYBE"],
    "phone_status": ["MAYBE"],
    "internet_status": ["MAYBE"],
    "verified": ["maybe", "1"],
    "group": ["x", "6f1c9c1e-1111-4222-8333-444455556666", "1"],
    "project": ["x", "6f1c9c1e-1111-4222-8333-444455556666"],
    "age_from": ["abc", "-1", "151", "1e9", "1.5", "9" * 5_000, "10000000000000"],
    "age_to": ["abc", "-1", "151"],
    "created_from": ["yesterday", "2026-13-01", "2026-02-30", "99999-01-01", "01/02/2026"],
    "created_to": ["yesterday", "9999-12-31"],
    "location": ["x" * 201, "a\0b"],
    "q": ["x" * 201, "a\0b"],
}


@pytest.mark.parametrize(("field", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_D10_a_value_that_makes_no_sense_is_told_at_its_field_and_shows_nobody(
    manager: FlaskClient, people: dict[str, Any], field: str, value: str
) -> None:
    answer = manager.get("/beneficiaries", query_string={field: value})
    assert answer.status_code == 422
    assert "Asha" not in answer.text
    assert "This filter cannot be used" in answer.text
    for method in (manager.get, manager.post):
        assert method("/beneficiaries/export", query_string={field: value}, data={}).status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=1000000000000",
        "at=-1",
        "at=1000000000000",
        "at=1e9",
        "at[]=1",
        "sort=1e9",
        "sort[]=name",
        "sort=name&sort=-name",
        "sort=-",
        "sort=name'--",
        "count=-1",
        "count=further",
        "gender=FEMALE&gender=MALE",
        "gender[]=FEMALE",
        "gender=",
        "age_from=&age_to=",
        "endpoint=x",
        "_scheme=javascript",
        "_external=1",
        "_anchor=x",
        "_method=POST",
        "uuid=1",
        "self=1&query=2&args=3",
        "%00=%00",
        "q=%ff%fe",
        "=",
        "&&&",
        "q=" + "%F0%9F%98%80" * 60,
        "&".join(f"x{number}=1" for number in range(900)),
    ],
)
def test_D10_parameters_that_nobody_asked_for_do_no_harm(
    manager: FlaskClient, people: dict[str, Any], query: str
) -> None:
    answer = manager.get(f"/beneficiaries?{query}")
    assert answer.status_code in {200, 400, 422}
    assert 'href="javascript:' not in answer.text
    assert 'href="http' not in answer.text
    assert manager.get(f"/beneficiaries/export?{query}").status_code in {200, 400, 422}


def test_a_wrong_filter_is_told_at_its_field_with_what_was_typed(manager: FlaskClient) -> None:
    page = manager.get("/beneficiaries?age_from=200&location=Jhapa").text
    field = page[page.index('name="age_from"') :].partition(">")[0]
    assert 'value="200"' in field
    assert 'aria-invalid="true" aria-describedby="filter-age_from-error"' in field
    assert 'id="filter-age_from-error"' in page
    assert 'id="filter-location-error"' not in page


def test_a_filter_with_several_values_shows_and_keeps_them_all(manager: FlaskClient) -> None:
    page = manager.get("/beneficiaries?gender=FEMALE&gender=OTHER").text
    select = page[page.index('id="filter-gender"') :].partition("</select>")[0]
    assert " multiple " in select.partition(">")[0]
    assert [value for value in ("MALE", "FEMALE", "OTHER") if f'value="{value}" selected' in select] == [
        "FEMALE",
        "OTHER",
    ]
    single = manager.get("/beneficiaries?gender=FEMALE").text
    assert " multiple" not in single[single.index('id="filter-gender"') :].partition(">")[0]


PLACES: list[tuple[str, list[str]]] = [
    ("Rajapur", ["Rajapur"]),
    ("Rajapur, Jhapa", ["Rajapur", "Jhapa"]),
    (" rajapur ; jhapa،موقع，ward 5,, ", ["rajapur", "jhapa", "موقع", "ward 5"]),
    ('"Ward 5, Rajapur", Jhapa', ["Ward 5, Rajapur", "Jhapa"]),
    ("Jhapa, Jhapa", ["Jhapa"]),
    (" , ", []),
]


@pytest.mark.parametrize(("typed", "places"), PLACES)
def test_several_places_are_typed_between_commas_and_one_with_a_comma_in_quotation_marks(
    typed: str, places: list[str]
) -> None:
    assert list(read_places(typed)) == places
    assert list(read_places(write_places(places))) == places


def test_each_place_is_a_chip_that_takes_only_itself_away(
    manager: FlaskClient, people: dict[str, Any]
) -> None:
    page = manager.get("/beneficiaries?location=bazaar&location=%22Ward+5,+Rajapur%22").text
    assert 'value="bazaar, &#34;Ward 5, Rajapur&#34;"' in page
    assert "Asha" in page
    assert "Bina" in page
    assert "Chandra" not in page
    assert 'href="/beneficiaries?location=bazaar"' in page
    assert 'href="/beneficiaries?location=%22Ward+5,+Rajapur%22"' in page


def test_more_places_than_can_be_looked_for_are_refused_at_their_field(manager: FlaskClient) -> None:
    many = ",".join(f"place {number}" for number in range(21))
    answer = manager.get(f"/beneficiaries?location={many}")
    assert answer.status_code == 422
    assert "At most 20 places" in answer.text
    assert 'id="filter-location-error"' in answer.text
