"""The list and the import without a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.keyboard import Keyboard
from tests.browser.messy import MessyFile, becomes, counts, row_of
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(page: Page) -> Keyboard:
    return Keyboard(page)


def test_the_list_is_searched_filtered_and_opened(
    live: Live, page: Page, keys: Keyboard, enter: Callable[..., None]
) -> None:
    with live.session() as session:
        for number in range(3):
            add_beneficiary(session, f"Tabitha {number}", gender="OTHER")
        session.commit()
    enter()
    page.goto("/beneficiaries")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    keys.fill(page.get_by_role("searchbox"), "tabith")
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(3)
    keys.go_to(page.get_by_role("combobox", name="Gender"))
    page.keyboard.type("Male")
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    keys.open(page.get_by_role("link", name="Gender: Male"))
    expect(rows).to_have_count(3)
    keys.open(page.locator("thead").get_by_role("link", name="Name"))
    expect(rows.first).to_contain_text("Tabitha 0")
    keys.open(rows.first.get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Tabitha 0")


def test_the_pages_and_the_columns_of_the_list_are_reached(
    page: Page, keys: Keyboard, enter: Callable[..., None]
) -> None:
    enter()
    page.goto("/beneficiaries")
    keys.open(page.get_by_role("link", name="Next page"))
    expect(page).to_have_url(re.compile("at="))
    page.goto("/beneficiaries")
    menu = page.locator(".columns-menu summary")
    keys.open(menu, "Space")
    keys.open(page.get_by_role("checkbox", name="Phone", exact=True), "Space")
    expect(page.get_by_role("checkbox", name="Phone", exact=True)).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("button", name="Show these")).to_be_hidden()
    page.keyboard.press("Enter")
    keys.open(page.get_by_role("button", name="Show these"))
    expect(page.get_by_role("columnheader", name="Phone", exact=True)).to_have_count(0)


def test_a_file_is_imported(page: Page, keys: Keyboard, enter: Callable[..., None]) -> None:
    file = MessyFile("80")
    enter("Officer")
    page.goto("/imports/new")
    with page.expect_file_chooser() as chooser:
        keys.open(page.get_by_label("File"))
    chooser.value.set_files({"name": file.name, "mimeType": "text/csv", "buffer": file.content})
    keys.open(page.get_by_role("button", name="Look at the file"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What are the columns?")
    keys.go_to(becomes(page, "Ward chief"))
    page.keyboard.type("Notes")
    expect(becomes(page, "Ward chief")).to_have_value("notes")
    keys.open(page.get_by_role("button", name="Check the rows"))
    expect(page).to_have_url(re.compile("/review$"), timeout=30_000)
    keys.open(page.get_by_label("Rows by verdict").get_by_role("link", name=re.compile("Invalid")))
    expect(page).to_have_url(re.compile("verdict=INVALID"))
    wrong = row_of(page, file.person("Maya Rai"))
    keys.open(wrong.get_by_text("Correct “Birth date”"))
    keys.fill(wrong.get_by_role("textbox"), "28-02-1990")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("is corrected")
    assert counts(page)["Invalid"] == 1
    keys.open(page.get_by_role("button", name=re.compile("^Take 7 rows")))
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=30_000)
    keys.open(page.get_by_role("button", name="Undo this import"), "Space")
    expect(page.locator("main")).to_contain_text("This import was undone", timeout=30_000)


@pytest.mark.parametrize("width", [360, 1280])
def test_focus_is_seen_on_every_stop_of_a_page(
    page: Page, keys: Keyboard, enter: Callable[..., None], width: int
) -> None:
    enter()
    page.set_viewport_size({"width": width, "height": 780})
    for path in ("/beneficiaries?age_from=88", "/imports/new", "/jobs", "/account/sessions"):
        page.goto(path)
        stops = 0
        while stops < 80:
            page.keyboard.press("Tab")
            if not keys.look():
                break
            stops += 1
        assert 2 < stops < 80, path
