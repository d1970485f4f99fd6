"""Whoever comes without a link finds the project that they complain about, however many there are."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.intake.queries.places import ON_A_PAGE, open_projects
from tests.auth.people import statements
from tests.factories import add_project
from tests.intake.conftest import Camp

pytestmark = pytest.mark.database

MOST_WEIGHT = 20 * 1024
LONG = "बाढीपछिको नगद सहायता " * 9
"""The longest name that a project can have, nearly, of signs that take three bytes each."""


@pytest.fixture
def many(camp: Camp, session: Session) -> Camp:
    """More projects than stand on two pages."""
    for number in range(2 * ON_A_PAGE):
        add_project(session, f"{LONG} {number:03}", status=ProjectStatus.ACTIVE)
    session.commit()
    return camp


def links(page: str) -> list[tuple[str, str]]:
    """Address and name of each project on a page."""
    shown = page.partition('class="public-links"')[2].partition("</ul>")[0]
    return [
        (html.unescape(url), name) for url, name in re.findall(r'href="([^"]+)"><bdi>([^<]*)</bdi>', shown)
    ]


def turn(browser: FlaskClient, page: str, whereto: str) -> str | None:
    """The page before or after this one, as the link leads there."""
    found = re.search(rf'href="([^"]+)" rel="{whereto}"', page)
    return browser.get(html.unescape(found[1])).text if found else None


def test_a_few_projects_are_a_list_and_nothing_to_fill_in(camp: Camp) -> None:
    page = camp.browser.get("/complain").text
    assert links(page) == [(camp.address, "Floods 2026")]
    assert "<form" not in page
    assert 'rel="' not in page.partition("<main")[2]


def test_every_project_under_way_is_on_one_of_the_pages_and_back_again(many: Camp) -> None:
    page: str | None = many.browser.get("/complain").text
    seen: list[list[tuple[str, str]]] = []
    last = ""
    while page:
        seen.append(links(page))
        last, page = page, turn(many.browser, page, "next")
    assert [len(one) for one in seen] == [ON_A_PAGE, ON_A_PAGE, 1]
    assert len({url for one in seen for url, _name in one}) == 2 * ON_A_PAGE + 1
    assert links(turn(many.browser, last, "prev") or "") == seen[1]
    assert many.browser.get(seen[2][0][0]).status_code == 200


def test_a_project_is_found_by_parts_of_its_name_without_a_script(many: Camp) -> None:
    first = many.browser.get("/complain").text
    assert re.search(r'<form class="public-search" action="/complain"', first)
    page = many.browser.get("/complain", query_string={"q": " FLOOD 20 "}).text
    assert links(page) == [(many.address, "Floods 2026")]
    assert 'value="FLOOD 20"' in page
    assert 'rel="' not in page.partition("<main")[2]
    assert 'href="/complain">' in page


def test_what_is_sought_goes_along_to_the_next_page_and_to_other_languages(many: Camp) -> None:
    page = many.browser.get("/complain", query_string={"q": "नगद", "language": "ne"}).text
    assert '<input type="hidden" name="language" value="ne">' in page
    after = turn(many.browser, page, "next") or ""
    assert '<html lang="ne"' in after
    assert "Floods 2026" not in page + after
    assert {len(links(page)), len(links(after))} == {ON_A_PAGE}
    assert turn(many.browser, after, "next") is None
    french = re.search(r'href="([^"]+)" lang="fr"', page)
    assert french
    assert len(links(many.browser.get(html.unescape(french[1])).text)) == ON_A_PAGE
    assert all(url.endswith("?language=ne") for url, _name in links(page))


def test_nothing_found_says_so_and_leads_back_to_all(many: Camp) -> None:
    page = many.browser.get("/complain", query_string={"q": "drought"}).text
    assert links(page) == []
    assert "No project matches" in page
    assert "Show all" in page


def test_C4_a_search_finds_no_project_that_the_list_does_not_name(many: Camp, session: Session) -> None:
    add_project(session, "Secret plan", status=ProjectStatus.NOT_READY)
    add_project(session, "Secret past", status=ProjectStatus.CLOSED)
    session.commit()
    assert links(many.browser.get("/complain?q=secret").text) == []


@pytest.mark.parametrize("typed", ["%", "_", "\\", "a\x00b", "x" * 5_000, "<b>", "' OR 1=1"])
def test_D2_whatever_is_sought_is_words_to_look_for(many: Camp, typed: str) -> None:
    answer = many.browser.get("/complain", query_string={"q": typed})
    assert answer.status_code == 200
    assert links(answer.text) == []
    assert "<b>" not in answer.text.partition("<main")[2]


@pytest.mark.parametrize("at", ["x", "WyJhIl0", "9" * 20_000])
def test_D10_a_place_that_is_none_is_the_first_page(many: Camp, at: str) -> None:
    page = many.browser.get("/complain", query_string={"at": at}).text
    assert links(page) == links(many.browser.get("/complain").text)


def test_a_page_weighs_at_most_20_KiB_and_sets_no_cookie_and_asks_for_no_script(many: Camp) -> None:
    for address in ("/complain", "/complain?q=%E0%A4%A8%E0%A4%97%E0%A4%A6&language=ne"):
        answer = many.browser.get(address, headers={"Accept-Encoding": "gzip"})
        plain = many.browser.get(address)
        weight = len(answer.data) + sum(
            len(many.browser.get(path, headers={"Accept-Encoding": "gzip"}).data)
            for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', plain.text)
        )
        assert len(links(plain.text)) == ON_A_PAGE
        assert weight <= MOST_WEIGHT
        assert "Set-Cookie" not in plain.headers
        assert "<script" not in plain.text


def test_a_page_of_projects_takes_three_statements_however_many_stand_on_it(many: Camp) -> None:
    with statements() as said:
        many.browser.get("/complain")
    # Who asks, the projects, and whether the first signs of each are its alone.
    assert len(said) == 3
    assert len(open_projects(many.session).rows) == ON_A_PAGE
