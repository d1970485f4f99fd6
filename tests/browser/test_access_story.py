"""From making a role to reading in the log what became of it: the whole of access, by pages alone."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.auth.operations.accounts import add_email_account
from portal.users.operations.users import add_user
from tests.auth.messages import last_letter
from tests.auth.people import PASSWORD
from tests.auth.phones import code_of
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project

pytestmark = pytest.mark.browser

_number = count(1)


@dataclass(frozen=True)
class Cast:
    """Two projects with a person each, and somebody of the staff who holds no role yet."""

    tag: str
    project: str
    inside: str
    outside: str
    phone: str
    email: str
    user: str


@pytest.fixture
def cast(live: Live) -> Cast:
    tag = f"Story{next(_number)}"
    with live.session() as session:
        here, there = (add_project(session, f"{tag} {place}") for place in ("Koshi", "Lumbini"))
        inside = add_beneficiary(
            session, f"Zarina {tag}", "+9779811223344", govt_id="NP-5577", projects=[here]
        )
        outside = add_beneficiary(session, f"Zubin {tag}", "+9779811223355", projects=[there])
        user = add_user(session, f"Watcher {tag}", f"{tag.casefold()}@example.org")
        add_email_account(session, user, live.app.extensions["portal_passwords"].hash(PASSWORD))
        session.commit()
        return Cast(
            tag,
            here.name or "",
            str(inside.uuid),
            str(outside.uuid),
            "981-1223344",
            user.email or "",
            f"/users/{user.uuid}",
        )


def test_a_role_for_one_project_is_made_given_obeyed_revoked_and_found_in_the_log(
    live: Live,
    page: Page,
    enter: Callable[..., None],
    new_context: Callable[..., BrowserContext],
    cast: Cast,
) -> None:
    enter()
    make_role(page, cast)
    give_it_until_friday(page, cast)
    theirs = new_context().new_page()
    come_in(live, theirs, cast)
    see_only_the_project(theirs, cast)
    end_their_session(page, cast)
    theirs.get_by_role("searchbox").fill("anybody")
    expect(theirs).to_have_url(re.compile("/sign-in"))
    find_it_in_the_log(page, cast)


def make_role(page: Page, cast: Cast) -> None:
    """May see and export people and see their names; phones and ids stay hidden; a second factor is demanded."""
    page.goto("/roles/new")
    page.get_by_label("Name").fill(f"Watching {cast.tag}")
    for tick in (
        "See: Beneficiaries",
        "Export: Beneficiaries",
        "See: Personal data of beneficiaries",
        "See: Projects",
    ):
        page.get_by_role("checkbox", name=tick, exact=True).check()
    page.get_by_label("Demands a second factor").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Watching {cast.tag}")


def friday() -> dt.date:
    """The next one that is not today."""
    today = dt.datetime.now(dt.UTC).date()
    return today + dt.timedelta(days=(4 - today.weekday()) % 7 or 7)


def friday_in_words() -> str:
    """As pages write it."""
    return f"{friday():%b} {friday().day}, {friday().year}"


def give_it_until_friday(page: Page, cast: Cast) -> None:
    page.goto(cast.user)
    page.get_by_role("link", name="Give a role").click()
    page.get_by_label("Role").select_option(f"Watching {cast.tag}")
    page.get_by_label("Until").fill(f"{friday()}T18:00")
    page.get_by_label(cast.project, exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The role is given")
    expect(page.locator("main")).to_contain_text(friday_in_words())
    expect(page.locator("main")).to_contain_text(cast.project)


def come_in(live: Live, page: Page, cast: Cast) -> None:
    """With a code that came by e-mail, and then a second factor, which has to be set up first."""
    page.goto("/beneficiaries")
    page.get_by_label("E-mail or phone").fill(cast.email)
    with live.paused():
        page.get_by_role("button", name="Send me a code instead").click()
        expect(page.get_by_label("Code")).to_be_visible()
        with live.session() as session:
            code = last_letter(session, "code", cast.email).code
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/beneficiaries")
    expect(page).to_have_url(re.compile("second-factor"))
    page.get_by_role("button", name="I have such an app").click()
    page.get_by_text("I cannot scan it").click()
    secret = (page.locator("[data-secret]").text_content() or "").replace(" ", "")
    page.get_by_label("Code from your phone").fill(code_of(secret))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="I have kept them").click()


def see_only_the_project(page: Page, cast: Cast) -> None:
    page.goto(f"/beneficiaries?q={cast.tag}")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#people")).to_contain_text(f"Zarina {cast.tag}")
    expect(page.locator(".pager")).to_contain_text("1–1 of 1")
    expect(page.locator("#people")).to_contain_text("+977••••344")
    page.goto(f"/beneficiaries?q={cast.phone}")
    expect(page.locator("#people")).to_contain_text("Nobody matches")
    page.goto(f"/beneficiaries/{cast.inside}")
    expect(page.locator("main")).to_contain_text(f"Zarina {cast.tag}")
    expect(page.locator("main")).not_to_contain_text(cast.phone)
    expect(page.locator("main")).not_to_contain_text("5577")
    expect(page.get_by_role("button", name="Show phone and ID")).to_have_count(0)
    page.goto(f"/beneficiaries/{cast.outside}")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Zubin")
    page.goto("/beneficiaries/export")
    page.get_by_label("What is it for?").select_option(label="Reporting")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert f"Zarina {cast.tag}" in content
    assert "Zubin" not in content
    assert "1223344" not in content
    page.goto("/projects")
    expect(page.locator("main")).to_contain_text(cast.project)
    expect(page.locator("main")).not_to_contain_text("Lumbini")
    page.goto("/users")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Users")
    page.goto("/beneficiaries")


def end_their_session(page: Page, cast: Cast) -> None:
    page.goto(cast.user)
    page.locator("main").get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("ended")


def find_it_in_the_log(page: Page, cast: Cast) -> None:
    """Who made what, gave it to whom, came in, saw what, took it along and was put out, each by its name."""
    role, watcher, admin = f"Watching {cast.tag}", f"Watcher {cast.tag}", page.locator(".account-name")
    acting = (admin.first.text_content() or "").strip()
    for query, by, told in (
        ("table=tbl_auth_roles&action=INSERT", acting, (role,)),
        ("table=tbl_auth_permissions", acting, (role, "Personal data of beneficiaries")),
        ("table=tbl_users_roles", acting, (role, watcher, cast.project, friday_in_words())),
        ("action=SIGN_IN", watcher, ()),
        (f"action=READ&record={cast.inside}", watcher, ()),
        ("action=EXPORT", watcher, ("Reporting",)),
        ("table=tbl_auth_sessions&action=UPDATE", acting, ("Session ended",)),
    ):
        page.goto(f"/audit?{query}")
        entry = page.locator(".entry", has=page.locator(".entry-who", has_text=by))
        for words in told:
            entry = entry.filter(has_text=words)
        expect(entry.first, f"{query}: {told}").to_be_visible()
