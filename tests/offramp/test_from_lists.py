"""An approved payout list is sent: each payment once, to where it was approved to go."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import NotFound, Refusal
from portal.offramp.models import OfframpEvent, OfframpRequest, OfframpWork
from portal.offramp.operations.ending import withdraw
from portal.offramp.operations.from_lists import ListTerms, make_from_list
from portal.offramp.queries.lists import standing_of
from portal.settings.operations import set_values
from tests.factories import add_user_with
from tests.offramp.lists import approved_list
from tests.offramp.requests import CHAIN, SENDER, TOKEN, Ground


def terms(ground: Ground) -> ListTerms:
    return ListTerms(ground.provider.uuid, CHAIN, SENDER, "KES", "MPESA")


def requests_of(session: Session, payout_list: UUID) -> list[OfframpRequest]:
    session.expire_all()
    wanted = select(OfframpRequest).where(OfframpRequest.payout_list_id == payout_list)
    return list(session.scalars(wanted.order_by(OfframpRequest.receiver_phone)))


def test_each_payment_becomes_a_request_to_where_it_was_approved_to_go(ground: Ground) -> None:
    found = approved_list(ground)
    assert make_from_list(ground.session, found, terms(ground), by=ground.maker.id) == 3
    made = requests_of(ground.session, found)
    assert [(one.receiver_name, one.receiver_phone) for one in made] == [
        (f"Sita {number}", f"+9779800000{number:03}") for number in (1, 2, 3)
    ]
    assert {(one.amount, one.token, one.currency, one.created_by) for one in made} == {
        (Decimal(100), TOKEN, "KES", ground.maker.id)
    }
    told = select(OfframpEvent.kind, func.count()).group_by(OfframpEvent.kind)
    assert ground.session.execute(told).all() == [("MADE", 3)]
    assert ground.session.scalar(select(func.count()).select_from(OfframpWork)) == 3


def test_E2_asked_again_it_adds_only_what_has_no_request(ground: Ground) -> None:
    found = approved_list(ground)
    make_from_list(ground.session, found, terms(ground), by=ground.maker.id)
    assert make_from_list(ground.session, found, terms(ground), by=ground.maker.id) == 0
    withdrawn = requests_of(ground.session, found)[0].uuid
    withdraw(ground.session, withdrawn, by=ground.maker.id, reason="Wrong provider")
    assert make_from_list(ground.session, found, terms(ground), by=ground.maker.id) == 1
    live = [one for one in requests_of(ground.session, found) if one.deleted_at is None]
    assert len({one.transaction_id for one in live}) == len(live) == 3


def test_who_cannot_be_paid_that_way_is_counted_with_the_reason_and_left_out(ground: Ground) -> None:
    lacking = {1: "phone = NULL", 2: "phone = 'none:x'", 3: "name = ' '"}
    found = approved_list(ground, people=5, lacking=lacking)
    standing = standing_of(ground.session, found)
    assert (standing.number, standing.total, standing.no_phone, standing.no_name) == (2, Decimal(200), 2, 1)
    assert make_from_list(ground.session, found, terms(ground), by=ground.maker.id) == 2
    standing = standing_of(ground.session, found)
    assert (standing.number, standing.total, standing.there) == (0, Decimal(0), 2)


def test_large_ones_are_let_go_by_who_approved_the_list_unless_they_send_it(ground: Ground) -> None:
    set_values(ground.session, "OFFRAMP_RELEASE_ABOVE", {"*": "99"})
    found = approved_list(ground)
    chief = add_user_with(ground.session, "chief", "Admin")
    make_from_list(ground.session, found, terms(ground), by=chief.id)
    assert {(one.needs_release, one.released_by) for one in requests_of(ground.session, found)} == {
        (True, ground.approver.id)
    }
    other = approved_list(ground)
    make_from_list(ground.session, other, terms(ground), by=ground.approver.id)
    assert {(one.needs_release, one.released_by) for one in requests_of(ground.session, other)} == {
        (True, None)
    }


def test_a_list_that_is_not_paid_so_is_refused(ground: Ground) -> None:
    for found in (approved_list(ground, method="HANDED_OUT"), approved_list(ground, currency="NPR")):
        with pytest.raises(Refusal):
            make_from_list(ground.session, found, terms(ground), by=ground.maker.id)
    with pytest.raises(NotFound):
        make_from_list(ground.session, uuid4(), terms(ground), by=ground.maker.id)


def test_terms_that_cannot_be_are_refused_at_their_fields(ground: Ground) -> None:
    found = approved_list(ground)
    wrongs: dict[str, Any] = {
        "provider": uuid4(),
        "chain": "MOON",
        "sender_address": "0x1",
        "currency": TOKEN,
        "network": "",
    }
    for field, wrong in wrongs.items():
        with pytest.raises(Refusal) as refused:
            make_from_list(
                ground.session, found, replace(terms(ground), **{field: wrong}), by=ground.maker.id
            )
        assert refused.value.field == field
