"""A provider that is told by files: orders wait for the file, and nobody is asked."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import Adapter, BadCallback, Order, ProviderFault, Receiver, Wanted
from portal.offramp.client.registry import adapter_of

WANTED = Wanted("CELO", "CUSD", Decimal(10), "0x" + "ab" * 20, "NPR")


def by_file(instance: Path, **settings: Any) -> Adapter:
    return adapter_of(UUID(int=1), "FILE", settings, {"PORTAL_INSTANCE": instance})


def test_an_order_is_under_way_once_it_is_given(instance: Path) -> None:
    order = Order("rp-1", "file-1", "none:file-1", WANTED, Receiver("MTN", "+9779800000001", "Asha"))
    report = by_file(instance).execute(order)
    assert (report.status, report.facts) == (OfframpStatus.PROCESSING, {"referenceId": "rp-1"})


def test_a_request_is_the_same_for_the_same_key_and_needs_no_transfer(instance: Path) -> None:
    first, again, other = (by_file(instance).request(WANTED, key) for key in ("a", "a", "b"))
    assert first == again != other
    assert first.tx_hash == f"none:{first.request_id}"


def test_it_quotes_by_the_rate_that_was_agreed_and_not_at_all_without_one(instance: Path) -> None:
    quote = by_file(instance, rate="130.5", fee="1").quote(WANTED)
    assert quote is not None
    assert (quote.fiat_amount, quote.fee) == (Decimal("1291.95"), Decimal("13.05"))
    assert by_file(instance).quote(WANTED) is None


def test_nobody_is_asked_and_nobody_calls_back(instance: Path) -> None:
    spoken = by_file(instance)
    assert not spoken.speaks
    with pytest.raises(ProviderFault):
        spoken.status("rp-1")
    with pytest.raises(BadCallback) as refused:
        spoken.parse_callback(b"{}", {}, dt.datetime.now(dt.UTC))
    assert refused.value.status == 401
