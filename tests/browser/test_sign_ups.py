"""Asking for an account, being approved or rejected, and the messages that tell of it, in a browser."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from portal.messages.operations.outbox import Address, send
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
OUTBOX = "/messages/demo-outbox"
OWN = "nine small boats at dawn"
_number = count(1)


def ask(page: Page, name: str, email: str) -> None:
    """Ask for an account by the form that the sign-in page leads to."""
    page.goto("/sign-in")
    page.get_by_role("link", name="Ask for an account").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Organisation").fill("Relief Nepal")
    page.get_by_label("What do you need").fill("I register people in Bardiya.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def read_letter(page: Page, email: str) -> None:
    """Look into the demo's outbox until the message to this address is there."""
    page.goto(OUTBOX)
    letter = page.locator("article.letter", has_text=email)
    for _time in range(75):
        if letter.count():
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="Look again").click()
    expect(letter).to_have_count(1)


def test_somebody_asks_for_an_account_is_approved_and_comes_in(
    page: Page, enter: Callable[..., None], new_context: Callable[..., BrowserContext], look_over: LookOver
) -> None:
    email = f"sita{next(_number)}@example.org"
    page.goto("/sign-up")
    look_over("sign-up")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your name.")
    expect(page.get_by_label("E-mail address")).to_have_value("nobody")
    look_over("sign-up-refused")
    ask(page, "Sita Tharu", email)
    look_over("sign-up-thanks")

    desk = new_context().new_page()
    enter(into=desk)
    desk.goto("/sign-ups")
    desk.get_by_role("link", name="Sita Tharu").first.click()
    expect(desk.locator("main")).to_contain_text(email)
    desk.get_by_role("button", name="Approve and invite").click()
    expect(desk.get_by_role("alert")).to_contain_text("Choose at least one role")
    desk.get_by_role("checkbox", name="Viewer", exact=True).check()
    desk.get_by_role("button", name="Approve and invite").click()
    expect(desk.locator("#toasts")).to_contain_text("The account is made")
    expect(desk.locator("main")).to_contain_text("Approved")

    read_letter(page, email)
    page.locator("article.letter", has_text=email).get_by_role("link").click()
    page.get_by_label("New password", exact=True).fill(OWN)
    page.get_by_label("New password again").fill(OWN)
    page.locator("main form button[type=submit]").click()
    page.get_by_label("E-mail or phone").fill(email)
    page.get_by_label("Password").fill(OWN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("details.account")).to_contain_text("Sita Tharu")


def test_a_request_is_turned_down_and_the_person_reads_why(
    live: Live, either_page: Page, enter: Callable[..., None], new_context: Callable[..., BrowserContext]
) -> None:
    page, email = either_page, f"hari{next(_number)}@example.org"
    ask(page, "Hari Thapa", email)
    desk = new_context().new_page()
    enter(into=desk)
    desk.goto("/sign-ups?status=PENDING")
    desk.get_by_role("link", name="Hari Thapa").first.click()
    desk.get_by_label("Reason").fill("Ask your own organisation, please.")
    desk.get_by_role("button", name="Reject").click()
    expect(desk.locator("#toasts")).to_contain_text("turned down")
    read_letter(page, email)
    expect(page.locator("article.letter", has_text=email)).to_contain_text(
        "Ask your own organisation, please."
    )


def test_the_pages_of_requests_and_messages(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    enter()
    page.goto("/sign-ups")
    expect(page.locator("#sign-ups tbody tr").first).to_be_visible()
    look_over("sign-ups")
    page.get_by_role("link", name="Mikael Demo").click()
    look_over("sign-up-failed")
    page.go_back()
    page.get_by_role("link", name="Sushila Chaudhary").click()
    look_over("sign-up-pending")
    with live.session() as session:
        sent = send(session, Address("EMAIL", "reader@example.org"), "Your code", "482913", "code", None)
        failed = send(session, Address("SMS", "+9779812345678"), None, "482913", "code", None)
        session.commit()
        addresses = {name: f"/messages/{one.uuid}" for name, one in (("sent", sent), ("failed", failed))}
        uuid = failed.uuid
    page.goto(addresses["sent"])
    expect(page.locator("#doing")).to_contain_text("Sent")
    look_over("message-sent")
    page.goto(addresses["failed"])
    expect(page.locator("#doing")).to_contain_text("Sent")
    with live.session() as session:
        session.execute(
            text(
                """UPDATE tbl_messages SET state = 'FAILED', "sentAt" = NULL, "lastCode" = 401,
                "lastError" = 'The SMS gateway does not accept the portal''s key.' WHERE uuid = :uuid"""
            ),
            {"uuid": uuid},
        )
        session.commit()
    page.reload()
    look_over("message-failed")
    page.goto("/messages")
    look_over("messages")
    page.goto("/messages?state=FAILED")
    page.locator("#messages .row-link").first.click()
    with live.paused():
        page.get_by_role("button", name="Send again").click()
        expect(page.locator("#doing")).to_contain_text("Waiting")
        look_over("message-waiting")
    expect(page.locator("#doing")).to_contain_text(re.compile("^\\s*Sent"))
    page.goto(OUTBOX)
    look_over("demo-outbox")
