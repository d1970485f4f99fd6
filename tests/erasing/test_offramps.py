"""Offramps to somebody who is to be erased: as long as money is on its way, they are not; then nothing names them."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, Refusal
from portal.erasing.operations.erasing import erase
from portal.erasing.queries.erased import due_people
from portal.offramp.client.adapter import Report
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.ending import mark_failed, withdraw
from portal.offramp.operations.retrying import retry
from portal.offramp.operations.settling import Source, settle
from portal.offramp.watching import OfframpAttention
from tests.erasing.test_retention import deleted
from tests.offramp.conftest import ground
from tests.offramp.engine import tries
from tests.offramp.requests import RECEIVER, Ground, add_request

__all__ = ["ground"]

pytestmark = pytest.mark.database

UNDER_WAY = [OfframpStatus.PENDING, OfframpStatus.PROCESSING]


def forget(ground: Ground) -> None:
    session = ground.session
    session.commit()
    version = session.scalars(select(Beneficiary.version).where(Beneficiary.uuid == ground.asha.uuid)).one()
    erase(session, ground.asha.uuid, version=version, reason="ASKED", note=None, by=ground.maker.uuid)
    session.expire_all()


def names(session: Session) -> set[tuple[str | None, str | None]]:
    told = select(OfframpRequest.receiver_phone, OfframpRequest.receiver_name)
    return {(phone, name) for phone, name in session.execute(told)}


@pytest.mark.parametrize("status", UNDER_WAY)
def test_F6_who_is_to_be_paid_is_erased_once_that_has_come_to_an_end(
    ground: Ground, status: OfframpStatus
) -> None:
    request = ground.add(status)
    with pytest.raises(Conflict, match="Money is on its way"):
        forget(ground)
    if status == OfframpStatus.PENDING:
        withdraw(ground.session, request.uuid, by=ground.maker.id, reason="Not needed")
    else:
        attempt = tries(ground.session, request.uuid)[0].id
        settle(ground.session, attempt, Report(OfframpStatus.COMPLETED), source=Source.POLL)
    forget(ground)
    assert names(ground.session) == {(None, None)}


def test_F6_what_was_withdrawn_or_failed_keeps_nothing_that_names_them(ground: Ground) -> None:
    failed = ground.add(OfframpStatus.FAILED)
    withdrawn = ground.add()
    withdraw(ground.session, withdrawn.uuid, by=ground.maker.id, reason="Not needed")
    forget(ground)
    assert names(ground.session) == {(None, None)}
    with pytest.raises(Refusal, match="not known any more"):
        retry(ground.session, failed.uuid, by=ground.maker.id)


def test_F6_what_people_said_about_an_offramp_keeps_nothing_that_names_them(ground: Ground) -> None:
    ground.provider.adapter = "FILE"
    request = ground.add(OfframpStatus.PROCESSING)
    said = "Asha Tharu (+9779800000001) never got it"
    mark_failed(ground.session, request.uuid, by=ground.maker.id, reason=said)
    ground.session.add(OfframpAttention(kind="AMOUNT", offramp_id=request.uuid, note=said))
    ground.session.flush()
    forget(ground)
    told = ground.session.execute(
        text(
            """SELECT concat(o."failedReason",
                (SELECT string_agg(concat(e.body, e.facts), '') FROM tbl_offramp_events e),
                (SELECT string_agg(a.note, '') FROM tbl_offramp_attention a),
                (SELECT string_agg(t.reason, '') FROM tbl_offramp_attempts t)) FROM tbl_offramps o"""
        )
    ).scalar_one()
    assert "never got it" in told
    assert "Tharu" not in told
    assert "9800000001" not in told


def test_money_to_their_phone_counts_though_they_are_not_named(ground: Ground) -> None:
    add_request(ground.session, ground.provider, ground.project, by=ground.maker)
    with pytest.raises(Conflict, match="Money is on its way"):
        forget(ground)
    ground.session.rollback()


def test_money_to_somebody_else_is_nothing_to_them(ground: Ground) -> None:
    other: dict[str, Any] = {**RECEIVER, "receiver_phone": "+9779800000009", "receiver_name": "Bina Rai"}
    add_request(ground.session, ground.provider, ground.project, by=ground.maker, **other)
    forget(ground)
    assert names(ground.session) == {("+9779800000009", "Bina Rai")}


def test_who_was_deleted_long_ago_waits_and_keeps_nobody_else_waiting(ground: Ground) -> None:
    waiting = deleted(ground.session, 400, "Bina Rai")
    add_request(ground.session, ground.provider, None, person=waiting)
    other = deleted(ground.session, 399, "Dolma Lama")
    assert due_people(ground.session, 365, 50) == [other.uuid]
