"""Kotani Pay's adapter against a process that speaks as Kotani Pay does, through every way in which that goes wrong."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import (
    Adapter,
    BadCallback,
    Order,
    ProviderFault,
    Receiver,
    Trouble,
    Wanted,
)
from portal.offramp.client.registry import adapter_of
from tests.offramp.kotani_process import LOOPBACK, KotaniProcess, running_kotani
from tests.offramp.test_hosts import answering

PHONE, NAME = "+254712345678", "Wanjiru Canary"
WANTED = Wanted("CELO", "CUSD", Decimal("10.00000001"), "0x" + "ab" * 20, "KES")
RECEIVER = Receiver("MPESA", PHONE, NAME)


@pytest.fixture(scope="module")
def process() -> Iterator[KotaniProcess]:
    with running_kotani() as process:
        yield process


@pytest.fixture
def kotani(process: KotaniProcess) -> KotaniProcess:
    """The same process, with nothing going wrong and nothing left over."""
    process.rule(share=0, failures=0, delay=[0, 0], hang=3, refuse=None)
    process.callbacks()
    return process


def adapter(kotani: KotaniProcess, instance: Path, **settings: Any) -> Adapter:
    config = {"PORTAL_INSTANCE": instance, **LOOPBACK}
    return adapter_of(UUID(int=1), "KOTANI_PAY", {**kotani.settings, **settings}, config)


def order(reference: str) -> Order:
    return Order(reference, "kotani-1", f"0x{reference.encode().hex():0>64}", WANTED, RECEIVER)


def taken(kotani: KotaniProcess, reference: str) -> int:
    """How often an order of this reference reached the fake; 0 where it stands not in its book."""
    return sum(line["ordered"] for line in kotani.book() if line["reference"] == reference)


def test_its_check_says_that_it_answers_and_takes_the_key(kotani: KotaniProcess, instance: Path) -> None:
    assert "takes our key" in adapter(kotani, instance).check()


def test_its_check_says_that_the_key_is_wrong(kotani: KotaniProcess, instance: Path) -> None:
    with pytest.raises(ProviderFault, match="does not accept our key") as fault:
        adapter(kotani, instance, apiKey="another-key-entirely").check()
    assert "another-key-entirely" not in repr(fault.value.facts) + str(fault.value)


def test_a_quote_is_what_the_receiver_gets_and_what_is_kept_of_it(
    kotani: KotaniProcess, instance: Path
) -> None:
    quote = adapter(kotani, instance).quote(WANTED)
    assert quote is not None
    assert (quote.fiat_amount, quote.fee) == (Decimal("1274.00000127"), Decimal("26.00000003"))
    assert (quote.currency, quote.quote_id) == ("KES", "q-1")


def test_a_request_has_their_id_and_their_escrow(kotani: KotaniProcess, instance: Path) -> None:
    opened = adapter(kotani, instance).request(WANTED, "key")
    assert opened.request_id.startswith("kotani-")
    assert opened.escrow_address is not None
    assert opened.tx_hash is None
    assert opened.facts["data"] == {"request_id": opened.request_id, "escrow_address": opened.escrow_address}


def test_D11_an_order_carries_its_amount_to_the_last_digit(kotani: KotaniProcess, instance: Path) -> None:
    kotani.rule(delay=[60, 60])
    report = adapter(kotani, instance).execute(order("rp-exact"))
    (line,) = [line for line in kotani.book() if line["reference"] == "rp-exact"]
    assert (line["amount"], line["phone"], line["name"]) == ("10.00000001", PHONE, NAME)
    assert (report.status, report.customer_key, report.wallet_id) == (
        OfframpStatus.PROCESSING,
        "cust-1",
        "wallet-1",
    )


@pytest.mark.parametrize("fault", ["before", "error"])
def test_E7_an_order_that_was_not_taken_is_unknown_and_its_reference_is_known_to_nobody(
    kotani: KotaniProcess, instance: Path, fault: str
) -> None:
    spoken, reference = adapter(kotani, instance), f"rp-{fault}"
    kotani.go_wrong("execute", fault)
    with pytest.raises(ProviderFault) as failed:
        spoken.execute(order(reference))
    assert failed.value.trouble is Trouble.UNKNOWN
    assert spoken.status(reference).status is None
    assert taken(kotani, reference) == 0


@pytest.mark.parametrize("fault", ["after", "cut", "error_after", "malformed", "slow"])
def test_E7_an_order_that_was_taken_without_an_answer_is_unknown_and_paid_once_when_given_again(
    kotani: KotaniProcess, instance: Path, fault: str
) -> None:
    spoken, reference = adapter(kotani, instance), f"rp-{fault}"
    kotani.go_wrong("execute", fault)
    with pytest.raises(ProviderFault) as failed:
        spoken.execute(order(reference))
    assert failed.value.trouble is Trouble.UNKNOWN
    assert spoken.execute(order(reference)).status in {OfframpStatus.PROCESSING, OfframpStatus.COMPLETED}
    assert taken(kotani, reference) == 2
    assert len([line for line in kotani.book() if line["reference"] == reference]) == 1
    assert spoken.takes_a_reference_once


def test_a_provider_that_is_not_there_has_heard_nothing(instance: Path) -> None:
    gone = adapter(KotaniProcess(9), instance)  # the port of discard, where nobody listens
    with pytest.raises(ProviderFault) as fault:
        gone.execute(order("rp-gone"))
    assert fault.value.trouble is Trouble.UNREACHED


def test_what_it_paid_and_kept_is_told_when_it_is_asked(kotani: KotaniProcess, instance: Path) -> None:
    spoken = adapter(kotani, instance)
    spoken.execute(order("rp-paid"))
    while (report := spoken.status("rp-paid")).status is OfframpStatus.PROCESSING:
        pass
    assert (report.status, report.amount_paid, report.fee, report.currency) == (
        OfframpStatus.COMPLETED,
        Decimal("1274.00000127"),
        Decimal("26.00000003"),
        "KES",
    )


def test_F1_why_it_failed_is_kept_without_whom_it_was_for(kotani: KotaniProcess, instance: Path) -> None:
    kotani.rule(failures=1)
    spoken = adapter(kotani, instance)
    spoken.execute(order("rp-failed"))
    while (report := spoken.status("rp-failed")).status is OfframpStatus.PROCESSING:
        pass
    assert (report.status, report.reason) == (OfframpStatus.FAILED, "Receiver … not registered")
    assert "712345678" not in repr(report)
    assert "anary" not in repr(report)


def test_F1_an_order_that_is_refused_says_why_and_neither_name_nor_number_nor_key(
    kotani: KotaniProcess, instance: Path
) -> None:
    kotani.rule(refuse="phoneNumber is not valid for")
    with pytest.raises(ProviderFault) as fault:
        adapter(kotani, instance).execute(order("rp-refused"))
    assert fault.value.trouble is Trouble.REFUSED
    said = (
        str(fault.value)
        + json.dumps(fault.value.facts)
        + repr(order("rp-refused"))
        + repr(adapter(kotani, instance))
    )
    assert "is not valid for" in said
    for canary in ("712345678", "anary", "Wanjiru", kotani.settings["apiKey"]):
        assert canary not in said


def test_an_order_whose_reference_it_knows_already_is_asked_for_and_not_taken_for_refused(
    kotani: KotaniProcess, instance: Path
) -> None:
    kotani.rule(refuse="referenceId already exists")
    with pytest.raises(ProviderFault) as fault:
        adapter(kotani, instance).execute(order("rp-known"))
    assert fault.value.trouble is Trouble.UNKNOWN


@pytest.mark.parametrize("fault", ["error", "malformed", "cut"])
def test_a_status_that_cannot_be_understood_says_nothing(
    kotani: KotaniProcess, instance: Path, fault: str
) -> None:
    kotani.go_wrong("status", fault)
    with pytest.raises(ProviderFault) as failed:
        adapter(kotani, instance).status("rp-unheard-of")
    assert failed.value.trouble is Trouble.UNKNOWN


def test_a_wrong_path_is_not_taken_for_a_reference_that_it_does_not_know(
    kotani: KotaniProcess, instance: Path
) -> None:
    lost = adapter(kotani, instance, baseUrl=f"http://127.0.0.1:{kotani.port}/control")
    with pytest.raises(ProviderFault) as fault:
        lost.status("rp-1")
    assert fault.value.trouble is Trouble.UNKNOWN


def test_what_is_said_of_another_reference_is_not_taken_for_an_answer(instance: Path) -> None:
    said = b'{"data": {"referenceId": "rp-2", "status": "SUCCESSFUL"}}'
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\n\r\n".encode()
    with answering(head + said) as port:
        spoken = adapter(KotaniProcess(port), instance)
        assert spoken.status("rp-2").status is OfframpStatus.COMPLETED
        with pytest.raises(ProviderFault) as fault:
            spoken.status("rp-1")
    assert fault.value.trouble is Trouble.UNKNOWN


def test_its_callbacks_are_understood(kotani: KotaniProcess, instance: Path) -> None:
    spoken = adapter(kotani, instance)
    kotani.go_wrong("execute", "callback_first")
    kotani.go_wrong("callback", "out_of_order")
    spoken.execute(order("rp-called"))
    told = [
        spoken.parse_callback(body, headers, dt.datetime.now(dt.UTC)) for body, headers in kotani.callbacks()
    ]
    assert [one.report.status for one in told] == [OfframpStatus.COMPLETED, OfframpStatus.PROCESSING]
    assert {one.reference_id for one in told} == {"rp-called"}
    assert len({one.event_id for one in told}) == 2


def test_E6_its_callbacks_are_refused_where_somebody_else_signed_them(
    kotani: KotaniProcess, instance: Path
) -> None:
    kotani.go_wrong("execute", "callback_first")
    kotani.go_wrong("callback", "wrong_signature")
    spoken = adapter(kotani, instance)
    spoken.execute(order("rp-forged"))
    ((body, headers),) = kotani.callbacks()
    with pytest.raises(BadCallback) as refused:
        spoken.parse_callback(body, headers, dt.datetime.now(dt.UTC))
    assert refused.value.status == 401
