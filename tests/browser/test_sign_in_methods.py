"""Signing in by wallet and by another service, in a browser: with a wallet in it, and with one elsewhere."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.auth.people import PASSWORD
from tests.auth.wallet_signing import Wallet
from tests.browser.conftest import Live

pytestmark = pytest.mark.browser

METHODS = "/account/sign-in-methods"
WALLET_IN_WINDOW = """
window.ethereum = { request: ({ method, params }) => window.askWallet(method, params ?? []) };
"""
_number = count(1)


class BrowserWallet:
    """A wallet that lives in a page, as an extension puts it there; it asks its owner, who may say no."""

    def __init__(self, page: Page) -> None:
        self.wallet, self.willing = Wallet(), True
        page.expose_binding("askWallet", lambda _source, method, params: self.answer(method, params))
        page.add_init_script(WALLET_IN_WINDOW)

    def answer(self, method: str, params: list[str]) -> Any:
        if not self.willing:
            raise PermissionError("4001: the person said no")
        if method == "eth_requestAccounts":
            return [self.wallet.address.lower()]
        text, address = params
        assert method == "personal_sign"
        assert address == self.wallet.address
        return self.wallet.sign(bytes.fromhex(text[2:]).decode())


def sign_out(page: Page) -> None:
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_wallet_in_the_browser_is_linked_and_leads_in(
    page: Page, sign_in: Callable[..., str], look_over: Callable[[str], None]
) -> None:
    owner = BrowserWallet(page)
    sign_in(f"holder{next(_number)}", "Viewer")
    page.goto(METHODS)
    look_over("sign-in-methods")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Wallet").click()
    page.get_by_role("button", name="Use the wallet in this browser").click()
    expect(page.get_by_label("Wallet address")).to_have_value(owner.wallet.address.lower())
    expect(page.get_by_label("Your password")).to_be_focused()
    look_over("wallet-link")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-wallet-text]")).to_contain_text("Link this wallet")
    look_over("wallet-link-signature")
    owner.willing = False
    page.get_by_role("button", name="Sign with the wallet").click()
    expect(page.locator("[data-wallet-said]")).to_contain_text("you said no")
    owner.willing = True
    page.get_by_role("button", name="Sign with the wallet").click()
    expect(page).to_have_url(re.compile(f"{METHODS}$"))
    expect(page.locator("#toasts")).to_contain_text("This wallet is yours now")
    expect(page.get_by_role("row", name=re.compile("^Wallet"))).to_contain_text(owner.wallet.address)
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_out(page)
    page.goto("/sign-in?next=/account/sessions")
    page.get_by_role("link", name="Wallet").click()
    look_over("wallet")
    page.get_by_role("button", name="Use the wallet in this browser").click()
    expect(page.locator("[data-wallet-text]")).to_contain_text(owner.wallet.address)
    look_over("wallet-signature")
    page.get_by_role("button", name="Sign with the wallet").click()
    expect(page).to_have_url(re.compile("/account/sessions$"))


def test_who_has_no_wallet_in_the_browser_is_told_and_may_sign_elsewhere(
    live: Live, either_page: Page
) -> None:
    page, wallet = either_page, Wallet()
    live.add_wallet(f"elsewhere{next(_number)}", wallet.address)
    page.goto("/sign-in")
    page.get_by_role("link", name="Wallet").click()
    plain = page.get_by_text(re.compile("There is no wallet in this browser|JavaScript is off")).last
    expect(plain).to_be_visible()
    expect(page.get_by_role("button", name="Use the wallet")).to_have_count(0)
    page.get_by_label("Wallet address").fill("0x123")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not a wallet address")
    page.get_by_label("Wallet address").fill(wallet.address)
    page.get_by_role("button", name="Go on").click()
    text = page.locator("[data-wallet-text]").text_content() or ""
    page.get_by_label("Signature").fill(wallet.sign(text))
    page.locator("main form").get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto("/account/sessions")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_another_service_is_linked_and_leads_in(
    page: Page, sign_in: Callable[..., str], look_over: Callable[[str], None]
) -> None:
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    name = sign_in(f"linker{next(_number)}", "Viewer")
    page.goto(METHODS)
    page.get_by_role("link", name="Google").click()
    look_over("link-service")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    look_over("link-service-way")
    page.get_by_role("link", name="Go to Google").click()
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.locator("#toasts")).to_contain_text("You can sign in by Google now")
    page.get_by_role("row", name=re.compile("^Google")).get_by_role("link", name="Unlink").click()
    look_over("unlink-method")
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_out(page)
    look_over("sign-in-with-services")
    page.get_by_role("link", name="Wallet").click()
    expect(page.locator("[data-wallet-said]")).to_contain_text("There is no wallet in this browser")
    page.get_by_role("link", name="Sign in another way").click()
    page.get_by_role("link", name="Google").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You said no at Google")
    look_over("service-refused")
    page.get_by_role("link", name="Try Google again").click()
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize").first.click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto(METHODS)
    expect(page.get_by_role("row", name=re.compile("^Google"))).not_to_contain_text("never")
