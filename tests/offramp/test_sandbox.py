"""The provider inside the portal: its book, what becomes of its orders, and the callbacks that tell of it."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import BadCallback, Order, ProviderFault, Receiver, Trouble, Wanted
from portal.offramp.client.registry import open_adapter
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.models import OfframpProvider
from portal.offramp.watching import SandboxPayment

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
WANTED = Wanted("CELO", "cUSD", Decimal("10.5"), "0x" + "ab" * 20, "NPR")
RECEIVER = Receiver("MTN", "+9779812345678", "Sita Rai")
PLAIN: Mapping[str, Any] = {"currency": "NPR", "rate": "133.25", "fee": "2", "delayFrom": "0", "delayTo": "0"}


def make_sandbox(session: Session, **settings: Any) -> Sandbox:
    provider = OfframpProvider(
        name=f"Sandbox {uuid4()}", adapter="SANDBOX", is_active=True, config={**PLAIN, **settings}
    )
    session.add(provider)
    session.commit()
    adapter = open_adapter(provider, current_app.config)
    session.commit()
    assert isinstance(adapter, Sandbox)
    return adapter


def order(reference: str, wanted: Wanted = WANTED) -> Order:
    return Order(reference, "sbx-1", "none:sbx-1", wanted, RECEIVER)


def test_a_quote_is_the_amount_by_the_rate_less_the_fee_to_the_currencys_decimals(session: Session) -> None:
    quote = make_sandbox(session).quote(WANTED)
    assert (quote.fiat_amount, quote.fee, quote.currency) == (Decimal("1371.15"), Decimal("27.98"), "NPR")
    assert quote.fiat_amount + quote.fee == Decimal("1399.13")  # 10.5 at 133.25 are 1399.125


def test_an_amount_that_leaves_nothing_to_be_paid_out_is_refused(session: Session) -> None:
    with pytest.raises(ProviderFault) as refused:
        make_sandbox(session).quote(Wanted("CELO", "cUSD", Decimal("0.00001"), "0x", "NPR"))
    assert refused.value.trouble is Trouble.REFUSED


def test_a_request_asked_for_again_with_the_same_key_is_the_same(session: Session) -> None:
    sandbox = make_sandbox(session)
    first, again, other = (sandbox.request(WANTED, key) for key in ("a", "a", "b"))
    assert first == again
    assert first.request_id != other.request_id
    assert first.tx_hash == f"none:{first.request_id}"


def test_E7_an_order_given_again_under_its_reference_is_one_payment_in_the_book(session: Session) -> None:
    sandbox = make_sandbox(session)
    for _time in range(3):
        assert sandbox.execute(order("rp-1")).status is OfframpStatus.PROCESSING
    assert session.scalar(select(func.count()).select_from(SandboxPayment)) == 1
    paid = session.scalars(select(SandboxPayment)).one()
    assert (paid.amount, paid.fiat_amount, paid.fee) == (
        Decimal("10.5"),
        Decimal("1371.15"),
        Decimal("27.98"),
    )


def test_E7_an_order_whose_answer_was_lost_stands_in_the_book_all_the_same(session: Session) -> None:
    sandbox = make_sandbox(session, lostAnswers="100")
    with pytest.raises(ProviderFault) as fault:
        sandbox.execute(order("rp-1"))
    assert fault.value.trouble is Trouble.UNKNOWN
    assert sandbox.status("rp-1").status is OfframpStatus.COMPLETED


def test_a_reference_that_is_not_in_the_book_has_no_status(session: Session) -> None:
    assert make_sandbox(session).status("rp-unheard-of").status is None


def test_another_provider_does_not_see_what_is_in_the_book_of_the_first(session: Session) -> None:
    make_sandbox(session).execute(order("rp-1"))
    assert make_sandbox(session).status("rp-1").status is None


def test_an_order_is_under_way_until_its_time_has_come(session: Session) -> None:
    sandbox = make_sandbox(session, delayFrom="60", delayTo="60")
    sandbox.execute(order("rp-1"))
    assert sandbox.settle_due() == 0
    assert sandbox.status("rp-1").status is OfframpStatus.PROCESSING
    session.execute(update(SandboxPayment).values(settles_at=func.now()))
    report = sandbox.status("rp-1")
    assert (report.status, report.amount_paid, report.fee) == (
        OfframpStatus.COMPLETED,
        Decimal("1371.15"),
        Decimal("27.98"),
    )


def test_which_orders_fail_follows_from_their_reference_and_the_seed(session: Session) -> None:
    outcomes: dict[str, list[OfframpStatus | None]] = {}
    for seed in ("one", "two"):
        sandbox = make_sandbox(session, failures="30", seed=seed)
        references = [f"{seed}-{number}" if seed == "two" else f"rp-{number}" for number in range(200)]
        for reference in references:
            sandbox.execute(order(reference))
        assert sandbox.settle_due() == 200
        reports = [sandbox.status(reference) for reference in references]
        outcomes[seed] = [report.status for report in reports]
        assert all(bool(report.reason) is (report.status is OfframpStatus.FAILED) for report in reports)
    failed = outcomes["one"].count(OfframpStatus.FAILED)
    assert 40 <= failed <= 80
    assert outcomes["one"] != outcomes["two"]
    again = make_sandbox(session, failures="30", seed="one")
    session.execute(update(SandboxPayment).values(provider_id=again._setup.provider, status="PROCESSING"))
    while again.settle_due():
        pass
    assert [again.status(f"rp-{number}").status for number in range(200)] == outcomes["one"]


def test_a_settled_order_is_told_of_by_a_callback_that_its_adapter_understands(session: Session) -> None:
    sandbox = make_sandbox(session)
    sandbox.execute(order("rp-1"))
    assert sandbox.callbacks_due(NOW) == []
    sandbox.settle_due()
    (callback,) = sandbox.callbacks_due(NOW)
    told = sandbox.parse_callback(callback.body, callback.headers, NOW)
    assert (told.reference_id, told.request_id, told.event_id) == ("rp-1", "sbx-1", "sbe-rp-1-completed")
    assert (told.report.status, told.report.amount_paid) == (OfframpStatus.COMPLETED, Decimal("1371.15"))
    sandbox.note_called_back("rp-1")
    assert sandbox.callbacks_due(NOW) == []


def test_a_sandbox_that_does_not_call_back_has_nothing_to_tell(session: Session) -> None:
    sandbox = make_sandbox(session, callbacks=False)
    sandbox.execute(order("rp-1"))
    sandbox.settle_due()
    assert sandbox.callbacks_due(NOW) == []


def test_E6_a_callback_of_one_sandbox_is_not_taken_as_one_of_another(session: Session) -> None:
    sandbox, other = make_sandbox(session), make_sandbox(session)
    sandbox.execute(order("rp-1"))
    sandbox.settle_due()
    (callback,) = sandbox.callbacks_due(NOW)
    with pytest.raises(BadCallback) as refused:
        other.parse_callback(callback.body, callback.headers, NOW)
    assert refused.value.status == 401


def test_F1_neither_the_book_nor_a_callback_holds_the_receiver(session: Session) -> None:
    sandbox = make_sandbox(session)
    kept = [sandbox.execute(order("rp-1"))]
    sandbox.settle_due()
    kept.append(sandbox.status("rp-1"))
    (callback,) = sandbox.callbacks_due(NOW)
    row = session.execute(select(func.to_jsonb(SandboxPayment.__table__.table_valued()))).scalar_one()
    said = json.dumps([repr(kept), callback.body.decode(), row])
    assert "9812345678" not in said
    assert "Sita" not in said


def test_a_provider_that_lacks_a_setting_cannot_be_asked(session: Session) -> None:
    with pytest.raises(ProviderFault) as fault:
        make_sandbox(session, rate="a lot")
    assert fault.value.trouble is Trouble.UNREACHED


def test_an_adapter_is_used_without_the_transaction_that_it_was_opened_in(session: Session) -> None:
    sandbox = make_sandbox(session)
    session.rollback()
    assert sandbox.status(str(UUID(int=1))).status is None
    assert not session.in_transaction()
