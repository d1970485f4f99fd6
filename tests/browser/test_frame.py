"""The ground the browser tests stand on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_page_to_sign_in_is_accessible_in_every_size_and_theme(
    page: Page, look_over: Callable[[str], None]
) -> None:
    page.goto("/sign-in")
    look_over("sign-in")


def test_somebody_signs_in_and_sees_the_first_page(
    page: Page, sign_in: Callable[..., str], look_over: Callable[[str], None]
) -> None:
    sign_in("frame", "Admin")
    expect(page.locator("nav").first).to_be_visible()
    look_over("first-page")


def test_an_inline_script_does_not_run_and_would_be_noticed(page: Page, no_faults: list[str]) -> None:
    page.goto("/sign-in")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
    assert len(no_faults) == 1
    no_faults.clear()
