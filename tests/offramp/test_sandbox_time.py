"""The Sandbox settles by itself, and what it tells is stored as any provider's callback is."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpCallback
from portal.offramp.queries.sandbox import sandboxes_with_work
from portal.offramp.tasks.sandbox import run_sandboxes
from portal.offramp.watching import SandboxPayment
from tests.offramp.test_sandbox import make_sandbox, order


def books(session: Session) -> list[tuple[str, bool]]:
    """Each payment's state, and whether it was told of."""
    session.expire_all()
    paid = session.scalars(select(SandboxPayment).order_by(SandboxPayment.id))
    return [(one.status.value, one.called_back_at is not None) for one in paid]


def stored(session: Session) -> list[tuple[str | None, OfframpStatus | None]]:
    told = select(OfframpCallback.reference_id, OfframpCallback.status).order_by(OfframpCallback.reference_id)
    return [(one.reference_id, one.status) for one in session.execute(told)]


def run(session: Session) -> None:
    config: Mapping[str, Any] = current_app.config
    run_sandboxes(session, config)


def test_what_is_due_is_settled_and_told_of_once(session: Session) -> None:
    sandbox = make_sandbox(session)
    for number in range(3):
        sandbox.execute(order(f"rp-{number}"))
    for _time in range(2):
        run(session)
    assert books(session) == [("COMPLETED", True)] * 3
    assert stored(session) == [(f"rp-{number}", OfframpStatus.COMPLETED) for number in range(3)]


def test_what_is_not_due_is_left_alone(session: Session) -> None:
    make_sandbox(session, delayFrom="60", delayTo="60").execute(order("rp-1"))
    run(session)
    assert books(session) == [("PROCESSING", False)]
    assert stored(session) == []


def test_a_callback_that_was_cut_off_before_it_was_noted_is_told_again_and_counts_once(
    session: Session,
) -> None:
    make_sandbox(session).execute(order("rp-1"))
    run(session)
    session.execute(update(SandboxPayment).values(called_back_at=None))
    run(session)
    assert books(session) == [("COMPLETED", True)]
    assert len(stored(session)) == 1


def test_one_that_does_not_call_back_settles_without_a_word_and_is_left_alone_then(session: Session) -> None:
    make_sandbox(session, callbacks=False).execute(order("rp-1"))
    run(session)
    assert books(session) == [("COMPLETED", True)]
    assert stored(session) == []
    assert sandboxes_with_work(session) == []


def test_one_that_is_not_set_up_keeps_no_other_waiting(session: Session) -> None:
    broken, whole = make_sandbox(session), make_sandbox(session)
    for sandbox, reference in ((broken, "rp-broken"), (whole, "rp-whole")):
        sandbox.execute(order(reference))
    for provider in sandboxes_with_work(session):
        if provider.uuid == broken._setup.provider:
            provider.config = {"rate": "a lot"}
    session.commit()
    run(session)
    assert books(session) == [("PROCESSING", False), ("COMPLETED", True)]
