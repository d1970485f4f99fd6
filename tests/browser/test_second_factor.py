"""The second factor in a browser: set up from the page, shown at the door, done without the phone."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.auth.people import PASSWORD
from tests.auth.phones import code_of, demand_second_factor
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
_number = count(1)


def sign_in(page: Page, email: str, wanted: str = "/jobs") -> None:
    page.goto(wanted)
    page.locator("input[name=identifier]").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def begin(page: Page) -> str:
    """Begin to set up a phone on the page for it; the secret in letters."""
    page.get_by_role("button", name="I have such an app").click()
    expect(page.get_by_role("img", name="Picture for the app")).to_be_visible()
    page.get_by_text("I cannot scan it").click()
    return (page.locator("[data-secret]").text_content() or "").replace(" ", "")


def finish(page: Page, secret: str) -> list[str]:
    """Type in the first code; the recovery codes."""
    page.get_by_label("Code from your phone").fill(code_of(secret))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator(".recovery-codes bdi")
    expect(codes).to_have_count(10)
    return codes.all_text_contents()


def test_a_second_factor_is_set_up_and_lets_in_with_the_phone_and_without(
    live: Live, either_page: Page
) -> None:
    page = either_page
    email = live.add_person(f"phone{next(_number)}", "Admin")
    sign_in(page, email)
    expect(page).to_have_url(re.compile("/jobs$"))
    page.goto("/account/second-factor")
    page.get_by_role("link", name="Set up").click()
    secret = begin(page)
    codes = finish(page, secret)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("Recovery codes left")
    sign_out(page)

    sign_in(page, email)
    page.get_by_label("Code from your phone").fill(code_of(secret, steps_on=1))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/jobs$"))
    sign_out(page)

    sign_in(page, email)
    page.get_by_role("link", name="use a recovery code").click()
    page.get_by_label("Recovery code").fill("wrong-wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    page.get_by_label("Recovery code").fill(codes[4].upper())
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/jobs$"))


def test_the_pages_of_the_second_factor(live: Live, page: Page, look_over: LookOver) -> None:
    email = live.add_person(f"looks{next(_number)}", "Admin")
    sign_in(page, email)
    page.goto("/account/second-factor")
    look_over("second-factor-off")
    page.get_by_role("link", name="Set up").click()
    look_over("second-factor-before")
    secret = begin(page)
    look_over("second-factor-scan")
    page.get_by_label("Code from your phone").fill("12")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("second-factor-refused")
    finish(page, secret)
    look_over("second-factor-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("Recovery codes left")
    look_over("second-factor-on")
    for name in ("New recovery codes", "Turn off"):
        page.get_by_role("link", name=name).click()
        look_over(f"second-factor-{name.split()[0].lower()}")
        page.get_by_role("link", name="Cancel").click()
    sign_out(page)
    sign_in(page, email)
    expect(page.get_by_label("Code from your phone")).to_be_focused()
    look_over("second-factor-door")
    page.get_by_role("link", name="use a recovery code").click()
    look_over("second-factor-recovery")


def test_a_role_that_demands_one_opens_nothing_else_until_it_is_set_up(
    live: Live, page: Page, look_over: LookOver
) -> None:
    email = live.add_person(f"demanded{next(_number)}", "Approver")
    sign_in(page, email, "/beneficiaries")
    expect(page.locator("#people")).to_be_visible()
    page.wait_for_load_state()
    with live.session() as session:
        demand_second_factor(session, "Approver")
    try:
        page.get_by_role("searchbox").fill("anybody")  # a fragment leads there too
        expect(page).to_have_url(re.compile("/account/second-factor/set-up"))
        expect(page.locator("main")).to_contain_text("Your role demands a second factor")
        look_over("second-factor-demanded")
        finish(page, begin(page))
        page.get_by_role("link", name="I have kept them").click()
        expect(page.locator("#people")).to_be_visible()
    finally:
        with live.session() as session:
            demand_second_factor(session, "Approver", False)
