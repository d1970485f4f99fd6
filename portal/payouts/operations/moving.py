"""Moving a list from one state to the next: a conditional UPDATE each, so that of two who want it one gets it."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import Conflict, sentence
from portal.jobs.models import Job
from portal.payouts.models import STANDING, PayoutApproval, PayoutList
from portal.payouts.moves import MOVES, REOPENED, State
from portal.payouts.terms import Voided

MOVED_ON = sentence("This list has moved on meanwhile. Reload the page to see where it stands.")


def move(session: Session, uuid: UUID, state: State, to: State, *conditions: Any, **values: Any) -> None:
    """Bring a list from `state` to `to`, with what else changes. Raises Conflict where it is not there any more."""
    if to not in MOVES[state]:
        raise ValueError(f"no list moves from {state} to {to}")
    _change(session, uuid, state, conditions, {"state": to.value, **values})


def change(session: Session, uuid: UUID, state: State, **values: Any) -> None:
    """Change a list that is in this state. Raises Conflict where it is not."""
    _change(session, uuid, state, (), values)


def _change(
    session: Session, uuid: UUID, state: State, conditions: tuple[Any, ...], values: dict[str, Any]
) -> None:
    changed = session.execute(
        update(PayoutList)
        .where(PayoutList.uuid == uuid, PayoutList.state == state, *conditions)
        .values(version=PayoutList.version + 1, updated_at=func.now(), **values)
        .returning(PayoutList.uuid)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise Conflict(MOVED_ON)


def hold(session: Session, uuid: UUID, *states: State, job: UUID | None = None) -> PayoutList:
    """The list, held against others until the transaction ends; for a job, only while it is that job's.

    Raises Conflict when it is in none of these states, or another job's by now.
    """
    found = session.scalars(
        select(PayoutList)
        .where(PayoutList.uuid == uuid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.state not in states or (job is not None and found.job_id != job):
        raise Conflict(MOVED_ON)
    return found


def void_approvals(session: Session, uuid: UUID, why: Voided, *, by: int | None = None) -> int:
    """Make the approvals of a list void, all or those that one user gave; how many there were."""
    statement = update(PayoutApproval).where(PayoutApproval.list_id == uuid, STANDING)
    if by is not None:
        statement = statement.where(PayoutApproval.approver_id == by)
    done = session.execute(
        statement.values(voided_at=func.now(), voided_why=why.value).execution_options(
            synchronize_session=False
        )
    )
    return rows_changed(done)


def reopen(session: Session, uuid: UUID) -> None:
    """Bring a list whose job ended without success back to where it can be worked on.

    Raises Conflict while the job is at work, and when there is nothing to reopen.
    """
    found = hold(session, uuid, *REOPENED)
    job = session.scalar(select(Job.state).where(Job.uuid == found.job_id))
    if job in {"QUEUED", "RUNNING"}:
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")
    state = State(found.state)
    if state is State.PAYING:
        void_approvals(session, uuid, Voided.REFUSED, by=found.decided_by)
        move(session, uuid, state, REOPENED[state], decided_by=None)
    else:
        move(session, uuid, state, REOPENED[state])
