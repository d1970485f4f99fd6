"""Making a request: what is asked for, exactly once, and what is refused at which field."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.core.enums import OfframpStatus, ProjectStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.models import OfframpEvent, OfframpRequest, OfframpWork
from portal.offramp.operations.making import make_request
from portal.settings.operations import set_values
from tests.factories import add_beneficiary
from tests.offramp.engine import asked, read
from tests.offramp.requests import RECEIVER, SENDER, TOKEN, Ground, add_token


def test_a_request_is_pending_told_and_due_at_once(ground: Ground) -> None:
    uuid = make_request(ground.session, asked(ground), by=ground.maker.id)
    made = read(ground.session, uuid)
    assert (made.status, made.amount, made.created_by) == (
        OfframpStatus.PENDING,
        Decimal(25),
        ground.maker.id,
    )
    assert (made.receiver_phone, made.needs_release) == (RECEIVER["receiver_phone"], False)
    kinds = ground.session.scalars(select(OfframpEvent.kind).where(OfframpEvent.offramp_id == uuid)).all()
    assert kinds == ["MADE"]
    assert ground.session.scalar(select(OfframpWork.tries).where(OfframpWork.offramp_id == uuid)) == 0


def test_E2_the_same_form_sent_again_is_the_request_that_is_there(ground: Ground) -> None:
    key = uuid4()
    first = make_request(ground.session, asked(ground), by=ground.maker.id, key=key)
    assert make_request(ground.session, asked(ground, "25.0"), by=ground.maker.id, key=key) == first
    with pytest.raises(Conflict):
        make_request(ground.session, asked(ground, "26"), by=ground.maker.id, key=key)
    assert make_request(ground.session, asked(ground), by=ground.approver.id, key=key) != first
    assert ground.session.scalar(select(func.count()).select_from(OfframpRequest)) == 2


def test_above_the_limit_of_its_token_somebody_else_lets_it_go(ground: Ground) -> None:
    set_values(ground.session, "OFFRAMP_RELEASE_ABOVE", {"*": "10", TOKEN: "100"})
    add_token(ground.session, "OTHER")
    amounts = {(TOKEN, "100"): False, (TOKEN, "100.01"): True, ("OTHER", "10"): False, ("OTHER", "11"): True}
    for (token, amount), needed in amounts.items():
        made = make_request(ground.session, asked(ground, amount, token=token), by=ground.maker.id)
        assert read(ground.session, made).needs_release is needed


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": Decimal(0)}),
        ("amount", {"amount": Decimal(-1)}),
        ("amount", {"amount": Decimal("NaN")}),
        ("amount", {"amount": Decimal("Infinity")}),
        ("amount", {"amount": Decimal("1e400")}),
        ("amount", {"amount": Decimal("1.005")}),
        ("token", {"token": "NONE"}),
        ("chain", {"chain": "MOON"}),
        ("sender_address", {"sender_address": SENDER.replace("aA", "Aa")}),
        ("sender_address", {"sender_address": SENDER[:-1]}),
        ("currency", {"currency": "CUSD"}),
        ("network", {"network": " "}),
        ("phone", {"phone": "none:1"}),
        ("phone", {"phone": "9800000001"}),
        ("name", {"name": "\t"}),
        ("provider", {"provider": uuid4()}),
        ("beneficiary", {"beneficiary": uuid4()}),
    ],
)
def test_D11_what_cannot_be_sent_is_refused_at_its_field(
    ground: Ground, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        make_request(ground.session, asked(ground, **changes), by=ground.maker.id)
    assert refused.value.field == field


def test_D11_an_amount_is_kept_to_its_last_digit(ground: Ground) -> None:
    add_token(ground.session, "FINE", decimals=18)
    uuid = make_request(
        ground.session, asked(ground, "99999999999999999999.12345678", token="FINE"), by=ground.maker.id
    )
    assert read(ground.session, uuid).amount == Decimal("99999999999999999999.12345678")
    with pytest.raises(Refusal):
        make_request(ground.session, asked(ground, "1.123456789", token="FINE"), by=ground.maker.id)


def test_a_provider_that_is_put_aside_is_sent_nothing_new(ground: Ground) -> None:
    ground.provider.is_active = False
    ground.session.flush()
    with pytest.raises(Refusal) as refused:
        make_request(ground.session, asked(ground), by=ground.maker.id)
    assert refused.value.field == "provider"


def test_nothing_is_sent_from_a_project_that_is_closed_or_to_who_is_not_in_it(ground: Ground) -> None:
    stranger = add_beneficiary(ground.session, "Bina")
    with pytest.raises(Refusal) as refused:
        make_request(ground.session, asked(ground, beneficiary=stranger.uuid), by=ground.maker.id)
    assert refused.value.field == "beneficiary"
    with pytest.raises(NotFound):
        make_request(ground.session, asked(ground, project=uuid4()), by=ground.maker.id)
    ground.project.status = ProjectStatus.CLOSED
    ground.session.flush()
    with pytest.raises(Refusal) as refused:
        make_request(ground.session, asked(ground), by=ground.maker.id)
    assert refused.value.field == "project"
