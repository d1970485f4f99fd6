"""What a worker does for a request, against a provider that answers in every wrong way."""

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus, ProjectStatus
from portal.offramp.models import OfframpEvent, OfframpTransaction, ProviderHealth
from portal.offramp.operations import working
from portal.offramp.operations.depositing import deposit
from portal.offramp.operations.ending import withdraw
from portal.offramp.operations.releasing import release
from portal.offramp.operations.retrying import retry
from portal.offramp.operations.sending import begin_try
from portal.offramp.operations.watching import find_attention
from portal.offramp.watching import OfframpAttention
from tests.offramp.engine import make, read, story, tries, work
from tests.offramp.kotani_process import LOOPBACK, KotaniProcess, running_kotani
from tests.offramp.requests import Ground

HASH = "0x{:064x}"


@pytest.fixture(scope="module")
def process() -> Iterator[KotaniProcess]:
    with running_kotani() as process:
        yield process


@pytest.fixture
def kotani(
    process: KotaniProcess, app: Flask, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> KotaniProcess:
    """The process with nothing going wrong, as the ground's provider."""
    process.rule(share=0, failures=0, delay=[0, 0], hang=4, refuse=None)
    for name, value in {**LOOPBACK, "PORTAL_OFFRAMP_SECONDS": 1.5}.items():
        monkeypatch.setitem(app.config, name, value)
    ground.provider.adapter, ground.provider.config = "KOTANI_PAY", process.settings
    ground.session.commit()
    return process


def ready(ground: Ground, **changes: Any) -> UUID:
    """A request that waits for nothing but to be sent."""
    ground.session.execute(text("""UPDATE tbl_offramp_work SET "nextAt" = now() + interval '1 hour'"""))
    uuid = make(ground, **changes)
    ground.session.commit()
    work(ground.session)
    deposit(ground.session, uuid, HASH.format(uuid.int), by=ground.maker.id)
    ground.session.commit()
    return uuid


def settle(kotani: KotaniProcess) -> None:
    """Wait until the fake knows what became of everything in its book."""
    for _ in range(300):
        if all(line["status"] != "PROCESSING" for line in kotani.book()):
            return
        time.sleep(0.05)
    raise TimeoutError("The fake works on something for ever.")


def lines(kotani: KotaniProcess, session: Session, uuid: UUID) -> list[dict[str, Any]]:
    """What the fake's own book holds of a request."""
    references = {one.reference_id for one in tries(session, uuid)}
    return [line for line in kotani.book() if line["reference"] in references]


def test_a_request_is_quoted_opened_waits_for_its_tokens_is_sent_asked_about_and_paid(
    ground: Ground, kotani: KotaniProcess
) -> None:
    kotani.rule(delay=[0.5, 0.5])
    uuid = make(ground)
    ground.session.commit()
    assert work(ground.session, 2) == 1
    assert story(ground.session, uuid) == ["MADE", "QUOTED", "REQUESTED"]
    assert read(ground.session, uuid).status == OfframpStatus.PENDING
    deposit(ground.session, uuid, HASH.format(7), by=ground.maker.id)
    ground.session.commit()
    assert work(ground.session, 2) == 1
    assert story(ground.session, uuid)[3:] == ["DEPOSITED", "SENT", "ANSWERED"]
    settle(kotani)
    assert work(ground.session, 3, wait=True) == 1
    paid = read(ground.session, uuid)
    assert (paid.status, story(ground.session, uuid)[6:]) == (
        OfframpStatus.COMPLETED,
        ["CHECKED", "COMPLETED"],
    )
    (line,) = lines(kotani, ground.session, uuid)
    assert (line["ordered"], line["tx_hash"]) == (1, HASH.format(7))
    kept = ground.session.scalars(select(OfframpTransaction)).one()
    assert (kept.reference_id, kept.wallet_id, kept.customer_key, kept.status) == (
        line["reference"],
        "wallet-1",
        "cust-1",
        OfframpStatus.COMPLETED,
    )


@pytest.mark.parametrize(
    "fault", ["before", "after", "cut", "error", "error_after", "malformed", "slow", "callback_first"]
)
def test_E7_whatever_becomes_of_the_answer_there_is_one_payment_under_one_reference(
    ground: Ground, kotani: KotaniProcess, fault: str
) -> None:
    kotani.rule(delay=[0.5, 0.5])
    uuid = ready(ground)
    kotani.go_wrong("execute", fault)
    work(ground.session)
    sent = read(ground.session, uuid)
    (tried,) = tries(ground.session, uuid)
    if fault != "callback_first":
        assert (sent.status, tried.state) == (OfframpStatus.PROCESSING, "UNKNOWN")
        assert story(ground.session, uuid)[-1] == "UNANSWERED"
    work(ground.session, 1, wait=True)
    settle(kotani)
    work(ground.session, 2, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED
    assert [one.reference_id for one in tries(ground.session, uuid)] == [tried.reference_id]
    assert len(lines(kotani, ground.session, uuid)) == 1
    again = story(ground.session, uuid).count("SENT")
    assert again == (2 if fault in {"before", "error"} else 1)


def test_E7_a_worker_that_dies_after_the_reference_was_stored_leaves_a_request_that_is_asked_about(
    ground: Ground, kotani: KotaniProcess
) -> None:
    kotani.rule(delay=[0.5, 0.5])
    uuid = ready(ground)
    begin_try(ground.session, uuid)
    ground.session.commit()
    assert lines(kotani, ground.session, uuid) == []
    work(ground.session, 1, wait=True)
    settle(kotani)
    work(ground.session, 1, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED
    assert story(ground.session, uuid)[-6:] == [
        "UNANSWERED",
        "CHECKED",
        "SENT",
        "ANSWERED",
        "CHECKED",
        "COMPLETED",
    ]
    assert len(lines(kotani, ground.session, uuid)) == 1


def test_E7_a_reference_is_in_the_database_before_the_provider_hears_of_it(
    ground: Ground, kotani: KotaniProcess
) -> None:
    uuid = ready(ground)
    _attempt, order = begin_try(ground.session, uuid)
    stored = select(OfframpTransaction.reference_id).where(OfframpTransaction.request_id == order.request_id)
    assert ground.session.scalar(stored) == order.reference_id
    assert [one.reference_id for one in tries(ground.session, uuid)] == [order.reference_id]
    assert not any(asked == "POST /api/v3/offramp" for asked in kotani.seen()[-1:])


def test_what_the_provider_refuses_has_failed_for_its_reason_and_a_retry_has_a_reference_of_its_own(
    ground: Ground, kotani: KotaniProcess
) -> None:
    uuid = ready(ground)
    kotani.rule(refuse="Receiver not registered")
    work(ground.session)
    failed = read(ground.session, uuid)
    assert failed.status == OfframpStatus.FAILED
    assert "not registered" in str(failed.failed_reason)
    assert str(failed.receiver_phone) not in str(failed.failed_reason)
    kotani.rule(refuse=None)
    retry(ground.session, uuid, by=ground.maker.id)
    ground.session.commit()
    work(ground.session, 3, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED
    assert [one.state for one in tries(ground.session, uuid)] == ["FAILED", "COMPLETED"]
    assert len(lines(kotani, ground.session, uuid)) == 1


@pytest.mark.parametrize("what", ["quote", "request"])
def test_what_moves_no_money_is_asked_again(ground: Ground, kotani: KotaniProcess, what: str) -> None:
    kotani.go_wrong(what, "error")
    uuid = make(ground)
    ground.session.commit()
    work(ground.session)
    assert (read(ground.session, uuid).request_id, story(ground.session, uuid)[-1]) == (None, "UNANSWERED")
    work(ground.session, 1, wait=True)
    assert read(ground.session, uuid).request_id is not None


def test_a_poll_that_goes_wrong_moves_nothing(ground: Ground, kotani: KotaniProcess) -> None:
    kotani.rule(delay=[0.5, 0.5])
    uuid = ready(ground)
    work(ground.session)
    settle(kotani)
    for fault in ("error", "malformed", "cut"):
        kotani.go_wrong("status", fault)
        work(ground.session, 1, wait=True)
        assert (read(ground.session, uuid).status, story(ground.session, uuid)[-1]) == (
            OfframpStatus.PROCESSING,
            "UNANSWERED",
        )
    work(ground.session, 1, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED


def test_a_provider_that_is_put_aside_is_sent_nothing_but_asked_about_what_it_has(
    ground: Ground, kotani: KotaniProcess
) -> None:
    kotani.rule(delay=[0.5, 0.5])
    waiting, under_way = ready(ground), ready(ground)
    work(ground.session)
    settle(kotani)
    ground.provider.is_active = False
    ground.session.commit()
    work(ground.session, 4, wait=True)
    assert read(ground.session, waiting).status == OfframpStatus.PENDING
    assert read(ground.session, under_way).status == OfframpStatus.COMPLETED


def test_nothing_leaves_a_project_that_was_closed_meanwhile(ground: Ground, kotani: KotaniProcess) -> None:
    uuid = ready(ground)
    ground.project.status = ProjectStatus.CLOSED
    ground.session.commit()
    work(ground.session, 2, wait=True)
    assert (read(ground.session, uuid).status, lines(kotani, ground.session, uuid)) == (
        OfframpStatus.PENDING,
        [],
    )


def test_a_large_request_waits_for_somebody_to_let_it_go(ground: Ground, kotani: KotaniProcess) -> None:
    uuid = ready(ground, amount="5000")
    work(ground.session, 2, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.PENDING
    release(ground.session, uuid, by=ground.approver.id)
    ground.session.commit()
    work(ground.session, 2, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED


def test_what_a_provider_contradicts_is_not_sent_again(ground: Ground, kotani: KotaniProcess) -> None:
    uuid = ready(ground)
    ground.session.add(OfframpAttention(kind="CONFLICT", offramp_id=uuid))
    ground.session.commit()
    work(ground.session, 2, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.PENDING


def test_how_a_provider_is_doing_is_written_down(ground: Ground, kotani: KotaniProcess) -> None:
    ready(ground)
    kotani.go_wrong("execute", "error")
    work(ground.session)
    health = ground.session.get_one(ProviderHealth, ground.provider.uuid, populate_existing=True)
    assert (health.failures, health.trouble) == (1, "UNKNOWN")
    assert health.failing_since is not None
    work(ground.session, 1, wait=True)
    ground.session.refresh(health)
    assert health.failures == 0
    assert health.failing_since is None


def test_F1_the_story_of_a_request_names_nobody(ground: Ground, kotani: KotaniProcess) -> None:
    uuid = ready(ground)
    kotani.rule(failures=1)
    work(ground.session, 3, wait=True)
    assert read(ground.session, uuid).status == OfframpStatus.FAILED
    request = read(ground.session, uuid)
    told = ground.session.scalars(select(OfframpEvent.facts).where(OfframpEvent.offramp_id == uuid)).all()
    said = f"{told} {request.failed_reason}"
    assert str(request.receiver_phone) not in said
    assert str(request.receiver_name) not in said
    assert kotani.settings["apiKey"] not in said


def test_of_two_workers_one_has_a_request_until_its_lease_runs_out(ground: Ground) -> None:
    uuid = make(ground)
    held = working.claim(ground.session, dt.timedelta(minutes=1))
    assert held is not None
    assert (held.offramp, working.claim(ground.session)) == (uuid, None)
    ground.session.execute(text("""UPDATE tbl_offramp_work SET "heldUntil" = now() - interval '1 second'"""))
    assert working.claim(ground.session) == held


def test_pauses_grow_up_to_a_quarter_of_an_hour(ground: Ground) -> None:
    uuid = make(ground)
    pauses = []
    for _ in range(12):
        working.later(ground.session, uuid)
        due = text('SELECT round(extract(epoch FROM "nextAt" - clock_timestamp())) FROM tbl_offramp_work')
        pauses.append(int(ground.session.scalars(due).one()))
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]


def test_what_a_provider_will_not_open_is_left_alone_and_raised_until_it_is_withdrawn(ground: Ground) -> None:
    ground.provider.config = {"currency": "KES", "rate": "0.0001"}
    uuid = make(ground, "0.01")
    ground.session.commit()
    work(ground.session, 3, wait=True)
    assert story(ground.session, uuid) == ["MADE", "ANSWERED"]
    find_attention(ground.session)
    open_ends = select(OfframpAttention.kind).where(OfframpAttention.settled_at.is_(None))
    assert ground.session.scalars(open_ends).all() == ["STUCK"]
    withdraw(ground.session, uuid, by=ground.maker.id, reason="Too small")
    find_attention(ground.session)
    assert ground.session.scalars(open_ends).all() == []
