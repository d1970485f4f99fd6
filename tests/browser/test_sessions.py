"""Sessions in a browser: signing in through the page, ending one elsewhere, and what stays behind after it."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.auth.people import PASSWORD
from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

_number = count(1)


def test_somebody_signs_in_and_lands_where_they_wanted_to_go(live: Live, either_page: Page) -> None:
    page = either_page
    email = live.add_person(f"wants{next(_number)}", "Admin")
    page.goto("/jobs")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("not this one, surely")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not fit")
    expect(page.get_by_label("E-mail")).to_have_value(email)
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/jobs$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")


def test_B4_a_session_ended_elsewhere_leads_to_the_sign_in_page_at_the_next_click(
    page: Page, sign_in: Callable[..., str], new_context: Callable[..., BrowserContext]
) -> None:
    email = sign_in("both")
    expect(page.locator("#people")).to_be_visible()
    page.wait_for_load_state()
    other = new_context().new_page()
    other.goto("/sign-in")
    other.get_by_label("E-mail").fill(email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.locator("details.account summary").click()
    other.get_by_role("link", name="My sessions").click()
    expect(other.locator("tbody tr")).to_have_count(2)
    other.get_by_role("button", name="Sign out everywhere else").click()
    expect(other.locator("#toasts")).to_contain_text("1 other session has ended")
    page.get_by_role("searchbox").fill("anybody")
    expect(page).to_have_url(re.compile("/sign-in"))
    other.reload()
    expect(other.locator("tbody tr")).to_have_count(1)


def test_F9_after_signing_out_back_shows_nothing(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    with live.session() as session:
        uuid = add_beneficiary(session, "Canary Secretbird").uuid
        session.commit()
    enter(into=page)
    page.goto(f"/beneficiaries/{uuid}")
    expect(page.locator("main")).to_contain_text("Canary Secretbird")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "Secretbird" not in page.content()


def test_F1_nothing_of_a_person_stays_in_the_browsers_stores(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    with live.session() as session:
        add_beneficiary(session, "Kept Xyzzyland")
        session.commit()
    enter()
    page.goto("/beneficiaries")
    page.get_by_role("searchbox").fill("xyzzyl")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Kept Xyzzyland", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept Xyzzyland")
    page.go_back()
    expect(page.locator("#people tbody tr")).to_have_count(1)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    # htmx notes which address it stands on, and no page
    assert kept == '[{},{"htmx-current-path-for-history":"/beneficiaries?q=xyzzyl"},""]'


def test_the_theme_changes_at_once_and_stays(either_page: Page, enter: Callable[..., None]) -> None:
    page = either_page
    enter("Viewer", into=page)
    page.goto("/beneficiaries")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/account/sessions")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 25, 27)")
