"""What a wallet is asked to sign, and whose signature something is.

The text is laid out as EIP-4361 says, so that wallets know it for what it is: they show it, and warn when the
page that asks is of another host than the text. It is a protocol's text, so it is English for everybody.
"""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass

CHAIN_ID = 1
"""Ethereum's main chain. Nothing is sent to a chain; wallets only want to be told one."""

GOOD_FOR = dt.timedelta(minutes=10)

SIGN_IN = "Sign in to Rahat Portal. This costs nothing and sends no transaction."
LINK = "Link this wallet to my account at Rahat Portal. This costs nothing and sends no transaction."

_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")


@dataclass(frozen=True)
class WalletMessage:
    """A text to sign. `address` in EIP-55's mixed case; `domain` and `uri` are where it is asked for."""

    statement: str
    domain: str
    uri: str
    address: str
    nonce: str
    issued: dt.datetime

    @property
    def expires(self) -> dt.datetime:
        """When it is no longer taken."""
        return self.issued + GOOD_FOR

    def text(self) -> str:
        """The text, exactly as it is signed."""
        return (
            f"{self.domain} wants you to sign in with your Ethereum account:\n"
            f"{self.address}\n"
            "\n"
            f"{self.statement}\n"
            "\n"
            f"URI: {self.uri}\n"
            "Version: 1\n"
            f"Chain ID: {CHAIN_ID}\n"
            f"Nonce: {self.nonce}\n"
            f"Issued At: {_written(self.issued)}\n"
            f"Expiration Time: {_written(self.expires)}"
        )

    def challenge(self) -> str:
        """What the database keeps of it: a hash over all of it, and until when, in seconds."""
        digest = hashlib.sha256(self.text().encode()).hexdigest()
        return f"wallet {int(self.expires.timestamp())} {digest}"


def new_nonce() -> str:
    """128 random bits, in letters and digits as the standard asks."""
    return secrets.token_hex(16)


def is_signature(text: str) -> bool:
    """Whether this has the form of a wallet's signature: `0x` and 65 bytes."""
    return _SIGNATURE.fullmatch(text) is not None


def signer_of(text: str, signature: str) -> str | None:
    """The address whose key signed the text, in EIP-55's mixed case; None for what is no signature at all."""
    from eth_account import Account  # takes half a second, and few processes need it
    from eth_account.messages import encode_defunct

    try:
        return str(Account.recover_message(encode_defunct(text=text), signature=signature))
    except Exception:  # whatever the libraries below say of numbers that are no point on the curve
        return None


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
