"""What is kept of a conversation with a provider: never a phone, a name or a key.

What is not known to be harmless is masked. Texts in a provider's own words, which may quote whom they are about, lose
every word that is not one of those in which failures of payments are told.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

MASK = "•••"
MOST_KEYS = 40
DEEPEST = 3
LONGEST_REASON = 200

_KEPT = """
amount chain code cryptoamount currency escrowaddress eventid exchangerate expiresat fee fiatamount idempotencykey
quoteid rate referenceid requestid senderaddress sendersaddress sendersamount status statuscode success timestamp token
transactionamount transactionhash txhash
"""
_KEPT_KEYS = frozenset(_KEPT.split())
_HARMLESS = re.compile(r"[A-Za-z0-9_.:-]{1,160}")
_GAP = re.compile(r"(?:… )+…|…")

_WORDS = """
a able absent account active after again agent already amount an and any at available balance bank be been before
below blocked by called cancelled cannot carrier chain closed code completed confirmed connection could country
currency customer daily declined denied deposit did different does down duplicate error escrow exceeded exceeds exist
exists expired fail failed failure fee float for found fraud from funds gateway has hash have high id in inactive
incorrect insufficient internal invalid is issue it its kyc known late later less limit limits line liquidity lost low
maximum minimum missing mobile money monthly more name network no not number of off on only operator or out over paid
partner past payment payments payout phone pin please point processed processing provider quote rate reached receiver
recipient reference refused registered rejected request required reversed said same sender sent server service session
settled small status suspended system temporarily the this time timed timeout to today token tokens too transaction
transfer try unable unavailable under unknown unreachable unregistered unsupported user valid verification verified
wallet was while with within wrong
"""
_KNOWN = frozenset(_WORDS.split())


def masked(content: Any, hidden: Iterable[str | None] = (), _depth: int = 0) -> Any:
    """A JSON value as it may be kept: keys as they are, values where their key is known to be harmless.

    A value that holds one of the `hidden` texts is masked under whatever key it stands.
    """
    secrets = [text.lower() for text in hidden if text]
    if isinstance(content, Mapping):
        if _depth >= DEEPEST:
            return MASK
        return {
            _key(str(key), secrets): masked(value, secrets, _depth + 1)
            if isinstance(value, Mapping | list)
            else _value(str(key), value, secrets)
            for key, value in list(content.items())[:MOST_KEYS]
        }
    return MASK if content is not None else None


def reason_of(text: object) -> str | None:
    """Why a payment failed, in the provider's words as far as they are words of payments; None where none are left.

    `Insufficient float for +254712345678 (Grace)` becomes `Insufficient float for …`, and `LIMIT_EXCEEDED` stays.
    """
    if not isinstance(text, str):
        return None
    words = (_word(word) for word in text[:2000].replace("-", " ").split())
    said = _GAP.sub("…", " ".join(words)).strip(" ,;:")[:LONGEST_REASON]
    return said if any(sign.isalpha() for sign in said) else None


def _key(key: str, secrets: list[str]) -> str:
    fine = _HARMLESS.fullmatch(key) and not any(sign.isdigit() for sign in key)
    return key if fine and not _tells(key, secrets) else MASK


def _value(key: str, value: Any, secrets: list[str]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if re.sub(r"[^a-z]", "", key.lower()) not in _KEPT_KEYS:
        return MASK
    text = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
    return text if _HARMLESS.fullmatch(text) and not _tells(text, secrets) else MASK


def _tells(text: str, secrets: list[str]) -> bool:
    return any(secret in text.lower() for secret in secrets)


def _word(word: str) -> str:
    bare = word.strip(".,;:!?()[]\"'“”")
    known = bare and all(part.lower() in _KNOWN for part in bare.split("_") if part) and bare.strip("_")
    return word.strip("()[]\"'“”") if known else "…"
