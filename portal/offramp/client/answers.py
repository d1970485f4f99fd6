"""What providers say, understood: JSON as it came, into exact amounts and one of four states."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.enums import OfframpStatus
from portal.core.errors import sentence
from portal.core.values.money import DECIMALS, MOST
from portal.offramp.client.adapter import Report
from portal.offramp.client.masking import masked, reason_of

NO_REASON = sentence("The provider gives no reason that can be kept.")

STATES = {
    "PENDING": OfframpStatus.PROCESSING,
    "INITIATED": OfframpStatus.PROCESSING,
    "QUEUED": OfframpStatus.PROCESSING,
    "ACCEPTED": OfframpStatus.PROCESSING,
    "PROCESSING": OfframpStatus.PROCESSING,
    "IN_PROGRESS": OfframpStatus.PROCESSING,
    "RETRY": OfframpStatus.PROCESSING,
    "SUCCESS": OfframpStatus.COMPLETED,
    "SUCCESSFUL": OfframpStatus.COMPLETED,
    "COMPLETE": OfframpStatus.COMPLETED,
    "COMPLETED": OfframpStatus.COMPLETED,
    "PAID": OfframpStatus.COMPLETED,
    "FAILED": OfframpStatus.FAILED,
    "CANCELLED": OfframpStatus.FAILED,
    "CANCELED": OfframpStatus.FAILED,
    "DECLINED": OfframpStatus.FAILED,
    "REJECTED": OfframpStatus.FAILED,
    "EXPIRED": OfframpStatus.FAILED,
    "REVERSED": OfframpStatus.FAILED,
}
"""What providers call a state → which it is to us. An order that was given is under way, whatever else it waits for."""

LONGEST_NAME = 200


class NotUnderstood(ValueError):
    """An answer that has not the shape it should have."""


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds, its numbers exact. Raises NotUnderstood."""
    try:
        content = json.loads(body.decode(), parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        raise NotUnderstood("no JSON") from None
    if not isinstance(content, dict):
        raise NotUnderstood("no JSON object")
    return content


def heart_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer is about, which many wrap in `data`."""
    inner = content.get("data")
    return inner if isinstance(inner, dict) else content


def report_of(content: Mapping[str, Any], hidden: Iterable[str | None] = ()) -> Report:
    """What an answer or a callback says became of an order; `hidden` texts are masked wherever they stand.

    Raises NotUnderstood where it names no state we know.
    """
    heart = heart_of(content)
    state = STATES.get((name_in(heart, "status") or "").upper().replace(" ", "_").replace("-", "_"))
    if state is None:
        raise NotUnderstood("no state")
    return Report(
        status=state,
        reason=reason_in(content) or NO_REASON if state is OfframpStatus.FAILED else None,
        amount_paid=amount_in(heart, "fiatAmount", "amountPaid"),
        currency=_code(name_in(heart, "currency", "fiatCurrency")),
        fee=amount_in(heart, "fee", "fees"),
        wallet_id=name_in(heart, "walletId"),
        customer_key=name_in(heart, "customerKey"),
        facts=masked(content, hidden),
    )


def reason_in(content: Mapping[str, Any]) -> str | None:
    """Why something failed or was refused, as far as it can be kept; None where nothing of that is said."""
    for place in (heart_of(content), content):
        for said in _under(place, "reason", "failureReason", "errorMessage", "error", "message"):
            first = said[0] if isinstance(said, list) else said
            if reason := reason_of(first):
                return reason
    return None


def moment_in(content: Mapping[str, Any], *keys: str) -> dt.datetime | None:
    """The moment under the first of these keys that is there, in ISO 8601. Raises NotUnderstood for none."""
    for found in _under(content, *keys):
        try:
            moment = dt.datetime.fromisoformat(str(found))
        except ValueError:
            raise NotUnderstood(f"{keys[0]} is no moment") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return None


def name_in(content: Mapping[str, Any], *keys: str) -> str | None:
    """The name under the first of these keys that is there; keys are told whatever their case and underscores.

    Raises NotUnderstood for what can be no name.
    """
    for found in _under(content, *keys):
        text = str(found) if isinstance(found, str | Decimal) else ""
        if not text or len(text) > LONGEST_NAME or not text.isprintable() or not text.isascii():
            raise NotUnderstood(f"{keys[0]} is no name")
        return text
    return None


def amount_in(content: Mapping[str, Any], *keys: str) -> Decimal | None:
    """The amount under the first of these keys that is there, to eight decimals. Raises NotUnderstood for none."""
    for found in _under(content, *keys):
        try:
            amount = Decimal(found) if isinstance(found, str | Decimal) and len(str(found)) < 60 else None
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite() or not 0 <= amount < MOST:
            raise NotUnderstood(f"{keys[0]} is no amount")
        return amount.quantize(Decimal(1).scaleb(-DECIMALS))
    return None


def _under(content: Mapping[str, Any], *keys: str) -> Iterator[Any]:
    named = {_plain(str(key)): value for key, value in content.items()}
    for key in keys:
        if named.get(_plain(key)) not in (None, ""):
            yield named[_plain(key)]


def _plain(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _code(text: str | None) -> str | None:
    if text is not None and not re.fullmatch("[A-Za-z]{3,10}", text):
        raise NotUnderstood("no currency")
    return text and text.upper()


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
