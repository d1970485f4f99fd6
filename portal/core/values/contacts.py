"""E-mail addresses, wallet addresses and the uuid of a person already registered."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from portal.core.errors import sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Problem, shown
from portal.core.values.text import clean, is_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

# The plain shape that most addresses have; whatever is not of it is put before email-validator.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}"
    r"(?:com|org|net|int|gov|edu|np|fr|ke|ug|et|in|bd|pk|lk|ph|ua|jo|lb|co|de|uk|io)"
)
_WALLET = re.compile(r"0[xX]([0-9a-fA-F]{40})")
_UUID = re.compile(r"\{?([0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12})\}?")


def convert_email(cell: str, context: Context) -> Converted:
    """An e-mail address, its domain in lower case; whether it can be delivered to is not asked."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    if len(text) <= 64 and "--" not in text and _PLAIN_EMAIL.fullmatch(text):
        return Converted(text)
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.removeprefix("mailto:"), check_deliverability=False)
    except EmailNotValidError:
        message = sentence("“%(value)s” is not an e-mail address. Write it as name@example.org.")
        return Converted(problem=Problem(context.field, "not_an_email", message, {"value": shown(text)}))
    return Converted(found.normalized)


def convert_wallet(cell: str, context: Context) -> Converted:
    """A wallet address in its EIP-55 spelling; an address in mixed case must already be spelt that way."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    match = _WALLET.fullmatch(text)
    if match is None:
        message = sentence("“%(value)s” is not a wallet address: 0x and 40 digits or letters from a to f.")
        return Converted(problem=Problem(context.field, "not_a_wallet", message, {"value": shown(text)}))
    digits = match.group(1)
    spelt = checksummed(digits)
    if digits in (digits.lower(), digits.upper()) or spelt[2:] == digits:
        return Converted(spelt)
    message = sentence(
        "The capitals of the wallet address “%(value)s” do not fit its digits, so one of them is mistyped."
    )
    return Converted(problem=Problem(context.field, "checksum", message, {"value": shown(text)}))


def checksummed(digits: str) -> str:
    """ "0x" and the 40 hexadecimal digits of an address, with the capitals that EIP-55 asks for."""
    digits = digits.lower()
    marks = _keccak()(digits.encode()).hex()
    return "0x" + "".join(c.upper() if mark >= "8" else c for c, mark in zip(digits, marks, strict=False))


@cache
def _keccak() -> Callable[[bytes], bytes]:
    """Keccak-256; loaded when the first address is met, as most files have none."""
    from eth_hash.auto import keccak

    return keccak


def convert_uuid(cell: str, context: Context) -> Converted:
    """The uuid of a person the portal exported, in its usual spelling."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    match = _UUID.fullmatch(text)
    if match is None:
        message = sentence("“%(value)s” is not the uuid of a person. Leave it empty for a new person.")
        return Converted(problem=Problem(context.field, "not_a_uuid", message, {"value": shown(text)}))
    return Converted(str(UUID(match.group(1))))
