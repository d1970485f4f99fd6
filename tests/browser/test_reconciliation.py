"""What a provider says of a payout list, from the file to the list of those whose payment failed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as
from tests.payouts.lists import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that a job may take on a machine that has other things to do."""


@dataclass(frozen=True)
class Paid:
    """A list that was paid, the references of its payments, and the cookie of who made it."""

    address: str
    references: list[str]
    cookie: Any


@pytest.fixture
def paid(live: Live, script: bool) -> Paid:
    """Six payments of a hundred rupees."""
    told = "script" if script else "plain"
    with live.session() as session:
        project = add_project(session, f"Floods, {told}", currency="NPR")
        group = add_group(session, f"Mothers, {told}", [project])
        ground = Ground(
            session,
            project,
            group,
            add_vendor(session, f"Bank, {told}", [project]),
            [
                add_beneficiary(session, f"Sita {number}", groups=[group], projects=[project])
                for number in range(6)
            ],
            add_user_with(session, f"list_maker_{told}", "Manager"),
            add_user_with(session, f"list_approver_{told}", "Approver"),
            add_user_with(session, f"list_second_{told}", "Approver"),
            worked=True,
        )
        session.commit()
        found = ground.paid()
        references = [str(row.uuid) for row in ground.rows(found)]
        client = enter_as(live.app.test_client(), session, ground.maker)
        cookie = client.get_cookie("sid")
        address = f"/payouts/{found.uuid}"
    assert cookie
    sent = {"name": "sid", "value": cookie.value, "url": live.url, "httpOnly": True, "sameSite": "Lax"}
    return Paid(address, references, sent)


def test_what_failed_is_marked_and_a_new_list_holds_exactly_that(
    either_page: Page, script: bool, paid: Paid, live: Live, request: pytest.FixtureRequest
) -> None:
    page = either_page
    page.context.add_cookies([paid.cookie])
    look_over: Callable[[str], None] = request.getfixturevalue("look_over") if script else lambda _name: None
    page.goto(paid.address)
    page.get_by_role("link", name="Reconcile").first.click()
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".field-error")).to_contain_text("Choose a file.")
    look_over("reconcile-files")
    first, second, *others = paid.references
    receipt = "Receipt" if script else "Slip"  # what a file's columns are is remembered by their headers
    lines = [f"{receipt};Amount;Outcome;Remarks", f"{first};100;failed;Wallet closed", f"{second};90;failed;"]
    lines += [f"{reference};100;Gone well;" for reference in others]
    content = "\n".join(lines).encode()
    page.set_input_files(
        "input[type=file]", {"name": "result.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator(".error-summary")).to_contain_text("Say which column names the payment")
    look_over("reconcile-columns")
    page.get_by_label(f"What the column “{receipt}” is").select_option("reference")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="What the file says")).to_be_visible(timeout=PATIENCE)
    look_over("reconcile-rows")
    page.get_by_label("What “Gone well” means").select_option("PAID")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("4 payments arrived")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("Another amount")).click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Mark what failed").click()
    expect(page.get_by_text("1 payment was marked as failed.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Pay those again whose payment failed").click()
    expect(page).to_have_url(re.compile("/follow-up$"))
    with live.session() as session:
        failed = session.execute(
            text(
                "SELECT uuid::text, reason FROM tbl_transactions WHERE status = 'FAILED' AND uuid::text = ANY(:r)"
            ),
            {"r": paid.references},
        ).all()
    assert [tuple(row) for row in failed] == [(first, "Wallet closed")]
