"""What the pages weigh, as the server sends them: a slow line must not keep people from their work."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from portal.beneficiaries.models import BeneficiaryGroup
from tests.browser.conftest import Live
from tests.factories import add_group

pytestmark = pytest.mark.browser

FIRST, LATER = 70 * 1024, 10 * 1024
"""Bytes of headers and compressed bodies: of all files of a first load, of each page after it."""


class Scales:
    """Weighs what comes to a page."""

    def __init__(self, page: Page) -> None:
        self.came: list[Request] = []
        page.on("requestfinished", lambda request: self.came.append(request))

    def take(self) -> dict[str, int]:
        """The weight of each answer since the last time, by its path; what the browser had kept weighs nothing."""
        weights = {}
        for request in self.came:
            sizes = request.sizes()
            weights[request.url.split("/", 3)[3]] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        self.came.clear()
        return weights


@pytest.fixture
def scales(page: Page, live: Live, enter: Callable[..., None]) -> Scales:
    """Beside three hundred groups, which a filter must not all name."""
    with live.session() as session:
        for number in range(300 - (session.query(BeneficiaryGroup).count())):
            add_group(session, f"Households of the ward {number} that were reached")
        session.commit()
    enter()
    return Scales(page)


def test_the_first_load_weighs_at_most_70_KiB(page: Page, scales: Scales) -> None:
    page.goto("/beneficiaries")
    expect(page.locator("#people tbody tr")).to_have_count(50)
    weights = scales.take()
    assert len(weights) >= 6
    assert sum(weights.values()) <= FIRST, weights


def test_every_page_and_fragment_after_it_weighs_at_most_10_KiB(page: Page, scales: Scales) -> None:
    page.goto("/beneficiaries")
    scales.take()
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("at="))
    page.get_by_role("searchbox").fill("a")
    expect(page).to_have_url(re.compile("q=a"))
    expect(page.locator("#people tbody tr").first).to_be_visible()
    for path in ("/beneficiaries?sort=name", "/imports", "/imports/new", "/jobs", "/account/sessions"):
        page.goto(path)
    weights = scales.take()
    assert len(weights) >= 7
    for path, weight in weights.items():
        if not path.startswith("assets/"):
            assert weight <= LATER, (path, weight)
