"""Offramps in the browser: one is made, fails, is tried again and paid; a list is sent. With a script, and without."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.offramp.lists import approved_list
from tests.offramp.requests import SENDER, Ground, add_provider, add_token

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that a provider may take on a machine that has other things to do."""
QUICK = {"currency": "NPR", "rate": "130", "fee": "1", "delayFrom": "0", "delayTo": "1"}


@dataclass(frozen=True)
class Place:
    """A provider that fails everything until it is told otherwise, and an approved list of three in its token."""

    project: str
    provider: str
    payout_list: str


@pytest.fixture
def place(live: Live, script: bool, either_page: Page) -> Place:
    """The place, and its manager signed in."""
    told = "script" if script else "plain"
    with live.session() as session:
        project = add_project(session, f"Harvest, {told}", currency="NPR")
        provider = add_provider(session, f"Sandbox, {told}", config={**QUICK, "failures": "100"})
        asha = add_beneficiary(session, f"Asha {told}", projects=[project])
        people = [add_user_with(session, f"offramp_{who}_{told}", "Manager") for who in ("maker", "second")]
        ground = Ground(session, project, provider, add_token(session, told.upper()), asha, *people)
        session.commit()
        found = approved_list(ground, 3, currency=told.upper(), amount="5")
        client = enter_as(live.app.test_client(), session, people[0])
        cookie = client.get_cookie("sid")
        made = Place(str(project.uuid), str(provider.uuid), str(found))
    assert cookie
    sent: Any = {"name": "sid", "value": cookie.value, "url": live.url, "httpOnly": True, "sameSite": "Lax"}
    either_page.context.add_cookies([sent])
    return made


def test_one_is_made_fails_is_tried_again_and_a_list_is_sent(
    either_page: Page, script: bool, place: Place, live: Live, request: pytest.FixtureRequest
) -> None:
    page = either_page
    look_over: Callable[[str], None] = request.getfixturevalue("look_over") if script else lambda _name: None
    told = "script" if script else "plain"
    page.goto("/offramps")
    page.get_by_role("link", name="New offramp").click()
    page.get_by_label("Project").select_option(place.project)
    if not script:
        page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox").fill(f"Asha {told}")
    if not script:
        page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=f"Asha {told}").click()
    page.get_by_label("Amount", exact=True).fill("12,5")
    page.get_by_label("Token", exact=True).select_option(told.upper())
    page.get_by_label("Provider", exact=True).select_option(place.provider)
    page.get_by_label("Chain", exact=True).select_option("CELO")
    page.get_by_label("Address that the tokens are sent from").fill("0x12")
    page.get_by_label("Network").fill("MTN")
    page.get_by_role("button", name="Show what it pays out").click()
    expect(page.locator(".field-error")).to_contain_text("not an address on CELO")
    look_over("offramp-new")
    page.get_by_label("Address that the tokens are sent from").fill(SENDER)
    page.get_by_role("button", name="Show what it pays out").click()
    expect(page.get_by_text("1,608.75")).to_be_visible()
    look_over("offramp-confirm")
    page.get_by_role("button", name="Make the request").click()
    expect(page.get_by_role("heading", name=f"12.5 {told.upper()}")).to_be_visible()
    wait_for(page, script, "Failed")
    look_over("offramp-failed")
    with live.session() as session:
        session.execute(
            text('UPDATE tbl_offramp_providers SET config = config || \'{"failures": "0"}\' WHERE uuid = :u'),
            {"u": place.provider},
        )
        session.commit()
    page.get_by_role("button", name="Try again").click()
    wait_for(page, script, "Paid")
    page.get_by_role("link", name="Attach proof").click()
    page.get_by_label("What it proves").fill("The operator confirmed it")
    look_over("offramp-proof")
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#story")).to_contain_text("The operator confirmed it")
    page.goto(f"/payouts/{place.payout_list}")
    page.get_by_role("link", name="Send by offramp").first.click()
    page.get_by_role("button", name="Show what it pays out").click()
    expect(page.get_by_role("button", name="Send 3 payments")).to_be_visible()
    look_over("offramp-list")
    page.get_by_role("button", name="Send 3 payments").click()
    wait_for(page, script, "3 of 3 have come to an end", f"/offramps/from-list/{place.payout_list}")
    look_over("offramp-list-sent")
    page.get_by_role("link", name="The requests").click()
    expect(page.locator("#requests .data-table tbody tr")).to_have_count(3)
    look_over("offramp-requests")
    page.goto("/offramps?status=FAILED&stuck=x")
    expect(page.get_by_text("This filter cannot be used")).to_be_visible()


def wait_for(page: Page, script: bool, words: str, address: str | None = None) -> None:
    """Wait until the page says so: by itself with a script, by looking again without."""
    said = page.locator(".callout-title, .progress-head").get_by_text(re.compile(rf"^{words}$")).first
    if script:
        expect(said).to_be_visible(timeout=PATIENCE)
        return
    for _ in range(PATIENCE // 500):
        page.goto(address or page.url)
        if said.is_visible():
            return
        page.wait_for_timeout(500)
    raise TimeoutError(f"the page never said “{words}”")
