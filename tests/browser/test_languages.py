"""Pages in other languages: switched to by a plain form, laid out from the right where that is how one reads."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def choose(page: Page, name: str) -> None:
    """Press a language, in the menu of the account or at the foot of the page."""
    if (menu := page.locator("details.account > summary")).count():
        menu.click()
    page.get_by_role("button", name=name, exact=True).click()


def expect_language(page: Page, language: str, direction: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction)


def test_a_stranger_switches_at_the_foot_of_the_page(either_page: Page) -> None:
    page = either_page
    page.goto("/sign-in?next=/jobs")
    choose(page, "العربية")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    expect_language(page, "ar", "rtl")
    expect(page.get_by_role("button", name="العربية")).to_have_attribute("aria-pressed", "true")
    page.goto("/sign-in/code/enter")
    expect_language(page, "ar", "rtl")
    choose(page, "English")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_the_list_reads_from_the_right_in_arabic(
    page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    enter()
    page.goto("/beneficiaries")
    choose(page, "العربية")
    expect(page).to_have_url(re.compile("/beneficiaries$"))
    expect_language(page, "ar", "rtl")
    side, content = page.locator(".side").bounding_box(), page.locator(".content").bounding_box()
    assert side
    assert content
    assert side["x"] > content["x"], "places stand at the right"
    following = page.locator(".page-chevron-right svg")
    assert "-1" in following.evaluate("icon => getComputedStyle(icon).transform"), (
        "the next page is to the left"
    )
    page.goto("/beneficiaries?age_from=88")
    look_over("list-arabic")


def test_the_list_is_french_to_who_asks_for_french(
    page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    enter()
    page.set_extra_http_headers({"Accept-Language": "fr-BE,fr;q=0.9,en;q=0.5"})
    page.goto("/beneficiaries")
    expect_language(page, "fr", "ltr")
    expect(page.get_by_role("heading", name="Bénéficiaires", level=1)).to_be_visible()
    expect(page.get_by_role("searchbox", name="Rechercher des personnes")).to_be_visible()
    page.goto("/beneficiaries?age_from=88")
    look_over("list-french")
