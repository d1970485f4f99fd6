"""Vendors in a browser: added, approved, assigned, and asking by the public form; with a script and without."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Live
from tests.factories import add_project
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser

_number = count(1)


def test_a_vendor_is_added_found_approved_assigned_and_suspended(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page, number = either_page, next(_number)
    shop, project = f"Riverside Store {number}", f"Boats {number}"
    with live.session() as session:
        add_project(session, project)
        session.commit()
    enter("Manager", into=page)
    page.goto("/vendors")
    page.get_by_role("link", name="Add a vendor").click()
    page.get_by_role("button", name="Add the vendor").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a name.")
    page.get_by_label("Name of the shop").fill(shop)
    page.get_by_label("Phone").fill(f"98412345{number:02d}")
    page.get_by_role("textbox", name="Place").fill("Prakashpur")
    page.get_by_label("Latitude").fill("26.65")
    page.get_by_label("Longitude").fill("87.06")
    page.get_by_role("button", name="Add the vendor").click()
    expect(page.locator("main")).to_contain_text("Not approved yet")
    page.goto("/vendors")
    page.get_by_role("searchbox", name="Search vendors").fill(f"98412345{number:02d}")
    page.get_by_role("searchbox", name="Search vendors").press("Enter")
    expect(page.locator("#vendors tbody tr")).to_have_count(1)
    page.get_by_role("link", name=shop, exact=True).click()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("The vendor is approved.")
    page.get_by_role("link", name="Assign to a project").click()
    page.get_by_label("Project").select_option(label=project)
    page.get_by_label("First day").fill("2026-01-01")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("main")).to_contain_text(project)
    expect(page.locator("main")).to_contain_text("from Jan 1, 2026 on")
    page.get_by_role("link", name="Suspend").click()
    page.get_by_label("Reason").fill("Sold sand")
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator("main")).to_contain_text("Sold sand")


def test_a_vendor_asks_is_approved_and_stands_in_the_registry(
    page: Page,
    enter: Callable[..., None],
    new_context: Callable[..., BrowserContext],
    look_over: Callable[[str], None],
) -> None:
    number = next(_number)
    shop = f"Harinagara Seeds {number}"
    page.goto("/sign-up")
    page.get_by_role("link", name="Ask as a vendor").click()
    look_over("sign-up-vendor")
    page.get_by_label("Name of the shop").fill(shop)
    page.get_by_label("Where is it?").fill("Harinagara")
    page.get_by_label("What do you sell").fill("Seeds")
    page.get_by_label("Your name").fill("Gita Mandal")
    page.get_by_label("Phone").fill(f"98511111{number:02d}")
    page.get_by_label("E-mail address").fill(f"gita{number}@example.org")
    page.get_by_label("Wallet").fill("0x12")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a wallet address")
    page.get_by_label("Wallet").fill("")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    enter()
    page.goto("/sign-ups")
    page.get_by_role("row", name=shop).get_by_role("link").click()
    look_over("sign-up-vendor-to-decide")
    page.get_by_role("button", name="Approve and invite").click()
    page.get_by_role("link", name="Show the vendor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shop)
    expect(page.locator("main")).to_contain_text("They were invited and never signed in.")


def test_a_list_is_narrowed_and_a_vendor_is_edited_by_keyboard(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    name = f"Keyboard Store {next(_number)}"
    with live.session() as session:
        add_vendor(session, name)
        session.commit()
    enter("Manager")
    page.goto("/vendors")
    page.get_by_role("searchbox", name="Search vendors").press_sequentially(name)
    expect(page.locator("#vendors tbody tr")).to_have_count(1)
    page.get_by_role("link", name=name, exact=True).press("Enter")
    page.get_by_role("link", name="Edit").press("Enter")
    page.get_by_role("textbox", name="Place").press_sequentially("Inaruwa")
    page.get_by_role("textbox", name="Place").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The changes are saved.")
    expect(page.locator("main")).to_contain_text("Inaruwa")


def test_the_pages_of_vendors_look_right(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    number = next(_number)
    with live.session() as session:
        winter = add_project(session, f"Winter with a name that goes on for quite a while {number}")
        flood = add_project(session, f"Flood {number}")
        shop = add_vendor(
            session,
            "किराना तथा खाद्यान्न पसल, इनरुवा",
            [winter, flood],
            email=f"shop-with-a-long-address-{number}@example.org",
            location="Main bazaar, third lane behind the mill, Inaruwa, Sunsari",
            latitude=26.6,
            longitude=87.15,
            state="SUSPENDED",
            state_reason="Weights were short twice; the scales are being checked.",
            extras={"contact": "Bishnu Chaudhary", "licence": "1234/56"},
        )
        gone = add_vendor(session, f"Gone {number}")
        session.commit()
        url, left, part = f"/vendors/{shop.uuid}", f"/vendors/{gone.uuid}", f"projects/{winter.uuid}"
    enter("Admin")
    page.goto(f"{left}/delete")
    page.get_by_label("Reason").fill("Moved away")
    page.get_by_role("button", name="Delete").click()
    for name, address in (
        ("vendors", "/vendors"),
        ("vendor-new", "/vendors/new"),
        ("vendor", url),
        ("vendor-edit", f"{url}/edit"),
        ("vendor-days", f"{url}/{part}/days"),
        ("vendor-restore", f"{left}/restore"),
    ):
        page.goto(address)
        look_over(name)
    page.goto(url)
    shown = page.get_by_role("region", name="Map of where")
    expect(shown.locator(".pin")).to_be_visible()
    expect(shown.locator(".land").first).to_be_attached()
    page.get_by_role("button", name="Approve again").click()
    page.get_by_role("link", name="Suspend").click()
    look_over("vendor-suspend")
