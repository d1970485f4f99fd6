"""Transactions in a browser: made by one, approved by another; the list filtered; with a script and without."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.projects.models import ProjectBudget
from portal.transactions.operations.deciding import approve, fail
from portal.transactions.operations.making import Payout, make_transaction
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser

_number = count(1)


def add_payouts(live: Live) -> tuple[str, dict[str, str]]:
    """A project with a person and a shop, in which one transaction waits and one has failed: its name, and the
    addresses of both transactions and of the project's list."""
    number = next(_number)
    with live.session() as session:
        project = add_project(session, f"Winter Cash {number}", currency="NPR")
        session.add(ProjectBudget(project_id=project.uuid, currency="NPR", amount=Decimal(100_000)))
        person = add_beneficiary(session, f"Asha Paidwell{number}", projects=[project])
        shop = add_vendor(session, f"Grain Store {number}", [project])
        maker = add_user_with(session, f"payer{number}", "Manager")
        other = add_user_with(session, f"checker{number}", "Approver")
        payout = Payout(project.uuid, person.uuid, shop.uuid, Decimal("1250.50"), "NPR", "First instalment")
        waiting = make_transaction(session, payout, by=maker.id)
        failed = make_transaction(session, payout, by=maker.id)
        approve(session, failed, by=other.id)
        fail(session, failed, by=maker.id, reason="The phone number is not in service.")
        session.commit()
        return project.name, {
            "waiting": f"/transactions/{waiting}",
            "failed": f"/transactions/{failed}",
            "list": f"/transactions?project={project.uuid}",
            "vendor": f"/vendors/{shop.uuid}",
            "statement": f"/transactions/of-vendor/{shop.uuid}/statement",
        }


def test_a_transaction_is_made_by_keyboard_and_approved_by_somebody_else(
    live: Live, either_page: Page, script: bool, enter: Callable[..., None]
) -> None:
    page = either_page
    project, _paths = add_payouts(live)
    enter("Manager", into=page)
    page.goto("/transactions")
    page.get_by_role("link", name="New transaction").press("Enter")
    page.get_by_label("Project", exact=True).select_option(project)
    if script:
        expect(page).to_have_url(re.compile("project="))
    page.get_by_label("Find the person").fill("asha paidwell")
    page.get_by_label("Find the person").press("Enter")
    expect(page).to_have_url(re.compile("q=asha"))
    page.get_by_role("link", name="Asha Paidwell").press("Enter")
    expect(page.locator("main")).to_contain_text(project)
    page.get_by_label("Amount").fill("1,000")
    page.get_by_role("button", name="Make the transaction").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("can be read in two ways")
    page.get_by_label("Amount").fill("1000.50")
    page.get_by_role("button", name="Make the transaction").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Somebody else has to approve it")
    expect(page.locator("h1")).to_contain_text("1,000.50")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    made = page.url
    enter("Approver", into=page)
    page.goto(made)
    page.get_by_role("button", name="Approve").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The transaction is approved")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def test_a_waiting_one_is_rejected_and_a_failed_one_tried_again(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    _project, paths = add_payouts(live)
    enter("Approver")
    page.goto(paths["list"])
    page.locator("#filter-status").select_option("Pending")
    expect(page.locator("#transactions tbody a.row-link")).to_have_count(1)
    page.locator("#transactions tbody a.row-link").click()
    page.get_by_role("link", name="Reject").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    page.get_by_label("Reason").fill("Counted twice")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("main")).to_contain_text("Counted twice")
    enter("Manager")
    page.goto(paths["failed"])
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("A new transaction pays it again")
    page.get_by_role("link", name="It tries a failed one again").click()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_the_pages_of_transactions_look_right(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    _project, paths = add_payouts(live)
    enter("Admin")
    for name, path in (
        ("transactions-list", paths["list"]),
        ("transactions-waiting", paths["waiting"]),
        ("transactions-failed", paths["failed"]),
        ("transactions-reject", f"{paths['waiting']}/reject"),
        ("transactions-of-vendor", paths["vendor"]),
        ("transactions-statement", paths["statement"]),
        ("transactions-new", "/transactions/new"),
        ("transactions-export", "/transactions/export"),
    ):
        page.goto(path)
        look_over(name)
