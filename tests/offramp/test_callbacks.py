"""What providers tell unasked: signed, stored before it is looked at, and of effect once."""

import datetime as dt
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.enums import OfframpStatus
from portal.offramp.client.adapter import Opened, Report
from portal.offramp.client.registry import open_adapter
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.client.signing import sign
from portal.offramp.models import OfframpCallback, OfframpEvent, OfframpProvider
from portal.offramp.operations import sending
from portal.offramp.operations.calling_back import apply_callback
from portal.offramp.operations.opening import note_opened
from portal.offramp.queries.due import stored_callbacks
from portal.offramp.watching import OfframpAttention
from tests.conftest import make_app
from tests.offramp.engine import make, read, story, tries
from tests.offramp.requests import Ground, add_attempt, add_provider, make_ground

pytestmark = pytest.mark.database

DONE: dict[str, Any] = {"status": "COMPLETED"}
THREADS = 25


def secret_of(provider: OfframpProvider) -> str:
    adapter = open_adapter(provider, current_app.config)
    assert isinstance(adapter, Sandbox)
    return adapter.secret()


def tell(
    client: FlaskClient,
    provider: OfframpProvider,
    said: dict[str, Any],
    event: str = "e1",
    *,
    late: float = 0,
    **changes: Any,
) -> int:
    """Send a callback as the provider would; the status of the answer. `changes` are what goes wrong on the way."""
    body = json.dumps(said).encode()
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=late)
    headers = sign(changes.get("secret") or secret_of(provider), body, at, event)
    sent = changes.get("body", body)
    address = f"/offramps/callbacks/{changes.get('to', provider.uuid)}"
    return client.post(address, data=sent, headers=headers, content_type="application/json").status_code


def apply_all(session: Session) -> None:
    for uuid in stored_callbacks(session, 100):
        apply_callback(session, uuid)


def states(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(OfframpCallback.state).order_by(OfframpCallback.received_at)))


def test_E6_a_signed_callback_is_stored_answered_and_then_settles_its_request(
    ground: Ground, client: FlaskClient
) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    reference = tries(ground.session, request.uuid)[0].reference_id
    assert tell(client, ground.provider, {**DONE, "referenceId": reference}) == 202
    assert (states(ground.session), read(ground.session, request.uuid).status) == (
        ["STORED"],
        OfframpStatus.PROCESSING,
    )
    apply_all(ground.session)
    assert (states(ground.session), read(ground.session, request.uuid).status) == (
        ["APPLIED"],
        OfframpStatus.COMPLETED,
    )
    assert story(ground.session, request.uuid)[-2:] == ["CALLBACK", "COMPLETED"]


def test_E6_the_same_event_again_is_taken_and_has_no_effect(ground: Ground, client: FlaskClient) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    said = {**DONE, "referenceId": tries(ground.session, request.uuid)[0].reference_id}
    assert tell(client, ground.provider, said) == 202
    apply_all(ground.session)
    before = story(ground.session, request.uuid)
    assert tell(client, ground.provider, said) == 200
    apply_all(ground.session)
    assert (states(ground.session), story(ground.session, request.uuid)) == (["APPLIED"], before)


@pytest.mark.parametrize(
    "wrong", [{"secret": "another secret"}, {"late": 301}, {"late": -301}, {"body": b'{"status": "FAILED"}'}]
)
def test_E6_what_the_provider_did_not_sign_just_now_is_refused_and_not_kept(
    ground: Ground, client: FlaskClient, wrong: dict[str, Any]
) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    said = {**DONE, "referenceId": tries(ground.session, request.uuid)[0].reference_id}
    assert tell(client, ground.provider, said, **wrong) == 401
    assert states(ground.session) == []
    assert tell(client, ground.provider, said) == 202


def test_E6_nobody_calls_back_in_the_name_of_another_provider(ground: Ground, client: FlaskClient) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    said = {**DONE, "referenceId": tries(ground.session, request.uuid)[0].reference_id}
    other = add_provider(ground.session, "Other")
    assert tell(client, ground.provider, said, to=other.uuid) == 401
    assert tell(client, other, said) == 202
    apply_all(ground.session)
    assert (states(ground.session), read(ground.session, request.uuid).status) == (
        ["PARKED"],
        OfframpStatus.PROCESSING,
    )
    assert tell(client, ground.provider, said, to=uuid4()) == 404


def test_E6_what_comes_out_of_order_moves_nothing_back(ground: Ground, client: FlaskClient) -> None:
    request = ground.add(OfframpStatus.PROCESSING)
    reference = {"referenceId": tries(ground.session, request.uuid)[0].reference_id}
    for event, status in enumerate(("COMPLETED", "PENDING", "PROCESSING", "COMPLETED")):
        assert tell(client, ground.provider, {"status": status, **reference}, f"e{event}") == 202
        apply_all(ground.session)
        assert read(ground.session, request.uuid).status == OfframpStatus.COMPLETED
    assert states(ground.session) == ["APPLIED", "IGNORED", "IGNORED", "IGNORED"]
    assert ground.session.scalar(select(func.count()).select_from(OfframpAttention)) == 0


def test_E6_that_what_was_paid_has_failed_moves_nothing_and_is_raised(
    ground: Ground, client: FlaskClient
) -> None:
    for status, told in ((OfframpStatus.COMPLETED, "FAILED"), (OfframpStatus.FAILED, "COMPLETED")):
        request = ground.add(status)
        said = {"status": told, "referenceId": tries(ground.session, request.uuid)[0].reference_id}
        assert tell(client, ground.provider, said, told) == 202
        apply_all(ground.session)
        assert read(ground.session, request.uuid).status == status
        raised = select(OfframpAttention.kind).where(OfframpAttention.offramp_id == request.uuid)
        assert ground.session.scalars(raised).all() == ["CONFLICT"]


def test_E6_what_speaks_of_no_request_is_parked_until_one_bears_that_name(
    ground: Ground, client: FlaskClient
) -> None:
    said = {"status": "PENDING", "requestId": "theirs-1", "transactionHash": "0x" + "AB" * 32}
    assert tell(client, ground.provider, said, "e1") == 202
    assert tell(client, ground.provider, {**DONE, "referenceId": "rp-unknown"}, "e2") == 202
    apply_all(ground.session)
    assert states(ground.session) == ["PARKED", "PARKED"]

    uuid = make(ground)
    note_opened(ground.session, uuid, Opened("theirs-1"))
    apply_all(ground.session)
    assert states(ground.session) == ["APPLIED", "PARKED"]
    assert story(ground.session, uuid) == ["MADE", "REQUESTED", "CALLBACK", "DEPOSITED"]


def test_E6_a_callback_that_comes_before_the_answer_counts_and_the_answer_changes_nothing(
    ground: Ground, client: FlaskClient
) -> None:
    uuid = make(ground)
    note_opened(ground.session, uuid, Opened("theirs-1", tx_hash="none:theirs-1"))
    attempt, order = sending.begin_try(ground.session, uuid)
    ground.session.commit()
    assert tell(client, ground.provider, {**DONE, "referenceId": order.reference_id}) == 202
    apply_all(ground.session)
    sending.note_answer(ground.session, attempt, Report(OfframpStatus.PROCESSING))
    assert read(ground.session, uuid).status == OfframpStatus.COMPLETED
    assert tries(ground.session, uuid)[0].state == "COMPLETED"


def test_E6_that_something_ended_which_was_never_ordered_is_raised(
    ground: Ground, client: FlaskClient
) -> None:
    uuid = make(ground)
    note_opened(ground.session, uuid, Opened("theirs-1"))
    assert tell(client, ground.provider, {**DONE, "requestId": "theirs-1"}) == 202
    apply_all(ground.session)
    assert read(ground.session, uuid).status == OfframpStatus.PENDING
    assert ground.session.scalars(select(OfframpAttention.kind)).all() == ["CONFLICT"]


def test_what_is_paid_beside_what_was_quoted_is_raised(ground: Ground, client: FlaskClient) -> None:
    for number, (amount, currency, kinds) in enumerate(
        (("3250", "KES", []), ("3249.99", "KES", ["AMOUNT"]), ("3250", "UGX", ["AMOUNT"]))
    ):
        request = ground.add(OfframpStatus.PROCESSING, currency="KES", fiat_amount="3250")
        reference = tries(ground.session, request.uuid)[0].reference_id
        said = {**DONE, "referenceId": reference, "fiatAmount": amount, "currency": currency}
        assert tell(client, ground.provider, said, f"e{number}") == 202
        apply_all(ground.session)
        assert read(ground.session, request.uuid).status == OfframpStatus.COMPLETED
        raised = select(OfframpAttention.kind).where(OfframpAttention.offramp_id == request.uuid)
        assert ground.session.scalars(raised).all() == kinds


def test_a_callback_needs_no_cookie_and_no_field_of_a_form(database: str, session: Session) -> None:
    app = make_app(database, WTF_CSRF_ENABLED=True)
    assert app.test_client().post(f"/offramps/callbacks/{uuid4()}", data=b"{}").status_code == 404
    assert app.test_client().post("/sign-out").status_code == 400
    app.extensions["portal_pool"].close()


def test_what_is_too_long_is_not_read(ground: Ground, client: FlaskClient) -> None:
    assert tell(client, ground.provider, {**DONE, "more": "x" * 70_000}) == 413
    assert tell(client, ground.provider, {"status": 7, "referenceId": ["x"]}) == 400
    assert states(ground.session) == []


@pytest.fixture
def crowded(fresh_database: str) -> Iterator[Flask]:
    """The portal over a copy for this test alone, with a connection for everybody."""
    app = make_app(fresh_database, PORTAL_POOL_SIZE=THREADS + 2)
    yield app
    app.extensions["portal_pool"].close()


def test_E6_fifty_deliveries_at_once_are_one_effect(crowded: Flask) -> None:
    with crowded.app_context():
        ground = make_ground(db.session())
        request = ground.add()
        reference = add_attempt(ground.session, request).reference_id
        provider, body = ground.provider.uuid, json.dumps({**DONE, "referenceId": reference}).encode()
        headers = sign(secret_of(ground.provider), body, dt.datetime.now(dt.UTC), "e1")
        uuid = request.uuid
        ground.session.commit()
    ready = Barrier(THREADS)

    def deliver(_number: int) -> list[int]:
        client = crowded.test_client()
        ready.wait(60)
        answers = [
            client.post(f"/offramps/callbacks/{provider}", data=body, headers=headers).status_code
            for _ in range(2)
        ]
        with crowded.app_context():
            apply_all(db.session())
            db.session.commit()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [status for both in pool.map(deliver, range(THREADS)) for status in both]
    assert sorted(answers) == [200] * (2 * THREADS - 1) + [202]
    with crowded.app_context():
        session = db.session()
        assert states(session) == ["APPLIED"]
        assert read(session, uuid).status == OfframpStatus.COMPLETED
        done = select(func.count()).where(OfframpEvent.kind.in_(("CALLBACK", "COMPLETED")))
        assert session.scalar(done) == 2
