"""A payout list from the group to the money: made, submitted, looked at, held in part, approved by somebody else."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.keyboard import Keyboard
from tests.factories import add_beneficiary, add_group, add_project
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.browser


def make(live: Live) -> tuple[str, str]:
    """A group of three people in a project in which a shop works; the group's page, and the list's name to be."""
    word = f"zq{uuid4().hex[:6]}"
    with live.session() as session:
        project = add_project(session, f"North {word}", currency="NPR")
        group = add_group(session, f"Mothers {word}", [project])
        add_vendor(session, f"Shop {word}", [project])
        for name in ("Sita", "Rita", "Gita"):
            add_beneficiary(
                session, f"{name} {word}", groups=[group], projects=[project], extras={"members": "4"}
            )
        uuid = group.uuid
        session.commit()
    return f"/groups/{uuid}", word


def fill_in(page: Page, word: str) -> None:
    """Choose the project, and say what everybody receives."""
    page.get_by_label("Project").select_option(label=f"North {word}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Vendor", exact=True).select_option(label=f"Shop {word}")
    page.get_by_label("So much for each member").check()
    page.get_by_label("How much").fill("250")
    page.get_by_role("combobox", name="Further detail").select_option("members")


def test_a_list_is_made_submitted_held_in_part_and_approved(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    group, word = make(live)
    enter("Manager")
    page.goto(group)
    page.get_by_role("link", name="Pay these people").first.click()
    look_over("payouts-where")
    fill_in(page, word)
    look_over("payouts-new")
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text("3 people are to be paid")).to_be_visible(timeout=20_000)
    look_over("payouts-draft")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("Waits for approval")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="Look and approve")).to_have_count(0)
    where = page.url
    enter("Approver")
    page.goto(where)
    expect(page.get_by_text("Nothing striking")).to_be_visible()
    look_over("payouts-submitted")
    page.get_by_role("link", name="The people").click()
    page.get_by_role("checkbox", name=f"Select Sita {word}").check()
    look_over("payouts-rows")
    page.get_by_label("Why they are held out").fill("Nobody has seen her since March")
    page.get_by_role("button", name="Hold the ticked out").click()
    expect(page.get_by_text("1 person is held out")).to_be_visible()
    page.goto(f"{where}/approve")
    expect(page.get_by_text("You approve exactly this: 2 people")).to_be_visible()
    look_over("payouts-approve")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("paid, after the approval of")).to_be_visible(timeout=20_000)
    look_over("payouts-paid")
    page.goto("/payouts")
    look_over("payouts-list")


def test_a_list_is_returned_without_a_script_and_by_keyboard_alone(
    live: Live, without_script: Page, enter: Callable[..., None]
) -> None:
    page, keys = without_script, Keyboard(without_script)
    group, word = make(live)
    enter("Manager", into=page)
    page.goto(group)
    keys.open(page.get_by_role("link", name="Pay these people").first)
    fill_in(page, word)
    keys.open(page.get_by_role("button", name="Make the list"))
    submit = page.get_by_role("button", name="Submit for approval")
    expect(submit).to_be_visible(timeout=20_000)
    keys.open(submit)
    expect(page.get_by_text("Waits for approval")).to_be_visible(timeout=20_000)
    where = page.url
    enter("Approver", into=page)
    page.goto(f"{where}/return")
    keys.go_to(page.get_by_label("What is to be changed"))
    page.get_by_label("What is to be changed").fill("Leave out who moved away")
    keys.open(page.get_by_role("button", name="Return the list"))
    expect(page.get_by_text("Leave out who moved away")).to_be_visible()
