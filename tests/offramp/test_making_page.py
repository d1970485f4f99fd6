"""Making a request by pages: whom it pays, the terms, what it would pay out, and then it is made, once."""

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.beneficiaries.models import BeneficiaryPii
from portal.core.abilities import Rule
from portal.offramp.client import sandbox
from portal.offramp.client.adapter import ProviderFault, Quote, Trouble
from portal.offramp.models import OfframpEvent, OfframpRequest
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_project, enter_as
from tests.offramp.requests import RECEIVER, SENDER, Ground, add_provider
from tests.offramp.test_list_page import text_of


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes requests."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def for_asha(ground: Ground) -> str:
    """The address of the form for Asha."""
    return f"/offramps/new?project={ground.project.uuid}&beneficiary={ground.asha.uuid}"


@pytest.fixture
def typing(ground: Ground) -> str:
    """The address of the form for somebody who is not registered."""
    return f"/offramps/new?project={ground.project.uuid}&receiver=typed"


def typed(ground: Ground, **changes: str) -> dict[str, str]:
    return {
        "provider": str(ground.provider.uuid),
        "chain": "CELO",
        "token": "CUSD",
        "amount": "12.5",
        "sender_address": SENDER,
        "currency": "NPR",
        "network": "MTN",
        "step": "quote",
        "once": str(uuid4()),
        **changes,
    }


def carried(page: str) -> dict[str, str]:
    """What the page that shows the quote carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.partition("<main")[2])
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def requests(ground: Ground) -> list[OfframpRequest]:
    ground.session.expire_all()
    return list(ground.session.scalars(select(OfframpRequest)))


def test_new_request_step_by_step(ground: Ground, maker: FlaskClient, for_asha: str) -> None:
    add_beneficiary(ground.session, "Asha Elsewhere")
    ground.session.commit()
    assert "Winter Cash" in maker.get("/offramps/new").text
    found = maker.get(f"/offramps/new?project={ground.project.uuid}&q=asha").text
    assert html.escape(for_asha) in found
    assert "Asha Elsewhere" not in found
    form = maker.get(for_asha).text
    assert "Asha Tharu" in form
    assert RECEIVER["receiver_phone"] not in form
    shown = maker.post(for_asha, data=typed(ground))
    assert shown.status_code == 200
    said = text_of(shown.text)
    for words in ("12.5 CUSD", "to Asha Tharu", "12.50 NPR", "Holds until", "Sandbox", SENDER):
        assert words in said
    assert requests(ground) == []
    sent = maker.post(for_asha, data={**carried(shown.text), "step": "make"})
    assert sent.status_code == 303
    (made,) = requests(ground)
    assert sent.location == f"/offramps/{made.uuid}"
    assert (made.created_by, made.beneficiary_id, str(made.amount)) == (
        ground.maker.id,
        ground.asha.uuid,
        "12.50000000",
    )
    assert (made.receiver_phone, made.receiver_name) == (RECEIVER["receiver_phone"], "Asha Tharu")
    assert (made.fiat_amount, made.currency) == (Decimal("12.5"), "NPR")
    kinds = ground.session.scalars(select(OfframpEvent.kind).order_by(OfframpEvent.id)).all()
    assert kinds == ["MADE", "QUOTED"]


def test_the_next_form_begins_with_what_was_taken_last(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    ground.add(receiver_network="MPESA", currency="KES", chain="BASE")
    ground.session.commit()
    page = maker.get(for_asha).text
    assert f'value="{SENDER}"' in page
    assert 'value="MPESA"' in page
    assert re.search(r'<option selected[^>]* value="KES"', page)
    assert re.search(r'<option selected[^>]* value="BASE"', page)


def test_a_receiver_who_is_not_registered_is_typed(ground: Ground, maker: FlaskClient, typing: str) -> None:
    whom = {"phone": "+254 712 345 678", "name": "Grace Wanjiru"}
    shown = maker.post(typing, data=typed(ground, **whom))
    assert shown.status_code == 200
    changed = maker.post(typing, data={**carried(shown.text), "step": "change"})
    assert changed.status_code == 200
    assert 'value="Grace Wanjiru"' in changed.text
    sent = maker.post(typing, data={**carried(shown.text), "step": "make"})
    assert sent.status_code == 303
    (made,) = requests(ground)
    assert (made.receiver_phone, made.receiver_name) == ("+254712345678", "Grace Wanjiru")
    assert made.beneficiary_id is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "1,000"}, "can be read in two ways"),
        ({"amount": "0"}, "more than 0"),
        ({"amount": "-5"}, "is not an amount"),
        ({"amount": "1e400"}, "is not an amount"),
        ({"amount": ""}, "Fill in an amount"),
        ({"amount": "0.001"}, "at most this many decimals"),
        ({"token": "NONE"}, "Not a valid choice"),
        ({"chain": "MOON"}, "Not a valid choice"),
        ({"provider": ""}, "Choose a provider"),
        ({"provider": str(uuid4())}, "Not a valid choice"),
        ({"currency": "XXX"}, "Not a valid choice"),
        ({"sender_address": "0x12"}, "not an address on CELO"),
        ({"sender_address": SENDER.replace("5a", "5A")}, "mistyped"),
        ({"network": " "}, "Fill in the network"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "Fill in a phone number"),
        ({"name": ""}, "Fill in the name"),
    ],
)
def test_D11_what_cannot_be_used_is_said_at_its_field_and_nothing_is_lost(
    ground: Ground, maker: FlaskClient, typing: str, changes: dict[str, str], said: str
) -> None:
    whom = {"phone": "+254712345678", "name": "Grace Wanjiru"}
    data = typed(ground, **{**whom, **changes})
    answer = maker.post(typing, data=data)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    for name in ("network", "name", "sender_address"):
        assert name in changes or html.escape(data[name]) in answer.text
    assert requests(ground) == []


def test_a_provider_that_is_put_aside_meanwhile_is_told_at_its_field(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    shown = maker.post(for_asha, data=typed(ground))
    ground.provider.is_active = False
    ground.session.commit()
    refused = maker.post(for_asha, data={**carried(shown.text), "step": "make"})
    assert refused.status_code == 422
    assert "No provider is active" in refused.text
    assert requests(ground) == []


def test_E2_sent_twice_it_is_made_once_and_with_other_content_it_is_409(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    data = {**carried(maker.post(for_asha, data=typed(ground)).text), "step": "make"}
    first, second = (maker.post(for_asha, data=data) for _ in range(2))
    assert first.location == second.location
    other = maker.post(for_asha, data={**data, "amount": "13", "quote": ""})
    assert other.status_code == 409
    assert "sent before with other content" in other.text
    assert len(requests(ground)) == 1


def test_a_quote_holds_for_what_it_was_asked_for_and_no_longer_than_it_says(
    ground: Ground, maker: FlaskClient, for_asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {**carried(maker.post(for_asha, data=typed(ground)).text), "step": "make"}
    changed = maker.post(for_asha, data={**data, "amount": "100"})
    assert changed.status_code == 409
    assert "The quote does not hold any more." in changed.text
    assert "100.00 NPR" in text_of(changed.text)
    forged = maker.post(for_asha, data={**data, "quote": data["quote"][:-3] + "AAA"})
    assert forged.status_code == 409
    over = Quote("NPR", Decimal(12), Decimal(0), "q", dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    monkeypatch.setattr(sandbox.Sandbox, "quote", lambda _self, _wanted: over)
    late = carried(maker.post(for_asha, data=typed(ground)).text)
    assert maker.post(for_asha, data={**late, "step": "make"}).status_code == 409
    assert requests(ground) == []


def test_a_provider_that_is_silent_keeps_nobody_from_making_a_request(
    ground: Ground, maker: FlaskClient, for_asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_self: Any, _wanted: Any) -> Quote:
        raise ProviderFault(Trouble.UNREACHED, "No connection came about.")

    monkeypatch.setattr(sandbox.Sandbox, "quote", silent)
    shown = maker.post(for_asha, data=typed(ground))
    assert shown.status_code == 200
    assert "No connection came about." in shown.text
    assert maker.post(for_asha, data={**carried(shown.text), "step": "make"}).status_code == 303
    assert requests(ground)[0].fiat_amount is None


def test_who_asks_for_quotes_without_end_is_told_to_wait(
    ground: Ground, maker: FlaskClient, for_asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.offramp.views.quoting.MOST_QUOTES", 1)
    assert maker.post(for_asha, data=typed(ground)).status_code == 200
    refused = maker.post(for_asha, data=typed(ground))
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]


def test_E3_a_large_request_says_that_somebody_else_lets_it_go(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    shown = maker.post(for_asha, data=typed(ground, amount="1000.01"))
    assert "Somebody else lets it go" in shown.text
    maker.post(for_asha, data={**carried(shown.text), "step": "make"})
    assert requests(ground)[0].needs_release


def test_nobody_is_paid_who_has_no_phone_or_is_in_no_open_project(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    ground.session.query(BeneficiaryPii).filter_by(beneficiary_id=ground.asha.id).update(
        {"phone": f"none:{ground.asha.uuid}"}
    )
    ground.session.commit()
    assert "This person has no phone" in maker.get(for_asha).text
    assert maker.post(for_asha, data=typed(ground, step="make")).status_code == 422
    elsewhere = add_project(ground.session, "Not hers")
    ground.session.commit()
    page = maker.get(f"/offramps/new?beneficiary={ground.asha.uuid}").text
    assert html.escape(for_asha) in page
    assert "Not hers" not in page
    assert maker.get(f"/offramps/new?project={elsewhere.uuid}&beneficiary=x").status_code == 404
    assert requests(ground) == []


def test_C7_nobody_makes_what_their_rules_do_not_let_them_make(
    ground: Ground, signed_in_as: SignedInAs, typing: str
) -> None:
    names = ("Project", "OfframpProvider", "OfframpRequest", "Token")
    few = Rule("create", "OfframpRequest", conditions={"amount": {"$lt": 100}})
    small = signed_in_as(*(Rule("read", name) for name in names), few)
    whom = {"phone": "+254712345678", "name": "Grace"}
    assert "Somebody who is not registered" in small.get(f"/offramps/new?project={ground.project.uuid}").text
    assert small.post(typing, data=typed(ground, amount="100", **whom)).status_code == 403
    shown = small.post(typing, data=typed(ground, amount="99", **whom))
    assert shown.status_code == 200
    sent = small.post(typing, data={**carried(shown.text), "step": "make", "status": "COMPLETED"})
    assert sent.status_code == 303
    assert requests(ground)[0].status == "PENDING"


def test_only_active_providers_that_one_may_see_are_offered(
    ground: Ground, maker: FlaskClient, for_asha: str
) -> None:
    at_rest = add_provider(ground.session, "At rest", is_active=False)
    ground.session.commit()
    page = maker.get(for_asha).text
    assert str(ground.provider.uuid) in page
    assert str(at_rest.uuid) not in page
    assert UUID(str(at_rest.uuid))
