"""One-time codes: made, and kept in such a way that only who got one and asked for it can use it.

What `tbl_auth.challenge` holds is `code:<browser>:<code>:<until>:<tries>`: hashes of what the browser that asked
keeps in its cookie and of the code, when the code runs out (seconds since 1970), and how many wrong ones are still
taken. The code's hash is keyed and made for one account and one browser, so that a copy of the database tells none.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, replace
from hashlib import sha256

from portal.auth.limits import CODE_DIGITS, CODE_TRIES
from portal.core.secrets import keyed_hash

KIND = "code"


def new_code() -> str:
    """A code to send: eight digits, some 26 bits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_browser() -> str:
    """What the asking browser keeps, to be known again: 256 random bits."""
    return secrets.token_urlsafe(32)


def read_code(typed: str) -> str:
    """A code as it was sent, from what somebody typed: blanks and hyphens left out, digits of any script."""
    digits = (
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in unicodedata.normalize("NFKC", typed)
    )
    return "".join(sign for sign in digits if not sign.isspace() and sign not in "-\u2010\u2011\u2013")


@dataclass(frozen=True)
class Challenge:
    """What the database keeps of a code that was sent; see the module."""

    browser: str
    code: str
    until: int
    tries: int

    @classmethod
    def of(cls, text: str | None) -> "Challenge | None":
        """The challenge that the text holds, None for anything else."""
        kind, *rest = (text or "").split(":")
        if kind != KIND or len(rest) != 4:
            return None
        return cls(rest[0], rest[1], int(rest[2]), int(rest[3]))

    def __str__(self) -> str:
        """As the database keeps it."""
        return f"{KIND}:{self.browser}:{self.code}:{self.until}:{self.tries}"

    def fits(self, hashed: str, now: int) -> bool:
        """Whether this is the hash of the code that was sent, and in time."""
        return now < self.until and hmac.compare_digest(self.code, hashed)

    def after_wrong_try(self) -> "Challenge | None":
        """What is left of it after a wrong code; None when that was the last."""
        return replace(self, tries=self.tries - 1) if self.tries > 1 else None


def sent_challenge(key: str, account: int, browser: str, code: str, until: int) -> Challenge:
    """The challenge to keep for a code that is sent to an account (its id) at the asking of a browser."""
    return Challenge(hashed_browser(browser), hashed_code(key, account, browser, code), until, CODE_TRIES)


def hashed_browser(browser: str) -> str:
    """What the database keeps of a browser. It is random and long, so a plain hash cannot be undone."""
    return sha256(browser.encode()).hexdigest()


def hashed_code(key: str, account: int, browser: str, code: str) -> str:
    """What the database keeps of a code; `key` is the installation's secret one."""
    return keyed_hash(key, "sign-in code", f"{account} {browser} {code}").hex()
