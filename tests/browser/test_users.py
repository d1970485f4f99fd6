"""Looking after users in a browser: from the list to a user's page and back, with a script and without."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.users.models import User
from portal.users.operations.assignments import assign_role
from tests.auth.messages import last_letter
from tests.auth.phones import give_phone
from tests.browser.conftest import Live
from tests.factories import add_project, add_user_with, enter_as

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
_number = count(1)


def add_somebody(live: Live, **facts: str) -> tuple[str, str]:
    """A viewer with a name that nobody else has: the name, and the path of their page."""
    with live.session() as session:
        user = add_user_with(session, f"somebody{next(_number)}", "Viewer")
        user.name = facts.get("name", f"Somebody Number{user.id}")
        session.commit()
        return user.name, f"/users/{user.uuid}"


def test_somebody_is_found_given_a_role_signed_out_and_deactivated(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    name, _path = add_somebody(live)
    enter(into=page)
    page.goto("/users")
    page.get_by_role("searchbox").fill(name.casefold())
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#users tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=somebody"))
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Give a role").click()
    page.get_by_label("Role").select_option("Officer")
    page.get_by_label("Until").fill("2001-01-01T10:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("still to come")
    expect(page.get_by_label("Role").locator("option:checked")).to_have_text("Officer")
    page.get_by_label("Until").fill("2099-06-05T17:30")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The role is given")
    expect(page.locator("main")).to_contain_text("Jun 5, 2099")
    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    page.get_by_label("Reason").fill("Contract over")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator(".callout")).to_contain_text("Contract over")
    page.get_by_role("link", name="Restore").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#toasts")).to_contain_text("The user is back")


def test_A13_the_deactivated_users_next_click_leads_to_the_door(
    live: Live, page: Page, enter: Callable[..., None], new_context: Callable[..., BrowserContext]
) -> None:
    theirs = new_context().new_page()
    with live.session() as session:
        user = add_user_with(session, f"somebody{next(_number)}", "Viewer")
        path, client = f"/users/{user.uuid}", live.app.test_client()
        enter_as(client, session, user)
    cookie = client.get_cookie("sid")
    assert cookie
    theirs.context.add_cookies([{"name": "sid", "value": cookie.value, "url": live.url}])
    theirs.goto("/beneficiaries")
    expect(theirs.locator("#people")).to_be_visible()
    enter()
    page.goto(f"{path}/deactivate")
    page.get_by_label("Reason").fill("Left")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator("#toasts")).to_contain_text("1 session of theirs has ended")
    theirs.get_by_role("searchbox").fill("anybody")
    expect(theirs).to_have_url(re.compile("/sign-in"))


def test_the_list_of_users_in_every_look(
    page: Page, live: Live, enter: Callable[..., None], look_over: LookOver
) -> None:
    add_somebody(live, name="Wolfeschlegelsteinhausenbergerdorff Muhammad al-Khwārizmī " * 2)
    enter()
    page.goto("/users")
    expect(page.locator("#users tbody tr").first).to_be_visible()
    look_over("users")
    page.goto("/users?q=zzzqqq")
    look_over("users-no-match")
    page.goto("/users/sign-out-everybody")
    look_over("users-sign-everybody-out")


def test_the_pages_of_one_user_in_every_look(
    page: Page, live: Live, enter: Callable[..., None], look_over: LookOver
) -> None:
    name, path = add_somebody(live, name="Lakshmi Bahadur Thapa Chhetri")
    with live.session() as session:
        user = session.query(User).filter_by(name=name).one()
        projects = [add_project(session, f"Winter cash {at}").uuid for at in range(3)]
        assign_role(session, user, "Officer", projects=projects)
        user.phone, user.notes = "+9779801234599", "On leave until March.\nAsk Ram."
        client = live.app.test_client()
        enter_as(client, session, user)
    enter()
    page.goto(path)
    look_over("user")
    page.goto(f"{path}/roles/give")
    look_over("user-give-role")
    page.goto(f"{path}/edit")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").click()
    look_over("user-edit-refused")
    page.goto("/users/new")
    look_over("user-new")
    page.goto(f"{path}/address")
    page.get_by_label("New e-mail address or phone").fill("nobody")
    page.get_by_role("button", name="Send the link").click()
    look_over("user-address-refused")
    page.goto(f"{path}/second-factor/reset")
    look_over("user-reset-second-factor")
    page.goto(f"{path}/deactivate")
    look_over("user-deactivate")
    page.get_by_label("Reason").fill("Left")
    page.get_by_role("button", name="Deactivate").click()
    look_over("user-deactivated")
    page.goto(f"{path}/restore")
    look_over("user-restore")


def test_another_address_is_offered_and_taken_and_a_lost_phone_forgotten_without_a_script(
    live: Live, page: Page, without_script: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    number = next(_number)
    name, path = add_somebody(live)
    with live.session() as session:
        give_phone(session, live.app, session.query(User).filter_by(name=name).one())
    enter(into=without_script)
    without_script.goto(path)
    without_script.get_by_role("link", name="Change e-mail or phone").click()
    without_script.get_by_label("New e-mail address or phone").fill(f"taken{number}@example.org")
    with live.paused():
        without_script.get_by_role("button", name="Send the link").click()
        expect(without_script.locator("#toasts")).to_contain_text("link")
        with live.session() as session:
            link = last_letter(session, "address_offer", f"taken{number}@example.org").link
    without_script.get_by_role("link", name="Reset", exact=True).click()
    without_script.get_by_role("button", name="Reset second factor").click()
    expect(without_script.get_by_role("link", name="Reset", exact=True)).to_have_count(0)
    page.goto(link)
    look_over("address-to-take")
    without_script.context.clear_cookies()
    without_script.goto(link)
    without_script.get_by_role("button", name="Yes, this is mine").click()
    expect(without_script.locator("#toasts")).to_contain_text("The change is made")
