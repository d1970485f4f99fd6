"""Addresses of a list: what they keep, what they drop, and what nobody can smuggle into them."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from portal.core.keyset import Count, Page
from portal.web.lists import here, pager, query_of, show_list_of, sort_column

pytestmark = pytest.mark.database

PATH = "/beneficiaries"


def query(app: Flask, address: str) -> dict[str, list[str]]:
    from flask import request

    with app.test_request_context(address):
        return query_of(request.args)


def test_a_query_keeps_what_was_said_and_drops_where_one_stands(app: Flask) -> None:
    assert query(app, f"{PATH}?q=a&gender=MALE&gender=FEMALE&at=x&count=further&location=") == {
        "q": ["a"],
        "gender": ["MALE", "FEMALE"],
    }


@pytest.mark.parametrize("name", ["endpoint", "_anchor", "_external", "_method", "_scheme"])
def test_D10_a_query_cannot_reach_into_how_addresses_are_made(app: Flask, name: str) -> None:
    assert query(app, f"{PATH}?{name}=javascript&q=a") == {"q": ["a"]}


def test_D10_a_query_cannot_name_a_part_of_the_path(app: Flask) -> None:
    uuid = uuid4()
    with app.test_request_context(f"/imports/{uuid}/review?uuid=other&verdict=NEW"):
        from flask import request

        assert here(query_of(request.args), at="x") == f"/imports/{uuid}/review?verdict=NEW&at=x"


def test_what_answers_with_another_pages_list_leads_on_in_that_list(app: Flask) -> None:
    with app.test_request_context("/bulk/new", method="POST"):
        show_list_of("beneficiaries.list_beneficiaries")
        assert here({"q": ["a"]}, sort="name") == f"{PATH}?q=a&sort=name"
    with app.test_request_context("/audit"):
        assert here({}, at="x") == "/audit?at=x"


def test_an_address_changes_one_thing_and_keeps_the_others(app: Flask) -> None:
    with app.test_request_context(PATH):
        told = {"q": ["a b&c"], "gender": ["MALE", "FEMALE"]}
        assert here(told, sort="name") == f"{PATH}?q=a+b%26c&gender=MALE&gender=FEMALE&sort=name"
        assert here(told, gender=None) == f"{PATH}?q=a+b%26c"
        assert here(told, gender=["MALE"]) == f"{PATH}?q=a+b%26c&gender=MALE"
        assert told == {"q": ["a b&c"], "gender": ["MALE", "FEMALE"]}


def page_of(
    rows: int, ordinal: int | None, previous: str | None = None, following: str | None = None
) -> Page:
    return Page([None] * rows, previous, following, ordinal)  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("page", "count", "places"),
    [
        (page_of(0, 1), Count(0, False), (None, None)),
        (page_of(50, 1, None, "n"), Count(120, False), (1, 50)),
        (page_of(50, 51, "p", "n"), Count(10_000, True), (51, 100)),
        (page_of(20, None, "p"), Count(120, False), (101, 120)),
        (page_of(20, None, "p"), Count(10_000, True), (None, None)),
        (page_of(50, None, "p", "n"), Count(120, False), (None, None)),
    ],
)
def test_a_page_tells_its_places_where_they_are_known(
    app: Flask, page: Page, count: Count, places: tuple[Any, Any]
) -> None:
    with app.test_request_context(PATH):
        shown = pager(page, count, {"q": ["a"]})
    assert (shown.start, shown.end) == places
    assert (shown.previous_url is None) == (page.previous is None) == (shown.first_url is None)
    assert (shown.next_url is None) == (page.next is None) == (shown.last_url is None)
    if page.next:
        assert shown.next_url == f"{PATH}?q=a&at={page.next}"


def test_a_column_sorts_and_then_the_other_way_round(app: Flask) -> None:
    with app.test_request_context(PATH):
        for now, wanted, state in (
            ("name", "-name", "ascending"),
            ("-name", "name", "descending"),
            ("created", "name", None),
        ):
            column = sort_column("name", "Name", {"q": ["a"], "sort": [now]}, "name", now)
            assert (column["sort_url"], column["sorted"]) == (f"{PATH}?q=a&sort={wanted}", state)
