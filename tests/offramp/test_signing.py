"""Callbacks are taken only as they were signed, when they were, and each as the event it is."""

import datetime as dt
import json
from typing import Any

import pytest

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import BadCallback
from portal.offramp.client.callbacks import MOST_BYTES, understood
from portal.offramp.client.signing import EVENT, LEEWAY, SIGNATURE, TIMESTAMP, sign

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SECRET, FORMER = "the secret of today", "the one before it"
BODY = json.dumps(
    {"referenceId": "rp-1", "status": "COMPLETED", "fiatAmount": "12.50", "currency": "kes"}
).encode()


def status_of(
    body: bytes, headers: dict[str, str], now: dt.datetime = NOW, secrets: Any = (SECRET, FORMER)
) -> int:
    """What a callback is answered: 202, or why it is refused."""
    try:
        understood(secrets, body, headers, now)
    except BadCallback as bad:
        return bad.status
    return 202


def signed(
    body: bytes = BODY, secret: str = SECRET, at: dt.datetime = NOW, event: str = "event-1"
) -> dict[str, str]:
    return sign(secret, body, at, event)


def test_E6_a_callback_that_was_signed_is_understood() -> None:
    told = understood((SECRET, None), BODY, signed(), NOW)
    assert (told.event_id, told.reference_id, told.request_id) == ("event-1", "rp-1", None)
    assert (told.report.status, str(told.report.amount_paid), told.report.currency) == (
        OfframpStatus.COMPLETED,
        "12.50000000",
        "KES",
    )


def test_D11_an_amount_that_comes_as_a_number_is_kept_to_its_last_digit() -> None:
    body = b'{"status": "COMPLETED", "fiatAmount": 12345678901234567.12345678, "fee": 0.1}'
    told = understood((SECRET,), body, signed(body), NOW)
    assert (str(told.report.amount_paid), str(told.report.fee)) == (
        "12345678901234567.12345678",
        "0.10000000",
    )


def test_E6_two_secrets_are_taken_while_one_is_exchanged_and_none_else() -> None:
    assert status_of(BODY, signed(secret=FORMER)) == 202
    assert status_of(BODY, signed(secret=FORMER), secrets=(SECRET, None)) == 401
    assert status_of(BODY, signed(secret="somebody else's")) == 401


def test_E6_without_a_secret_nothing_is_taken_not_even_what_an_empty_one_signed() -> None:
    assert status_of(BODY, signed(secret=""), secrets=(None, "")) == 401


@pytest.mark.parametrize("place", range(0, len(BODY), 7))
def test_E6_one_byte_of_the_body_changed_is_refused(place: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1
    assert status_of(bytes(changed), signed()) == 401


@pytest.mark.parametrize("header", [TIMESTAMP, EVENT, SIGNATURE])
@pytest.mark.parametrize("value", [None, "", "1", "sha256=", "é", "x" * 5000, "１７００００００００"])
def test_E6_a_header_that_is_missing_or_another_is_refused(header: str, value: str | None) -> None:
    headers = signed()
    headers.pop(header)
    assert status_of(BODY, headers | ({} if value is None else {header: value})) == 401


@pytest.mark.parametrize(
    ("seconds", "status"), [(-LEEWAY - 1, 401), (-LEEWAY, 202), (0, 202), (LEEWAY, 202), (LEEWAY + 1, 401)]
)
def test_E6_what_was_signed_at_another_time_is_refused(seconds: int, status: int) -> None:
    assert status_of(BODY, signed(at=NOW + dt.timedelta(seconds=seconds))) == status


def test_E6_a_callback_sent_again_later_or_as_another_event_is_refused() -> None:
    """Time and event are signed too, so that neither can be made new."""
    later = NOW + dt.timedelta(hours=1)
    assert status_of(BODY, {**signed(), TIMESTAMP: str(int(later.timestamp()))}, later) == 401
    assert status_of(BODY, {**signed(), EVENT: "event-2"}) == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"status": "DONE"}',
        b'{"referenceId": "rp-1"}',
        b'{"status": "COMPLETED", "fiatAmount": NaN}',
        b'{"status": "COMPLETED", "fiatAmount": 1e400}',
        b'{"status": "COMPLETED", "fiatAmount": -1}',
        b'{"status": "COMPLETED", "fiatAmount": "1,000"}',
        b'{"status": "COMPLETED", "referenceId": {"a": 1}}',
        b'{"status": "COMPLETED", "referenceId": "a\\u0000b"}',
        b'{"status": "COMPLETED", "currency": "<b>"}',
        b'{"a":' * 100_000,
        b"\xff\xfe",
        b'{"status": "' + b"x" * MOST_BYTES + b'"}',
    ],
)
def test_E6_and_D11_what_was_signed_and_makes_no_sense_is_refused_as_that(body: bytes) -> None:
    assert status_of(body, signed(body)) == 400
