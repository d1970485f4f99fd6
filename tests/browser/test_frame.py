"""The ground the browser tests stand on."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_an_inline_script_does_not_run_and_would_be_noticed(page: Page, no_faults: list[str]) -> None:
    page.goto("/sign-in")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
    assert len(no_faults) == 1
    no_faults.clear()
