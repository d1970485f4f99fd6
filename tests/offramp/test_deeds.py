"""What people do with a request: let it go, say its transfer, try it again, bring it to an end."""

from contextlib import nullcontext
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core.enums import OfframpStatus, TransactionStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.client.adapter import Opened, Report
from portal.offramp.models import OfframpEvent, OfframpRequest
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.depositing import deposit
from portal.offramp.operations.ending import give_up, mark_failed, withdraw
from portal.offramp.operations.from_lists import ListTerms, make_from_list
from portal.offramp.operations.many import release_many, retry_many
from portal.offramp.operations.opening import note_opened
from portal.offramp.operations.releasing import release
from portal.offramp.operations.retrying import retry
from portal.offramp.operations.sending import begin_try
from portal.offramp.operations.settling import Source, settle
from portal.transactions.models import Transaction
from tests.offramp.engine import make, read, story, tries
from tests.offramp.lists import approved_list
from tests.offramp.requests import CHAIN, SENDER, Ground, since

HASH = "0x" + "AB" * 32
DAY = 25


def test_the_hash_of_a_transfer_is_kept_in_one_spelling_and_wakes_the_request(ground: Ground) -> None:
    uuid = make(ground)
    with pytest.raises(Conflict):
        deposit(ground.session, uuid, HASH, by=ground.maker.id)
    note_opened(ground.session, uuid, Opened("theirs-1"))
    for wrong in ("", "0x12", "ab" * 32, HASH[:-1], "none:x", HASH + "\n0"):
        with pytest.raises(Refusal) as refused:
            deposit(ground.session, uuid, wrong, by=ground.maker.id)
        assert refused.value.field == "tx_hash"
    deposit(ground.session, uuid, f" {HASH} ", by=ground.maker.id)
    deposit(ground.session, uuid, HASH.lower(), by=ground.maker.id)
    assert story(ground.session, uuid) == ["MADE", "REQUESTED", "DEPOSITED"]
    with pytest.raises(Conflict):
        deposit(ground.session, uuid, "0x" + "cd" * 32, by=ground.maker.id)
    kept = ground.session.execute(text('SELECT "txHash", status FROM tbl_offramp_transactions')).one()
    assert tuple(kept) == (HASH.lower(), "PENDING")


def test_a_transfer_pays_for_one_request(ground: Ground) -> None:
    first, second = make(ground), make(ground)
    for number, uuid in enumerate((first, second)):
        note_opened(ground.session, uuid, Opened(f"theirs-{number}"))
    deposit(ground.session, first, HASH, by=ground.maker.id)
    with pytest.raises(Refusal) as refused:
        deposit(ground.session, second, HASH.lower(), by=ground.maker.id)
    assert refused.value.field == "tx_hash"


def test_a_large_request_is_not_sent_before_somebody_else_lets_it_go(ground: Ground) -> None:
    uuid = make(ground, "1000.01")
    note_opened(ground.session, uuid, Opened("theirs-1", tx_hash="none:theirs-1"))
    with pytest.raises(Conflict):
        begin_try(ground.session, uuid)
    with pytest.raises(Refusal):
        release(ground.session, uuid, by=ground.maker.id)
    release(ground.session, uuid, by=ground.approver.id)
    with pytest.raises(Conflict):
        release(ground.session, uuid, by=ground.approver.id)
    begin_try(ground.session, uuid)
    assert read(ground.session, uuid).status == OfframpStatus.PROCESSING
    with pytest.raises(Conflict):
        begin_try(ground.session, uuid)
    with pytest.raises(Conflict):
        release(ground.session, make(ground, "1000"), by=ground.approver.id)


def test_E3_the_database_lets_nobody_let_their_own_request_go_and_sends_none_before(ground: Ground) -> None:
    uuid = make(ground, "5000")
    note_opened(ground.session, uuid, Opened("theirs-1", tx_hash="none:theirs-1"))
    ground.session.execute(
        text(
            """INSERT INTO tbl_offramp_attempts ("offrampId", number, "referenceId") VALUES (:uuid, 1, 'rp-1')"""
        ),
        {"uuid": uuid},
    )
    let_go = """UPDATE tbl_offramps SET "releasedBy" = :by, "releasedAt" = now() WHERE uuid = :uuid"""
    send = "UPDATE tbl_offramps SET status = 'PROCESSING' WHERE uuid = :uuid AND :by > 0"
    for statement, by, fits in (
        (send, ground.maker.id, False),
        (let_go, ground.maker.id, False),
        (let_go, ground.approver.id, True),
        (send, ground.maker.id, True),
    ):
        with nullcontext() if fits else pytest.raises(DBAPIError), ground.session.begin_nested():
            ground.session.execute(text(statement), {"uuid": uuid, "by": by})


def test_what_failed_is_tried_again_under_a_reference_of_its_own(ground: Ground) -> None:
    request = ground.add(OfframpStatus.FAILED)
    first = tries(ground.session, request.uuid)[0].reference_id
    retry(ground.session, request.uuid, by=ground.maker.id)
    with pytest.raises(Conflict):
        retry(ground.session, request.uuid, by=ground.maker.id)
    _attempt, order = begin_try(ground.session, request.uuid)
    assert order.reference_id != first
    assert [one.state for one in tries(ground.session, request.uuid)] == ["FAILED", "SENDING"]


@pytest.mark.parametrize("status", [OfframpStatus.PENDING, OfframpStatus.PROCESSING, OfframpStatus.COMPLETED])
def test_E4_what_has_not_failed_is_neither_tried_again_nor_given_up(
    ground: Ground, status: OfframpStatus
) -> None:
    request = ground.add(status)
    for deed in (retry, give_up):
        with pytest.raises(Conflict):
            deed(ground.session, request.uuid, by=ground.maker.id)
    assert read(ground.session, request.uuid).status == status


def test_what_a_provider_contradicts_waits_for_somebody_to_look_into_it(ground: Ground) -> None:
    request = ground.add(OfframpStatus.FAILED)
    attempt = tries(ground.session, request.uuid)[0].id
    settle(ground.session, attempt, Report(OfframpStatus.COMPLETED), source=Source.POLL)
    for deed in (retry, give_up):
        with pytest.raises(Conflict):
            deed(ground.session, request.uuid, by=ground.maker.id)
    assert retry_many(ground.session, select(OfframpRequest.uuid), by=ground.maker.id) == 0
    ground.session.execute(text('UPDATE tbl_offramp_attention SET "settledAt" = now()'))
    retry(ground.session, request.uuid, by=ground.maker.id)


def test_given_up_its_payment_has_failed_for_the_same_reason_and_nothing_brings_it_back(
    ground: Ground,
) -> None:
    found = approved_list(ground, people=1)
    terms = ListTerms(ground.provider.uuid, CHAIN, SENDER, "KES", "MPESA")
    make_from_list(ground.session, found, terms, by=ground.maker.id)
    uuid = ground.session.scalars(select(OfframpRequest.uuid)).one()
    note_opened(ground.session, uuid, Opened("theirs-1", tx_hash="none:theirs-1"))
    attempt, _order = begin_try(ground.session, uuid)
    settle(ground.session, attempt, Report(OfframpStatus.FAILED, "No float"), source=Source.POLL)
    give_up(ground.session, uuid, by=ground.maker.id)
    payment = ground.session.scalars(select(Transaction).execution_options(populate_existing=True)).one()
    assert (payment.status, payment.reason) == (TransactionStatus.FAILED, "No float")
    request = read(ground.session, uuid)
    assert (request.status, request.ended_by) == (OfframpStatus.FAILED, ground.maker.id)
    for deed in (retry, give_up):
        with pytest.raises(Conflict):
            deed(ground.session, uuid, by=ground.maker.id)


def test_what_was_never_sent_is_withdrawn_for_a_reason(ground: Ground) -> None:
    uuid = make(ground)
    with pytest.raises(Refusal) as refused:
        withdraw(ground.session, uuid, by=ground.maker.id, reason=" ")
    assert refused.value.field == "reason"
    withdraw(ground.session, uuid, by=ground.maker.id, reason="Typed twice")
    assert read(ground.session, uuid).deleted_at is not None
    with pytest.raises(NotFound):
        withdraw(ground.session, uuid, by=ground.maker.id, reason="Again")
    for status in (OfframpStatus.PROCESSING, OfframpStatus.FAILED):
        with pytest.raises(Conflict):
            withdraw(ground.session, ground.add(status).uuid, by=ground.maker.id, reason="Too late")


def test_a_request_is_marked_failed_only_where_its_provider_says_nothing_of_it(ground: Ground) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    attempt = tries(ground.session, request.uuid)[0].id
    reasons: dict[str, Any] = {"by": ground.maker.id, "reason": "The provider is gone"}
    with pytest.raises(Conflict):
        mark_failed(ground.session, request.uuid, **reasons)
    checked = OfframpEvent(
        offramp_id=request.uuid, attempt_id=attempt, kind="CHECKED", facts={"known": False}
    )
    ground.session.add(checked)
    ground.session.flush()
    with pytest.raises(Refusal) as refused:
        mark_failed(ground.session, request.uuid, by=ground.maker.id, reason="")
    assert refused.value.field == "reason"
    mark_failed(ground.session, request.uuid, **reasons)
    failed = read(ground.session, request.uuid)
    assert (failed.status, failed.failed_reason) == (OfframpStatus.FAILED, "The provider is gone")
    assert tries(ground.session, request.uuid)[0].reason == "Somebody said that it failed."
    assert story(ground.session, request.uuid)[-2:] == ["MARKED", "FAILED"]


def test_a_provider_that_cannot_be_asked_leaves_it_to_people(ground: Ground) -> None:
    ground.provider.adapter = "FILE"
    request = ground.add(OfframpStatus.PROCESSING)
    mark_failed(ground.session, request.uuid, by=ground.maker.id, reason="Their file says so")
    assert read(ground.session, request.uuid).status == OfframpStatus.FAILED


def test_after_a_day_without_an_answer_it_may_be_marked_but_not_while_a_worker_asks(ground: Ground) -> None:
    request = ground.add()
    note_opened(ground.session, request.uuid, Opened("theirs-1", tx_hash="none:theirs-1"))
    ground.session.execute(
        text(
            """INSERT INTO tbl_offramp_attempts ("offrampId", number, "referenceId", state, "createdAt")
            VALUES (:uuid, 1, 'rp-old', 'UNKNOWN', now() - interval '25 hours')"""
        ),
        {"uuid": request.uuid},
    )
    ground.session.execute(
        text("UPDATE tbl_offramps SET status = 'PROCESSING' WHERE uuid = :uuid"), {"uuid": request.uuid}
    )
    since(ground.session, request, DAY)
    ground.session.execute(
        text(
            """INSERT INTO tbl_offramp_work ("offrampId", "heldUntil")
            VALUES (:uuid, clock_timestamp() + interval '1 minute')"""
        ),
        {"uuid": request.uuid},
    )
    with pytest.raises(Conflict):
        mark_failed(ground.session, request.uuid, by=ground.maker.id, reason="No answer")
    ground.session.execute(text('UPDATE tbl_offramp_work SET "heldUntil" = NULL'))
    mark_failed(ground.session, request.uuid, by=ground.maker.id, reason="No answer")


def test_many_are_tried_again_and_let_go_at_once_where_that_can_be(ground: Ground) -> None:
    failed = [ground.add(OfframpStatus.FAILED).uuid for _ in range(3)]
    ground.add(OfframpStatus.COMPLETED)
    give_up(ground.session, failed[0], by=ground.maker.id)
    chosen = select(OfframpRequest.uuid)
    assert retry_many(ground.session, chosen, by=ground.maker.id) == 2
    assert retry_many(ground.session, chosen, by=ground.maker.id) == 0
    assert story(ground.session, failed[1])[-1] == "RETRIED"
    large = [make(ground, "2000") for _ in range(2)]
    assert release_many(ground.session, chosen, by=ground.maker.id) == 0
    assert release_many(ground.session, chosen, by=ground.approver.id) == 2
    assert {read(ground.session, uuid).released_by for uuid in large} == {ground.approver.id}


def test_nothing_is_done_with_what_is_not_there(ground: Ground) -> None:
    for deed in (retry, give_up, release):
        with pytest.raises(NotFound):
            deed(ground.session, uuid4(), by=ground.approver.id)
    with pytest.raises(NotFound):
        deposit(ground.session, uuid4(), HASH, by=ground.maker.id)


def test_attention_is_raised_once_until_it_is_settled(ground: Ground) -> None:
    request = ground.add()
    for _ in range(2):
        raise_attention(ground.session, "STUCK", offramp=request.uuid)
    assert ground.session.scalar(text("SELECT count(*) FROM tbl_offramp_attention")) == 1
