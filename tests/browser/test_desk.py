"""The vendor's desk as a vendor has it: a small phone, a slow line, no script."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from portal.core.enums import TransactionStatus
from portal.transactions.models import Transaction
from tests.browser.conftest import Live
from tests.browser.test_weights import Scales
from tests.desk.conftest import let_in
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.transactions.paying import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser

Cookie: TypeAlias = Any
"""What `add_cookies` of a browser takes."""

PHONE = "+9779855500002"
FIRST, LATER = 40 * 1024, 5 * 1024
"""Bytes of headers and compressed bodies: of all files of a first load, of each page after it."""
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds there and back, and bytes a second."""
READABLE = 3_000
"""Milliseconds after which the first page can be read on such a line."""
TURNS = 4
"""How often something goes there and back before it: two for a connection with TLS, the page, what the page names."""


@pytest.fixture(scope="module")
def shop(live: Live) -> Cookie:
    """What the browser of a shop with two dozen payments holds."""
    with live.session() as session:
        project = add_project(session, "Shops of the valley", currency="NPR")
        ground = Ground(
            session,
            project,
            add_beneficiary(session, "Asha Rai", "+9779855500001", projects=[project]),
            add_vendor(session, "Valley Store", [project]),
            add_user_with(session, "desk_maker", "Manager"),
            add_user_with(session, "desk_approver", "Approver"),
        )
        add_beneficiary(session, "Sita Tharu", PHONE, projects=[project])
        for number in range(24):
            ground.made(list(TransactionStatus)[number % 4], str(10 + number))
        cookie = let_in(live.app, session, ground.shop).get_cookie("sid")
    assert cookie
    return {"name": "sid", "value": cookie.value, "url": live.url, "httpOnly": True, "sameSite": "Lax"}


def test_a_vendor_claims_looks_and_says_what_is_wrong(
    either_page: Page, script: bool, shop: Cookie, live: Live
) -> None:
    page = either_page
    page.context.add_cookies([shop])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    expect(page).to_have_url(re.compile("/desk$"))
    page.get_by_role("link", name="Claim a payment").click()
    page.get_by_label("Person’s phone or code").fill(PHONE)
    page.get_by_label("Amount").fill("1,000")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".field-error")).to_contain_text("can be read in two ways")
    expect(page.get_by_label("Person’s phone or code")).to_have_value(PHONE)
    amount = "12.25" if script else "12.75"
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("S••• T•••")).to_be_visible()
    page.get_by_role("button", name="Send the claim").click()
    expect(page.get_by_text("The claim is sent.")).to_be_visible()
    page.get_by_role("link", name="This is wrong").click()
    page.get_by_label("The amount is wrong").check()
    page.get_by_label("Tell us more").fill("I typed the wrong amount.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("I typed the wrong amount.")).to_be_visible()
    with live.session() as session:
        assert session.scalars(select(Transaction).where(Transaction.amount == Decimal(amount))).one()


def test_by_keyboard_alone(page: Page, shop: Cookie) -> None:
    page.context.add_cookies([shop])
    page.goto("/desk")
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Claim a payment":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/claim$"))


def test_every_page_of_the_desk_holds_in_every_look(
    page: Page, shop: Cookie, look_over: Callable[[str], None]
) -> None:
    page.context.add_cookies([shop])
    for path, name in (
        ("/desk", "desk"),
        ("/desk/payments?status=FAILED", "desk-payments"),
        ("/desk/statement", "desk-statement"),
        ("/desk/claim", "desk-claim"),
    ):
        page.goto(path)
        look_over(name)
    page.goto("/desk/payments?status=FAILED")
    page.locator(".desk-list a").first.click()
    look_over("desk-payment")
    page.get_by_role("link", name="This is wrong").click()
    page.get_by_role("button", name="Send").click()
    look_over("desk-wrong")


@pytest.fixture
def slow(new_context: Callable[..., BrowserContext], shop: Cookie) -> Page:
    """A phone on a slow line."""
    context = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    context.add_cookies([shop])
    return context.new_page()


def test_on_a_slow_line_the_desk_is_light(slow: Page) -> None:
    devtools = slow.context.new_cdp_session(slow)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    scales = Scales(slow)
    slow.goto("/desk", wait_until="networkidle")
    expect(slow.get_by_role("heading", name="Last payments")).to_be_visible()
    first = scales.take()
    assert sum(first.values()) <= FIRST, first
    named, page = slow.content(), slow.url.split("/", 3)[3]
    assert [path for path in first if path != page and path not in named] == [], (
        "nothing is named by a file alone"
    )
    waits = TURNS * SLOW["latency"] + 1_000 * sum(first.values()) / SLOW["downloadThroughput"]
    assert waits <= READABLE, (waits, first)
    assert not [path for path in first if path.endswith(".js")], "nothing waits for a script"
    for path in ("/desk/payments", "/desk/claim"):
        slow.goto(path)
    slow.locator("a", has_text="Payments").first.click()
    slow.locator(".desk-list a").first.click()
    slow.get_by_role("link", name="This is wrong").click()
    slow.wait_for_load_state("networkidle")
    for path, weight in scales.take().items():
        assert weight <= LATER, (path, weight)
