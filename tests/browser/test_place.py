"""Picking a place in a browser: on a map by mouse and by keyboard, by the device, or typed; then it is the form's."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

NEW = "/beneficiaries/new"


def fields(page: Page) -> tuple[Locator, Locator]:
    """Where the place stands in figures."""
    return page.get_by_label("Latitude"), page.get_by_label("Longitude")


@pytest.fixture
def form(page: Page, enter: Callable[..., None]) -> Page:
    enter("Officer")
    page.goto(NEW)
    return page


def test_a_place_is_picked_on_the_map_which_comes_only_when_it_is_opened(
    form: Page, look_over: Callable[[str], None]
) -> None:
    page = form
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    north, east = fields(page)
    expect(page.locator(".place-map")).to_be_hidden()
    assert not any("leaflet" in url for url in asked)
    page.get_by_role("button", name="Pick on the map").click()
    surface = page.get_by_role("application", name="Map to pick a place")
    expect(surface).to_be_focused()
    expect(surface.locator(".land").first).to_be_attached()
    assert any("leaflet" in url for url in asked)
    surface.click()
    expect(page.locator(".place-said")).to_have_text(re.compile(r"The pin is at 28\.\d+, 84\.\d+\."))
    expect(north).to_have_value(re.compile(r"^28\.\d{1,3}$"))
    expect(east).to_have_value(re.compile(r"^84\.\d{1,3}$"))
    look_over("place")


def test_by_keyboard_the_pin_is_moved_the_map_comes_closer_and_closes(form: Page) -> None:
    page = form
    north, east = fields(page)
    north.fill("27,5")
    east.fill("85.25")
    page.get_by_role("button", name="Pick on the map").press("Enter")
    surface = page.get_by_role("application")
    expect(surface).to_be_focused()
    pin = page.locator(".place-map .pin")
    expect(pin).to_be_visible()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(north).to_have_value("27,5")
    expect(east).to_have_value(re.compile(r"^85\.2[5-9]\d*$"))
    page.keyboard.press("Shift+ArrowUp")
    expect(north).to_have_value(re.compile(r"^27\.[6-9]\d*$"))
    page.keyboard.press("Escape")
    expect(surface).to_be_hidden()
    expect(page.get_by_role("button", name="Pick on the map")).to_be_focused()
    north.fill("")
    north.blur()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Pick on the map").click()
    expect(surface).to_be_focused()
    expect(pin).to_have_count(0)


def test_the_device_says_where_it_is_or_that_it_does_not(form: Page) -> None:
    page = form
    here = page.get_by_role("button", name="Use my position")
    said = page.locator(".place-said")
    here.click()
    expect(said).to_contain_text("The device does not tell where it is.")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 26.660123456, "longitude": 87.27, "accuracy": 12})
    here.click()
    expect(said).to_have_text("That is where this device is, to within 12 metres.")
    north, east = fields(page)
    expect(north).to_have_value("26.66012")
    expect(east).to_have_value("87.27")


def test_without_a_script_the_figures_are_typed_and_nothing_else_is_offered(
    without_script: Page, enter: Callable[..., None]
) -> None:
    page = without_script
    enter("Officer", into=page)
    page.goto(NEW)
    for field in fields(page):
        expect(field).to_be_visible()
    for name in ("Pick on the map", "Use my position"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
