"""One person in a browser: registered, changed by two at once, deleted and restored; with a script and without."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.keyboard import Keyboard
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
_number = count(1)


def a_phone() -> str:
    """A number that nobody else has."""
    return f"98123{next(_number):05d}"


def test_somebody_is_registered_edited_deleted_and_restored(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page, name = either_page, f"Bhagwati K.C. {next(_number)}"
    enter(into=page)
    page.goto("/beneficiaries")
    page.get_by_role("link", name="Register a person").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Birth date").fill("1990-12-31")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a phone number")
    expect(page.get_by_label("Name")).to_have_value(name)
    page.get_by_label("Phone", exact=False).first.fill(a_phone())
    first = page.get_by_role("group", name="Row 1")
    first.get_by_label("What").fill("children")
    first.get_by_label("Kind").select_option("Number")
    first.get_by_label("Value").fill("3")
    page.get_by_role("button", name="Add another row").click()
    second = page.get_by_role("group", name="Row 2")
    expect(second.get_by_label("What")).to_be_focused()
    second.get_by_label("What").fill("bankAccount")
    second.get_by_label("Value").fill("0042")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("#toasts")).to_contain_text(f"{name} is registered.")
    expect(page.get_by_role("row", name="children")).to_contain_text("3")
    expect(page.get_by_role("row", name="bankAccount")).to_contain_text("0042")

    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#toasts")).to_contain_text("verified")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Location").fill("Gulariya")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#person")).to_contain_text("Gulariya")
    page.get_by_role("link", name="Groups and projects").click()
    expect(page.locator("main")).to_contain_text("In no group.")

    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why.")
    page.get_by_label("Reason").fill("Registered twice")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("The person is deleted")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Deleted people").click()
    row = page.get_by_role("row", name=name)
    expect(row).to_contain_text("Registered twice")
    row.get_by_role("link").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#toasts")).to_contain_text("The person is back")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_E5_who_saves_second_takes_theirs_or_ones_own_by_one_click_each(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    with live.session() as session:
        person = add_beneficiary(session, "Sita Stale", location="Gulariya", notes="Old")
        uuid, key = person.uuid, person.id
        session.commit()
    enter(into=page)
    page.goto(f"/beneficiaries/{uuid}/edit")
    page.get_by_label("Location").fill("Mine")
    page.get_by_label("Notes").fill("Also mine")
    with live.session() as session:
        found = session.get(type(person), key)
        assert found
        found.location, found.notes, found.age, found.version = "Theirs", "Also theirs", 50, 2
        session.commit()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this person while you did.")
    differing = page.locator(".changes tbody tr")
    expect(differing).to_have_count(3)
    expect(page.get_by_role("radio", name="Age, Saved meanwhile")).to_be_checked()
    expect(page.get_by_role("radio", name="Location, You typed")).to_be_checked()
    page.get_by_role("radio", name="Location, Saved meanwhile").check()
    page.get_by_role("button", name="Save what is chosen").click()
    expect(page.locator("#toasts")).to_contain_text("The changes are saved.")
    person_panel = page.locator("#person")
    for said in ("Theirs", "Also mine", "50"):
        expect(person_panel).to_contain_text(said)


def test_somebody_like_them_is_shown_and_the_box_registers_all_the_same_by_keyboard(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    name = f"Devaki Alike {next(_number)}"
    with live.session() as session:
        add_beneficiary(session, name, govt_id="991-22-7", gender="FEMALE")
        session.commit()
    enter("Officer")
    page.goto("/beneficiaries/new")
    keys = Keyboard(page)
    keys.fill(page.get_by_label("Name"), name)
    keys.go_to(page.get_by_label("Has no phone"))
    page.keyboard.press("Space")
    keys.fill(page.get_by_label("Government ID"), "991 22 7")
    keys.open(page.get_by_role("button", name="Register"))
    expect(page.locator(".alike")).to_contain_text("Same government ID")
    keys.go_to(page.get_by_label("This is somebody else"))
    page.keyboard.press("Space")
    keys.open(page.get_by_role("button", name="Register"))
    expect(page.locator("#toasts")).to_contain_text("is registered")
    expect(page).to_have_url(re.compile(r"/beneficiaries/[0-9a-f-]{36}$"))


def test_the_pages_of_one_person_in_every_look(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    number = next(_number)
    with live.session() as session:
        project = add_project(session, f"Cash for the riverside {number}")
        group = add_group(session, f"Mothers of the riverside {number}", [project])
        extras = {"बच्चा": 3, "widow": True, "members": ["Ram", "Maya"], "since": "2026-02-03"}
        facts: dict[str, Any] = {
            "location": "Gulariya",
            "extras": extras,
            "groups": [group],
            "projects": [project],
        }
        person = add_beneficiary(session, "Muna Looked-at", a_phone(), govt_id="4-4", **facts)
        gone = add_beneficiary(session, "Muna Gone", govt_id="4-4")
        uuid, key, gone_uuid = person.uuid, person.id, gone.uuid
        session.commit()
    enter()
    page.goto("/beneficiaries/new")
    look_over("person-register")
    page.get_by_label("Name").fill("Muna Looked-at")
    page.get_by_label("Phone", exact=False).first.fill("12")
    page.get_by_label("Government ID").fill("4 4")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("person-register-refused")
    page.get_by_label("Phone", exact=False).first.fill(a_phone())
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".alike")).to_be_visible()
    look_over("person-register-alike")
    for path in ("", "/memberships", "/history", "/delete"):
        page.goto(f"/beneficiaries/{uuid}{path}")
        look_over(f"person{path.replace('/', '-')}")
    page.goto(f"/beneficiaries/{uuid}/edit")
    look_over("person-edit")
    page.get_by_label("Location").fill("A village with quite a long name, ward 7, behind the school")
    with live.session() as session:
        found = session.get(type(person), key)
        assert found
        found.location, found.version = "Rajapur", 2
        session.commit()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".changes")).to_be_visible()
    look_over("person-edit-stale")
    page.goto(f"/beneficiaries/{gone_uuid}/delete")
    page.get_by_label("Reason").fill("Registered twice, by two enumerators on the same morning")
    page.get_by_role("button", name="Delete").click()
    page.goto("/beneficiaries/deleted")
    look_over("people-deleted")
    page.goto(f"/beneficiaries/{gone_uuid}/restore")
    look_over("person-restore")
