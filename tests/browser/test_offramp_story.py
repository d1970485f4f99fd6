"""The whole way of a list: five hundred sent through the Sandbox, some of which fail and are tried again, past a worker
that is killed; then the provider's book, our tables and the page agree to the last unit. And what watches over it."""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from portal.demo.offramps import LIST, PEOPLE, SANDBOX
from portal.demo.programme import named
from portal.tokens.models import Token
from tests.browser.conftest import Live
from tests.offramp.files import as_csv
from tests.offramp.requests import SENDER

pytestmark = pytest.mark.browser

PAYOUT_LIST = named("payout list", LIST.title)
PATIENCE = 240_000
"""Milliseconds that five hundred payments may take on a machine that has other things to do."""
QUICK = """
UPDATE tbl_offramp_providers SET config = config || '{"delayFrom": "0", "delayTo": "3"}' WHERE uuid = :uuid
"""
STANDING = """
SELECT count(*) FILTER (WHERE status = 'COMPLETED') AS completed, count(*) FILTER (WHERE status = 'FAILED') AS failed,
    count(*) AS made FROM tbl_offramps WHERE "payoutListId" = :list
"""
# A reference of ours that the book has twice, or one that the book knows and we do not, would show as another number.
BOOK = """
SELECT count(*) AS paid, count(DISTINCT o.uuid) AS requests, sum(b.amount) AS tokens, sum(b."fiatAmount") AS money,
    sum(b.fee) AS fees
FROM tbl_sandbox_payments b JOIN tbl_offramps o ON o."requestId" = b."requestId"
WHERE o."payoutListId" = :list AND b.status = 'COMPLETED'
"""
OURS = """
SELECT count(*) AS paid, count(DISTINCT o.uuid) AS requests, sum(o.amount) AS tokens, sum(a."amountPaid") AS money,
    sum(a.fee) AS fees
FROM tbl_offramps o JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid AND a.state = 'COMPLETED'
JOIN tbl_offramp_transactions t ON t."requestId" = o."requestId" AND t.status = 'COMPLETED'
    AND t."referenceId" = a."referenceId"
JOIN tbl_transactions p ON p.uuid = o."transactionId" AND p.status = 'APPROVED' AND p.amount = o.amount
WHERE o."payoutListId" = :list AND o.status = 'COMPLETED'
"""
STRAY = "SELECT count(*) AS raised FROM tbl_offramp_attention WHERE kind = 'ORPHAN'"
AT_ODDS = """
SELECT count(*) AS number FROM tbl_sandbox_payments b
FULL JOIN tbl_offramp_attempts a ON a."referenceId" = b."referenceId"
JOIN tbl_offramps o ON o.uuid = a."offrampId"
WHERE o."payoutListId" = :list AND (b.status::text, b."fiatAmount") IS DISTINCT FROM
    (a.state, CASE a.state WHEN 'COMPLETED' THEN a."amountPaid" ELSE b."fiatAmount" END)
"""


def ask(live: Live, statement: str) -> Any:
    with live.session() as session:
        found = session.execute(text(statement), {"list": PAYOUT_LIST} if ":list" in statement else {}).one()
        session.rollback()
        return found


def wait_until(live: Live, statement: str, reached: Callable[[Any], bool]) -> Any:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        if reached(standing := ask(live, statement)):
            return standing
        time.sleep(0.3)
    raise AssertionError(f"it stays at {standing}")


def test_five_hundred_are_sent_and_all_books_agree(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    provider = named("provider", SANDBOX)
    with live.session() as session:
        session.execute(text(QUICK), {"uuid": provider})
        session.commit()
    enter("Manager")
    page.goto(f"/payouts/{PAYOUT_LIST}")
    page.get_by_role("link", name="Send by offramp").first.click()
    page.get_by_label("Provider", exact=True).select_option(str(provider))
    page.get_by_label("Chain", exact=True).select_option("CELO")
    page.get_by_label("Address that the tokens are sent from").fill(SENDER)
    page.get_by_label("Paid out in").select_option("NPR")
    page.get_by_label("Network").fill("Terai Mobile Money")
    page.get_by_role("button", name="Show what it pays out").click()
    page.get_by_role("button", name=f"Send {PEOPLE} payments").click()

    # The worker dies in the middle; another one takes up what it left.
    wait_until(live, STANDING, lambda standing: standing.completed >= PEOPLE / 10)
    live.replace_worker()
    expect(page.get_by_text(f"{PEOPLE} of {PEOPLE} have come to an end")).to_be_visible(timeout=PATIENCE)
    standing = ask(live, STANDING)
    assert standing.made == PEOPLE
    assert 0 < standing.failed < PEOPLE / 4

    for _again in range(6):
        if not standing.failed:
            break
        page.goto(f"/offramps/retry?payout_list={PAYOUT_LIST}&status=FAILED")
        expect(page.locator("main")).to_contain_text(re.compile(rf"\b{standing.failed} failed offramp"))
        page.get_by_role("button", name="Try again").click()
        standing = wait_until(live, STANDING, lambda now: now.completed + now.failed == PEOPLE)
    assert (standing.completed, standing.failed) == (PEOPLE, 0)

    book, ours = ask(live, BOOK), ask(live, OURS)
    assert book == ours
    assert (ours.paid, ours.requests, ours.tokens) == (PEOPLE, PEOPLE, Decimal(25) * PEOPLE)
    assert ask(live, AT_ODDS).number == 0
    page.goto(f"/offramps?payout_list={PAYOUT_LIST}")
    totals = page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert f"{25 * PEOPLE:,} CUSD" in totals
    assert f"{PEOPLE} offramps" in totals

    page.goto("/figures/offramps")
    expect(page.get_by_role("heading", name="Why tries failed")).to_be_visible()
    expect(page.locator("#figures")).to_contain_text(SANDBOX)
    look_over("offramp-figures")


def test_what_watches_over_offramps_is_for_everybody(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    enter("Admin")
    wait_until(live, STRAY, lambda found: found.raised > 0)
    page.goto("/offramps/attention")
    expect(page.get_by_text("Callback about nothing of ours").first).to_be_visible()
    look_over("offramp-attention")
    page.get_by_role("link", name="Settle", exact=True).first.click()
    page.get_by_role("button", name="Settle").click()
    expect(page.locator(".field-error")).to_contain_text("Say what came of it")
    look_over("offramp-settle")
    page.get_by_label("What came of it").fill("It was another organisation's.")
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_text("It is settled.")).to_be_visible()
    page.goto("/offramps/attention/patience")
    look_over("offramp-patience")

    # A statement of which one row agrees and one means nothing.
    with live.session() as session:
        reference = session.scalar(
            text("SELECT \"referenceId\" FROM tbl_offramp_attempts WHERE state = 'COMPLETED' LIMIT 1")
        )
    rows = [[reference, "", "completed"], ["rp-nobody", "12", "completed"]]
    page.goto("/offramps/statements")
    look_over("offramp-statements")
    page.get_by_label("Provider").select_option(label=SANDBOX)
    content = as_csv(["Reference", "Amount paid", "Status"], rows)
    page.locator("input[type=file]").set_input_files(
        {"name": "statement.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="What are the columns?")).to_be_visible()
    look_over("offramp-statement-columns")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="What the statement says")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 row agrees")).to_be_visible()
    look_over("offramp-statement")

    page.goto("/tokens")
    look_over("tokens")
    page.get_by_role("link", name="CUSD").click()
    look_over("token")
    page.goto("/tokens/import")
    page.get_by_role("button", name="Put it into the registry").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look_over("token-import")


def test_a_token_is_registered_and_something_settled_without_a_script(
    live: Live, without_script: Page, enter: Callable[..., None]
) -> None:
    page = without_script
    enter("Admin", into=page)
    page.goto("/tokens/new")
    for label, value in {
        "Symbol": "PLAIN",
        "Name": "Plain Token",
        "Contract address": "0x" + "7" * 40,
        "Decimals": "6",
        "Supply": "1000",
        "First block": "987654",
        "Transaction that made it": "0x" + "7" * 64,
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Put it into the registry").click()
    expect(page.get_by_role("heading", name="PLAIN")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("is taken out of the registry")).to_be_visible()
    with live.session() as session:
        assert session.query(Token).filter_by(symbol="PLAIN").count() == 0
