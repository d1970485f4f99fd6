"""Picking people in the list and doing one thing to all of them: with and without a script, and by keyboard."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Live
from tests.browser.keyboard import Keyboard
from tests.factories import add_beneficiary, add_group

pytestmark = pytest.mark.browser


def make(live: Live, *names: str) -> tuple[str, str]:
    """People whom one word finds, and a group for them; the word, and the group's name."""
    word = f"zq{uuid4().hex[:8]}"
    with live.session() as session:
        group = add_group(session, f"Group {word}").name
        for name in names:
            add_beneficiary(session, f"{name} {word}")
        session.commit()
    return word, group


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select {name}")


def action(page: Page) -> Locator:
    return page.get_by_role("combobox", name="What to do with those selected")


def figure(page: Page, label: str) -> Locator:
    return page.locator(".tile", has_text=label).locator(".tile-value")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def test_two_are_ticked_put_into_a_group_and_taken_out_again(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    word, group = make(live, "Sita", "Rita", "Gita")
    enter("Manager")
    page.goto(f"/beneficiaries?q={word}")
    expect(action(page)).to_be_hidden()
    box(page, f"Sita {word}").check()
    box(page, f"Gita {word}").check()
    expect(page.locator("[data-picked]")).to_have_text("2")
    look_over("bulk-picked")
    action(page).select_option(label="Add to a group")
    button(page, "Continue").click()
    page.get_by_role("combobox", name="Group").select_option(label=group)
    button(page, "Try it out").click()
    expect(figure(page, "Would change")).to_have_text("2")
    look_over("bulk-draft")
    button(page, "Do it now").click()
    expect(figure(page, "Changed")).to_have_text("2")
    look_over("bulk-done")
    button(page, "Undo this").click()
    expect(page.get_by_text("2 people are as before.")).to_be_visible()
    page.get_by_role("link", name="Bulk actions").first.click()
    expect(page.get_by_role("row", name=f"Add to the group {group}")).to_contain_text("Undone")
    look_over("bulk-list")


def test_what_is_ticked_is_forgotten_when_the_filter_changes(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    word, _group = make(live, "Sita", "Rita")
    enter("Manager")
    page.goto(f"/beneficiaries?q={word}")
    page.get_by_role("link", name="Select all 2 that match").click()
    expect(page.get_by_text("All 2 that match are selected.")).to_be_visible()
    expect(page.locator("[data-picked]")).to_have_text("2")
    expect(box(page, f"Sita {word}")).to_be_disabled()
    page.get_by_role("searchbox").fill(f"rita {word}")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(box(page, f"Rita {word}")).not_to_be_checked()
    expect(action(page)).to_be_hidden()


def test_nobody_ticked_is_said_at_the_bar(live: Live, page: Page, enter: Callable[..., None]) -> None:
    word, _group = make(live, "Sita")
    enter("Manager")
    page.goto(f"/beneficiaries?q={word}")
    box(page, f"Sita {word}").check()
    button(page, "Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what to do.")
    expect(box(page, f"Sita {word}")).to_be_checked()
    expect(action(page)).to_be_focused()


def test_all_that_match_without_a_script_and_by_keyboard_alone(
    live: Live, without_script: Page, enter: Callable[..., None]
) -> None:
    page, keys = without_script, Keyboard(without_script)
    word, group = make(live, "Sita", "Rita", "Gita")
    enter("Manager", into=page)
    page.goto(f"/beneficiaries?q={word}")
    keys.open(page.get_by_role("link", name="Select all 3 that match"))
    page.wait_for_url("**tick=all**")
    keys.go_to(action(page))
    action(page).select_option(label="Add to a group")
    keys.open(button(page, "Continue"))
    page.wait_for_url("**/bulk/*")
    keys.go_to(page.get_by_role("combobox", name="Group"))
    page.get_by_role("combobox", name="Group").select_option(label=group)
    keys.open(button(page, "Try it out"))
    expect(figure(page, "Would change")).to_have_text("3")
    keys.open(button(page, "Do it now"))
    expect(figure(page, "Changed")).to_have_text("3")
    keys.open(button(page, "Undo this"))
    expect(page.get_by_text("3 people are as before.")).to_be_visible()
