"""What is kept of a conversation: never a phone, a name or a key, however they are wrapped up."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.offramp.client.masking import MASK, masked, reason_of

PHONE, NAME, KEY = "+254712345678", "Zawadi Canary", "secret-canary-key"
CANARIES = (PHONE, PHONE.removeprefix("+"), NAME, *NAME.split(), KEY)


def test_F1_what_is_not_known_to_be_harmless_is_masked() -> None:
    kept = masked(
        {
            "success": True,
            "statusCode": Decimal(400),
            "message": f"no such receiver {NAME}",
            "data": {
                "referenceId": "rp-1",
                "request_id": "r-1",
                "fiatAmount": Decimal("1E+2"),
                "status": "FAILED",
                "mobileMoneyReceiver": {"phoneNumber": PHONE, "accountName": NAME},
                "receivers": [PHONE, NAME],
                "customer": "Zawadi",
                "reason": None,
                "more": {"and": {"deeper": "COMPLETED"}},
            },
        }
    )
    assert kept == {
        "success": True,
        "statusCode": "400",
        "message": MASK,
        "data": {
            "referenceId": "rp-1",
            "request_id": "r-1",
            "fiatAmount": "100",
            "status": "FAILED",
            "mobileMoneyReceiver": {"phoneNumber": MASK, "accountName": MASK},
            "receivers": MASK,
            "customer": MASK,
            "reason": None,
            "more": {"and": MASK},
        },
    }


@pytest.mark.parametrize(
    "content",
    [
        {"status": NAME},
        {"status": PHONE},
        {"requestId": f"{KEY}"},
        {PHONE: "COMPLETED"},
        {NAME: "COMPLETED"},
        {"data": {"data": {"data": {"data": {"phone": PHONE}}}}},
        {"code": [NAME]},
        {"amount": {"of": NAME}},
    ],
)
def test_F1_a_canary_under_a_harmless_key_is_masked_too(content: dict[str, Any]) -> None:
    kept = json.dumps(masked(content, [KEY, None, ""]))
    assert not any(canary in kept for canary in CANARIES)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Insufficient float", "Insufficient float"),
        ("INSUFFICIENT_FLOAT", "INSUFFICIENT_FLOAT"),
        (f"Insufficient float for {NAME} ({PHONE}).", "Insufficient float for …"),
        (f"{NAME}: receiver not registered", "… receiver not registered"),
        ("Timeout, please try again later.", "Timeout, please try again later."),
        (NAME, None),
        ("ZAWADI_CANARY", None),
        (PHONE, None),
        ("", None),
        (None, None),
        (Decimal(3), None),
    ],
)
def test_F1_a_reason_keeps_the_words_of_payments_and_no_other(said: object, kept: str | None) -> None:
    assert reason_of(said) == kept


_JSON = st.recursive(
    st.none() | st.booleans() | st.decimals(allow_nan=False) | st.sampled_from(CANARIES) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["status", "data", "phone", *CANARIES]) | st.text(), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(_JSON)
def test_F1_no_canary_gets_through_in_any_shape(content: Any) -> None:
    kept = json.dumps(masked(content, [PHONE, PHONE.removeprefix("+"), NAME, *NAME.split(), KEY]))
    assert not any(canary in kept for canary in CANARIES)


@settings(deadline=None)
@given(st.text(), st.sampled_from(CANARIES), st.text())
def test_F1_no_canary_gets_through_in_a_reason(before: str, canary: str, after: str) -> None:
    assert canary not in (reason_of(f"{before}{canary}{after}") or "")
