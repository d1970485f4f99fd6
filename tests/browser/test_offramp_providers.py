"""The registry of providers in a browser: one added, tried out, put to work, changed, taken away; and payout files."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.core.enums import OfframpStatus
from tests.browser.conftest import Live
from tests.offramp.filed import add_by_file, add_payout_file
from tests.offramp.requests import add_request

pytestmark = pytest.mark.browser

_number = count(1)


def test_a_provider_is_added_put_to_work_changed_and_deleted(
    either_page: Page, enter: Callable[..., None]
) -> None:
    page, name = either_page, f"Trial {next(_number)}"
    enter("Admin", into=page)
    page.goto("/offramps/providers")
    page.get_by_role("link", name="Add a provider").click()
    page.locator("section", has=page.get_by_role("heading", name="Sandbox")).get_by_role(
        "link", name="Choose"
    ).click()
    page.get_by_label("Rate").fill("a lot")
    page.get_by_role("button", name="Add the provider").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the provider a name.")
    expect(page.get_by_role("alert")).to_contain_text("Write a number from")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Rate").fill("133.5")
    page.get_by_label("Failures in per cent").press("Tab")
    page.get_by_role("button", name="Add the provider").click()
    expect(page.locator("main")).to_contain_text("This provider is at rest")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#toasts")).to_contain_text("The Sandbox answers.")
    page.get_by_role("button", name="Put it to work").click()
    expect(page.locator("main")).not_to_contain_text("This provider is at rest")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Rate").fill("134")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("main")).to_contain_text("134")
    page.goto(page.url + "/delete")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("The provider is deleted.")
    page.goto("/offramps/providers?state=deleted")
    page.get_by_role("row", name=name).get_by_role("button", name="Restore").click()
    expect(page.locator("main")).to_contain_text("This provider is at rest")


def test_its_pages_hold_in_every_look(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    with live.session() as session:
        by_file = add_by_file(session, name=f"Himalaya Mobile Cash {next(_number)}")
        add_payout_file(session, by_file)
        add_request(session, by_file, status=OfframpStatus.PROCESSING)
        session.commit()
        files = f"/offramps/providers/{by_file.uuid}/payout-files"
    enter("Admin")
    page.goto("/offramps/providers/new")
    look_over("offramp-choose-adapter")
    page.goto("/offramps/providers/new/kotani-pay")
    page.get_by_label("Address").fill("https://127.0.0.1/api")
    page.get_by_label("Key", exact=True).fill("a key")
    page.get_by_role("button", name="Add the provider").click()
    look_over("offramp-add-provider-wrong")
    page.get_by_label("Name").fill(f"Kotani Pay {next(_number)}")
    page.get_by_label("Address").fill("https://sandbox-api.kotanipay.io/api/v3")
    page.get_by_label("Key", exact=True).fill("a key")
    page.locator("#callbackSecret").fill("a secret")
    page.get_by_role("button", name="Add the provider").click()
    expect(page.locator("main")).to_contain_text("Kept, and never shown")
    look_over("offramp-provider")
    page.get_by_role("link", name="Edit").click()
    look_over("offramp-edit-provider")
    page.goto("/offramps/providers")
    look_over("offramp-providers")
    page.goto(files)
    look_over("offramp-payout-files")
    page.get_by_role("link", name="Fetch").first.click()
    look_over("offramp-payout-file")
