"""The whole way of money, in small: a list of a group, looked at, held in part, approved by another than its maker, a
provider's file, a list of exactly what failed, and the vendor who sees their own rows and disputes one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType
from portal.grievances.models import Grievance
from portal.vendors.models import Vendor
from tests.browser.conftest import Live
from tests.desk.conftest import let_in
from tests.factories import add_beneficiary, add_group, add_project, add_user_with
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that a job may take on a machine that has other things to do."""
PEOPLE = 8


def make(session: Session) -> tuple[str, Vendor]:
    """A group of eight people, three of whom share a bank account and one of whom complained; and the shop."""
    project = add_project(session, "Whole story", currency="NPR")
    group = add_group(session, "Story group", [project])
    shop = add_vendor(session, "Story store", [project])
    people = [
        add_beneficiary(
            session,
            f"Storyteller {number}",
            groups=[group],
            projects=[project],
            extras={"bankAccount": "77"} if number < 3 else None,
        )
        for number in range(PEOPLE)
    ]
    session.add(
        Grievance(
            project_id=project.uuid,
            beneficiary_id=people[-1].uuid,
            reporter_user_id=add_user_with(session, "story_reporter", "Supervisor").id,
            reported_by="Asha",
            reporter_contact="+9779800000001",
            title="Not me",
            type=GrievanceType.NON_TECHNICAL,
            description="Somebody else took it.",
        )
    )
    session.commit()
    return f"/payouts/new?within={project.uuid}&group={group.uuid}", shop


def test_from_a_group_to_the_vendors_dispute(live: Live, page: Page, enter: Callable[..., None]) -> None:
    with live.session() as session:
        begin, shop = make(session)
        vendor, its = let_in(live.app, session, shop).get_cookie("sid"), {"shop": shop.uuid}
    assert vendor
    enter("Manager")
    page.goto(begin)
    page.get_by_label("Vendor", exact=True).select_option(label="Story store")
    page.get_by_label("How much").fill("100")
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text(f"{PEOPLE} people are to be paid")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("Waits for approval").first).to_be_visible(timeout=PATIENCE)
    where = page.url
    expect(page.get_by_role("link", name="Look and approve")).to_have_count(0)
    assert page.goto(f"{where}/approve", wait_until="commit").status == 403  # type: ignore[union-attr]

    enter("Approver")
    page.goto(where)
    expect(page.get_by_role("link", name=re.compile("1 Have an open grievance"))).to_be_visible()
    page.get_by_role("link", name=re.compile("3 Share a bank account")).click()
    boxes = page.locator("#rows tbody input[type=checkbox]")
    expect(boxes).to_have_count(3)
    for place in range(3):
        boxes.nth(place).check()
    page.get_by_label("Why they are held out").fill("One account for three people")
    page.get_by_role("button", name="Hold the ticked out").click()
    expect(page.get_by_text("3 people are held out")).to_be_visible()
    page.goto(f"{where}/approve")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("paid, after the approval of")).to_be_visible(timeout=PATIENCE)

    with live.session() as session:
        paid = text('SELECT uuid::text FROM tbl_transactions WHERE "vendorId" = :shop ORDER BY id')
        references = list(session.scalars(paid, its))
    assert len(references) == PEOPLE - 3
    failed = references[:2]
    lines = [f"{one},100,{'failed' if one in failed else 'success'},Wallet closed" for one in references]
    content = "\n".join(["Reference,Amount,Status,Reason", *lines]).encode()
    enter("Manager")
    page.goto(where)
    page.get_by_role("link", name="Reconcile").first.click()
    page.set_input_files(
        "input[type=file]", {"name": "result.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("button", name="Mark what failed").click(timeout=PATIENCE)
    expect(page.get_by_text("2 payments were marked as failed.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Pay those again whose payment failed").click()
    page.locator("form.portal-form button[type=submit]").first.click()
    expect(page.get_by_text("2 people are to be paid")).to_be_visible(timeout=PATIENCE)
    with live.session() as session:
        again = text('SELECT "retryOf"::text FROM tbl_payout_rows WHERE "listId" = :list')
        assert set(session.scalars(again, {"list": page.url.rsplit("/", 1)[1]})) == set(failed)

    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sid", "value": vendor.value, "url": live.url, "httpOnly": True}])
    page.goto("/desk/payments")
    expect(page.locator(".desk-list li")).to_have_count(len(references))
    page.goto("/desk/payments?status=FAILED")
    expect(page.locator(".desk-list li")).to_have_count(2)
    page.locator(".desk-list a").first.click()
    page.get_by_role("link", name="This is wrong").click()
    page.get_by_label("I was not paid").check()
    page.get_by_label("Tell us more").fill("The wallet is open.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The wallet is open.")).to_be_visible()
