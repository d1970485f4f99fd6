"""Names that were heard or written wrongly are found, and the page says that they are not what was typed."""

from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.export import export_people
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import NEWEST, page_of_people
from portal.core.keyset import FIRST, read_position
from tests.auth.people import statements
from tests.beneficiaries.reading import EVERYTHING, MASKED, found
from tests.factories import add_beneficiary, add_named

pytestmark = pytest.mark.database

PEOPLE = {
    "Sita Maya Tamang": "+9779801234567",
    "Gita Gurung": "+9779811112222",
    "Bishwonath Shrestha": "+9779811113333",
    "Raj Nepal": "+9779811114444",
    "राम बहादुर थापा": "+9779811115555",
    "محمد عبد الله": "+970599123456",
}

MISSPELT = [
    ("Shita Tamnag", "Sita Maya Tamang"),
    ("seeta", "Sita Maya Tamang"),
    ("tamag", "Sita Maya Tamang"),
    ("geeta gurugn", "Gita Gurung"),
    ("Bisvanat Shresta", "Bishwonath Shrestha"),
    ("nepaal", "Raj Nepal"),
    ("Raam Bahadoor Thapa", "राम बहादुर थापा"),
    ("Mohamad", "محمد عبد الله"),
]


@pytest.fixture
def people(session: Session) -> None:
    add_named(session, PEOPLE)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("typed", "name"), MISSPELT)
def test_a_person_is_found_by_a_misspelt_name(session: Session, typed: str, name: str) -> None:
    assert found(session, typed) == []
    assert found(session, typed, alike=True) == [name]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("typed", ["98999", "xyzzy", "si", "sita 9", "0xabc"])
def test_what_is_no_name_is_not_taken_for_one_that_was_misspelt(session: Session, typed: str) -> None:
    assert found(session, typed, alike=True) == found(session, typed)


def test_whoever_has_the_very_name_comes_first_then_the_same_sound_then_the_spelling(
    session: Session,
) -> None:
    names = ["Rama Gurung", "Rima Gurang", "Ama Gurugn Rana", "Rama Thapa"]
    for name in names:
        add_beneficiary(session, name)
    assert found(session, "Rama Gurung", alike=True) == names[:2]
    assert found(session, "gurung", alike=True) == names[:3]


def test_paging_goes_on_from_the_very_name_to_those_alike_without_a_gap(session: Session) -> None:
    for number in range(7):
        add_beneficiary(session, f"{'Sita' if number % 2 else 'Seeta'} {'Rai'}")
    chosen = PeopleFilter(q="sita rai", alike=True)
    pages, position = [], FIRST
    while True:
        page = page_of_people(session, chosen, EVERYTHING, ["name"], NEWEST, position, 2)
        pages.append([row.uuid for row in page.rows])
        if page.next is None:
            break
        position = read_position(page.next, NEWEST)
    everyone = [uuid for rows in pages for uuid in rows]
    assert [len(rows) for rows in pages] == [2, 2, 2, 1]
    assert len({*everyone}) == 7
    names = [row.name for row in page_of_people(session, chosen, EVERYTHING, ["name"]).rows]
    assert names == ["Sita Rai"] * 3 + ["Seeta Rai"] * 4
    backwards = page_of_people(
        session, chosen, EVERYTHING, ["name"], NEWEST, read_position(page.previous, NEWEST), 2
    )
    assert [row.uuid for row in backwards.rows] == pages[-2]
    assert all(not {*one} & {*other} for one, other in pairwise(pages))


@pytest.mark.usefixtures("people")
def test_who_may_not_read_names_finds_nobody_by_one_like_it(session: Session) -> None:
    assert found(session, "Shita Tamnag", MASKED, alike=True) == []


@pytest.mark.usefixtures("people")
def test_a_search_that_finds_nobody_leads_to_names_like_it_and_says_so(manager: FlaskClient) -> None:
    with statements() as seen:
        answer = manager.get("/beneficiaries?q=Shita+Tamnag&sort=created")
    assert len(seen) <= 6
    assert answer.status_code == 302
    assert answer.location == "/beneficiaries?q=Shita+Tamnag&sort=created&alike=yes"
    page = manager.get(answer.location).text
    assert "No exact match." in page
    assert "Sita Maya Tamang" in page
    assert 'href="/beneficiaries?q=Shita+Tamnag&amp;sort=created"' in page, "the chip takes it away again"


@pytest.mark.usefixtures("people")
def test_where_no_name_is_like_it_the_page_says_that_nobody_matches(manager: FlaskClient) -> None:
    answer = manager.get("/beneficiaries?q=xyzzy")
    assert answer.status_code == 200
    assert "Nobody matches" in answer.text


def test_hardly_anybody_found_means_that_names_like_it_are_offered(
    session: Session, manager: FlaskClient
) -> None:
    for name in ("Sita Rai", "Seeta Rai", "Siita Rai"):
        add_beneficiary(session, name)
    page = manager.get("/beneficiaries?q=sita+rai").text
    assert "2 more people with a name like it" in page
    assert 'href="/beneficiaries?q=sita+rai&amp;alike=yes"' in page
    assert "Seeta Rai" not in page
    with statements() as seen:
        manager.get("/beneficiaries?q=sita+rai")
    assert len(seen) == 6
    wider = manager.get("/beneficiaries?q=sita+rai&alike=yes").text
    assert "No exact match" not in wider
    assert "Seeta Rai" in wider
    assert "more people with a name like it" not in wider


def test_many_found_means_that_nothing_else_is_offered(session: Session, manager: FlaskClient) -> None:
    for _ in range(11):
        add_beneficiary(session, "Sita Rai")
    add_beneficiary(session, "Seeta Rai")
    assert "name like it" not in manager.get("/beneficiaries?q=sita+rai").text


def test_a_file_of_people_has_those_with_such_names_too_the_very_name_first(session: Session) -> None:
    for name in ("Seeta Rai", "Sita Rai"):
        add_beneficiary(session, name)
    pieces = export_people(
        session, PeopleFilter(q="sita rai", alike=True), EVERYTHING, ["name"], NEWEST, "csv"
    )
    assert b"".join(pieces).decode("utf-8-sig").splitlines() == ['"name"', "Sita Rai", "Seeta Rai"]
