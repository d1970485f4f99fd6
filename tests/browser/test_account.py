"""Coming in by a code, choosing another password by a link, and one's own account; with and without JavaScript."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.auth.letters import send_invitation
from portal.auth.operations.accounts import add_email_account
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from tests.auth.messages import Letter, last_letter
from tests.auth.people import PASSWORD
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser

NEW = "four words, quite new"
LookOver = Callable[[str], None]

_number = count(1)


def mail(live: Live, purpose: str, to: str) -> Letter:
    with live.session() as session:
        return last_letter(session, purpose, to)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail or phone").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def ask_for_code(page: Page, who: str) -> None:
    page.get_by_label("E-mail or phone").fill(who)
    page.get_by_role("button", name="Send me a code instead").click()


def test_a_code_by_mail_leads_where_one_wanted_to_go(live: Live, either_page: Page) -> None:
    page = either_page
    email = live.add_person(f"coder{next(_number)}", "Admin")
    page.goto("/jobs")
    with live.paused():
        ask_for_code(page, email)
        field = page.get_by_label("Code")
        expect(field).to_be_visible()
        code = mail(live, "code", email).code
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    expect(field).to_have_attribute("inputmode", "numeric")
    field.fill("0000 0000" if code != "00000000" else "1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not fit")
    field.fill(f"{code[:4]} {code[4:]}")
    field.press("Enter")
    expect(page).to_have_url(re.compile("/jobs$"))


def test_who_forgot_the_password_chooses_another(live: Live, either_page: Page) -> None:
    page = either_page
    email = live.add_person(f"forgets{next(_number)}", "Admin")
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    with live.paused():
        page.get_by_label("E-mail or phone").fill(email)
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("heading", name="Look for our message")).to_be_visible()
        link = mail(live, "reset", email).link
    page.goto(link)
    page.get_by_label("New password", exact=True).fill("too short")
    page.get_by_label("New password again").fill("too short")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 15 characters")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="Set password").click()
    expect(page.locator("#toasts")).to_contain_text("Your password is set")
    sign_in(page, email, NEW)
    expect(page).to_have_url(re.compile("/beneficiaries$"))
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is not good any more")).to_be_visible()


def test_one_changes_ones_name_and_ones_mail_address(live: Live, either_page: Page) -> None:
    page, number = either_page, next(_number)
    email, other = live.add_person(f"moves{number}", "Admin"), f"moved{number}@example.org"
    page.goto("/sign-in")
    sign_in(page, email)
    page.locator("details.account summary").click()
    page.get_by_role("link", name="My account").click()
    page.get_by_label("Name").fill("सीता K.C.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The changes are saved")
    expect(page.get_by_label("Name")).to_have_value("सीता K.C.")
    page.get_by_role("link", name="Change e-mail").click()
    page.get_by_label("New e-mail address").fill(other)
    with live.paused():
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Send the code").click()
        expect(page.locator("main")).to_contain_text(other)
        code = mail(live, "confirm_address", other).code
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#toasts")).to_contain_text("The change is made")
    expect(page.locator("main")).to_contain_text(other)


def test_the_pages_for_who_is_outside(live: Live, page: Page, look_over: LookOver) -> None:
    email = live.add_person(f"outside{next(_number)}", "Admin")
    page.goto("/sign-in")
    with live.paused():
        ask_for_code(page, email)
        look_over("code")
        page.get_by_role("button", name="Sign in").click()
        look_over("code-refused")
        page.goto("/password-reset")
        look_over("reset-request")
        page.get_by_label("E-mail or phone").fill(email)
        page.get_by_role("button", name="Send me a link").click()
        look_over("reset-sent")
        page.goto(mail(live, "reset", email).link)
    page.get_by_label("New password", exact=True).fill("password1234567")
    page.get_by_role("button", name="Set password").click()
    look_over("reset-choose")
    page.goto("/password-reset/choose?token=old")
    look_over("reset-spent")
    with live.paused():
        page.goto(_invitation(live))
    look_over("invitation")


def test_the_pages_of_ones_account(live: Live, page: Page, look_over: LookOver) -> None:
    email = live.add_person(f"inside{next(_number)}", "Admin", phone=f"+97798412{next(_number):05d}")
    page.goto("/sign-in")
    sign_in(page, email)
    page.goto("/account")
    look_over("account")
    page.goto("/account/password")
    look_over("account-password")
    page.goto("/account/email")
    page.get_by_label("New e-mail address").fill("nobody")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Send the code").click()
    look_over("account-email")
    page.get_by_label("New e-mail address").fill(
        "a.very.long.address.of.somebody@an.organisation.example.org"
    )
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Send the code").click()
    look_over("account-confirm")


def _invitation(live: Live) -> str:
    number = next(_number)
    with live.session() as session, live.app.test_request_context():
        user = add_user(session, "Gita Chaudhary-Thapa", f"gita{number}@example.org")
        add_email_account(session, user, None)
        assign_role(session, user, "Viewer")
        send_invitation(session, user)
        session.commit()
        return last_letter(session, "invitation", user.email or "").link
