"""The map in a browser: circles with a script, a picture without one, the same figures as a table for both."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
PLACE = "?location=Mapville"


@pytest.fixture(scope="module", autouse=True)
def people(live: Live) -> None:
    """A crowd in one town, some in the next."""
    with live.session() as session:
        for number in range(24):
            add_beneficiary(
                session,
                location="Mapville",
                latitude=27.71 + number / 9_000,
                longitude=85.32 + number / 7_000,
            )
        for number in range(6):
            add_beneficiary(session, location="Mapville", latitude=28.21, longitude=83.99 + number / 900)
        add_beneficiary(session, "Nowhere", location="Mapville")
        session.commit()


def test_the_map_looks_well_and_asks_no_other_server(
    page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter()
    page.goto("/beneficiaries/map" + PLACE)
    expect(page.locator("#map-said")).to_contain_text("30 people on this part of the map")
    expect(page.locator("#map .land").first).to_be_attached()
    assert page.locator("#map .people").count() >= 2
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}
    look_over("map")
    page.goto("/beneficiaries/map?location=Nobody+lives+there")
    look_over("map-of-nobody")


def test_by_keyboard_one_goes_from_a_circle_closer_and_into_the_list(
    page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    enter()
    page.goto("/beneficiaries/map" + PLACE)
    circle = page.get_by_role("button", name=re.compile(r"24 people, 27\."))
    circle.focus()
    page.keyboard.press("Enter")
    into = page.get_by_role("link", name="Show in the list")
    expect(into).to_be_focused()
    look_over("map-opened")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(into).to_have_count(0)
    expect(page.locator("#map-said")).to_contain_text("24 people on this part")
    page.locator("#map .people").first.focus()
    page.keyboard.press("Enter")
    expect(into).to_be_focused()
    page.keyboard.press("Escape")
    expect(into).to_have_count(0)
    expect(page.locator("#map .people").first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/beneficiaries\?.*area="))
    expect(page.locator(".chips")).to_contain_text("Area on the map: 27.")
    assert 0 < page.locator("#people tbody tr").count() <= 24


def test_with_and_without_a_script_the_table_leads_closer_and_into_the_list(
    either_page: Page, script: bool, enter: Callable[..., None]
) -> None:
    page = either_page
    enter("Viewer", into=page)
    page.goto("/beneficiaries" + PLACE)
    page.get_by_role("link", name="Map", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("1 person has no coordinates")
    if not script:
        picture = page.get_by_role("img", name="Map of the areas in the table below")
        expect(picture).to_be_visible()
        page.wait_for_load_state("load")
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    page.get_by_role("link", name="Closer 27.7–27.8° N, 85.3–85.4° E").click()
    expect(page.locator(".chips")).to_contain_text("27.7–27.8° N")
    expect(page.locator("main h1")).to_have_text("Map")
    expect(page.locator(".page-subtitle")).to_contain_text("24 people")
    page.locator("table .row-link").first.click()
    expect(page.locator("#people tbody tr")).to_have_count(24)
