"""The list with JavaScript off: forms and links do what htmx does elsewhere. The import is in test_import.py."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

LIST = "/beneficiaries"


@pytest.fixture
def page(without_script: Page, enter: Callable[..., None]) -> Page:
    enter(into=without_script)
    without_script.goto(LIST)
    return without_script


def test_searching_and_filtering_go_by_the_form(live: Live, page: Page) -> None:
    with live.session() as session:
        add_beneficiary(session, "Scriptless Zbigniew", gender="OTHER")
        session.commit()
    page.get_by_role("searchbox").fill("scriptless")
    page.get_by_role("button", name="Search").click()
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_role("combobox", name="Gender").select_option("FEMALE")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    page.get_by_role("link", name="Gender: Female").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("scriptless")


def test_a_form_that_sends_every_field_empty_shows_everybody(page: Page) -> None:
    everybody = page.locator(".pager p").inner_text()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("gender=&.*age_from=&"))
    expect(page.locator(".pager p")).to_have_text(everybody)
    expect(page.locator(".chips")).to_have_count(0)
    page.get_by_label("Age from").fill("900")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#people")).to_contain_text("This filter cannot be used")
    expect(page.get_by_label("Age from")).to_have_value("900")


def test_pages_sorting_and_columns_go_by_links_and_forms(page: Page) -> None:
    name = page.locator("#people tbody th").first
    first = name.inner_text()
    page.get_by_role("link", name="Next page").click()
    expect(name).not_to_have_text(first)
    page.get_by_role("link", name="First page").click()
    expect(name).to_have_text(first)
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.locator(".columns-menu summary").click()
    page.get_by_role("checkbox", name="Wallet").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Wallet")).to_be_visible()
    expect(page).to_have_url(re.compile("sort=name"))


def test_nothing_is_offered_that_needs_a_script(page: Page) -> None:
    expect(page.locator(".needs-script:visible")).to_have_count(0)
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
