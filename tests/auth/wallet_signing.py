"""A wallet as a person holds it: signs texts with its key."""

import html
import re
from dataclasses import dataclass, field

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.models import User

ASK, SIGN = "/sign-in/wallet", "/sign-in/wallet/signature"


@dataclass(frozen=True)
class Wallet:
    """A wallet with a key of its own."""

    account: LocalAccount = field(default_factory=Account.create)

    @property
    def address(self) -> str:
        return str(self.account.address)

    def sign(self, text: str) -> str:
        """The signature of a personal message."""
        return "0x" + self.account.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")


def link(session: Session, user: User, wallet: Wallet) -> Auth:
    """Let somebody sign in by a wallet."""
    auth = Auth(user_id=user.id, service=Service.WALLET, service_id=wallet.address)
    session.add(auth)
    session.commit()
    return auth


def text_of(page: TestResponse) -> str:
    """The text that a page asks to sign."""
    found = re.search(r"<pre[^>]*data-wallet-text>(.*?)</pre>", page.text, re.S)
    assert found
    return html.unescape(found[1])


def ask(client: FlaskClient, wallet: Wallet, **more: object) -> str:
    """Ask to sign in by a wallet; the text to sign."""
    data = {"address": wallet.address, **more}
    assert client.post(ASK, data=data).location == SIGN
    return text_of(client.get(SIGN))


def sign_in(client: FlaskClient, wallet: Wallet, signer: Wallet | None = None) -> TestResponse:
    """Ask, sign, and send the signature: with `signer` in place of the wallet itself."""
    text = ask(client, wallet)
    return client.post(SIGN, data={"signature": (signer or wallet).sign(text)})
