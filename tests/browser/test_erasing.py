"""Somebody is erased in a browser: with a script and without, by keyboard, after a look at what goes."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.keyboard import Keyboard
from tests.factories import add_beneficiary, add_group, add_project
from tests.imports.batches import stage

pytestmark = pytest.mark.browser

_number = count(1)


def somebody(live: Live) -> tuple[str, str]:
    """The page of a person who stands in a group, a project and an import; and their name."""
    number = next(_number)
    name, phone = f"Kamala Erasable {number}", f"+97798765{number:05d}"
    with live.session() as session:
        group, project = add_group(session, f"Widows {number}"), add_project(session, f"Relief {number}")
        facts: dict[str, Any] = {"notes": "Lame", "location": "Rajapur", "age": 61, "gender": "FEMALE"}
        person = add_beneficiary(session, name, phone, groups=[group], projects=[project], **facts)
        stage(session, [["name", "phone"], [name, phone], [name, ""]])
        session.commit()
        return f"/beneficiaries/{person.uuid}", name


def test_somebody_is_erased_after_a_look_at_what_goes(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    address, name = somebody(live)
    enter(into=page)
    page.goto(address)
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Erase for good").click()
    expect(page.locator("main")).to_contain_text("Rows of imports, with the cells as they stood: 1")
    expect(page.locator("main")).to_contain_text("2 ended memberships of groups and projects")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    expect(page.get_by_role("alert")).to_contain_text("Tick the box")
    page.get_by_label("Reason").select_option("They asked for it")
    page.get_by_label("In your own words").fill("Kamala wrote to us")
    page.get_by_label("I have looked at what goes").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("alert")).to_contain_text("Say it without naming the person")
    page.get_by_label("In your own words").fill("By letter")
    page.get_by_label("I have looked at what goes").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator("#toasts")).to_contain_text("The person is erased.")
    expect(page.locator("main")).to_contain_text("By letter")
    expect(page.locator("main")).not_to_contain_text(name)
    page.goto(f"/beneficiaries?q={name.replace(' ', '+')}")
    expect(page.get_by_role("row", name=name)).to_have_count(0)


def test_by_keyboard_and_in_every_look(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    address, _name = somebody(live)
    enter()
    page.goto(f"{address}/erase")
    look_over("erase-beneficiary")
    keys = Keyboard(page)
    keys.go_to(page.get_by_label("Reason"))
    page.keyboard.type("They took")
    keys.fill(page.get_by_label("In your own words"), "By phone")
    keys.open(page.get_by_label("I have looked at what goes"), "Space")
    keys.open(page.get_by_role("button", name="Erase for good"))
    expect(page.locator("#toasts")).to_contain_text("The person is erased.")
    look_over("show-erased")
    page.goto("/beneficiaries/erased")
    expect(page.get_by_role("row", name="They took their consent back").first).to_be_visible()
    look_over("list-erased")
