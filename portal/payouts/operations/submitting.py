"""From a draft to a list that can be approved, and back."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.operations.judging import Seal, judge, seal_of
from portal.payouts.operations.moving import change, hold, move, void_approvals
from portal.payouts.queries.limits import limits
from portal.payouts.terms import Voided
from portal.projects.queries.project import the_active
from portal.vendors.queries.at_work import the_vendor_at_work

TURN = 0x7061796F
"""The first number of the advisory locks of lists that are submitted; the second is their project's."""


def begin_submitting(session: Session, uuid: UUID, *, seen: int, job: UUID) -> bool:
    """Let the job check and submit the draft. `seen` is its version on the page that was confirmed.

    False, and nothing changes, where it was begun already, so that two clicks are one. Raises Conflict where the draft
    was changed since, and Refusal where nobody in it can be paid.
    """
    found = hold(session, uuid, State.DRAFT, State.CHECKING, State.SUBMITTED)
    if found.state != State.DRAFT:
        return False
    if found.version != seen:
        raise Conflict("Somebody changed this list meanwhile. Look at it again before you submit it.")
    if not found.payable:
        raise Refusal("Nobody in this list can be paid.")
    check_place(session, found)
    move(session, uuid, State.DRAFT, State.CHECKING, job_id=job, trouble=None)
    return True


def check_place(session: Session, found: PayoutList) -> None:
    """Raises Refusal unless the list's project is open and its vendor at work in it; both stay so until the
    transaction ends."""
    the_active(session, found.project_id)
    the_vendor_at_work(session, found.vendor_id, found.project_id)


def submit(session: Session, found: PayoutList, *, by: int) -> Seal:
    """Check everybody once more and submit what can be paid, as it was confirmed.

    Raises Refusal where that is not what was confirmed: somebody was deleted, or is paid by another list by now.
    """
    check_place(session, found)
    # Of two lists that are submitted at once the second sees the first.
    project = func.hashtext(str(found.project_id))
    session.execute(select(func.pg_advisory_xact_lock(TURN, project)))
    judge(session, found)
    seal = seal_of(session, found.uuid)
    if (seal.total, seal.payable) != (found.total, found.payable):
        raise Refusal(
            "Meanwhile it is %(payable)s people who can be paid. Look at the list once more and submit it again.",
            payable=seal.payable,
        )
    move(
        session,
        found.uuid,
        State.CHECKING,
        State.SUBMITTED,
        rows_hash=seal.hash,
        submitted_by=by,
        submitted_at=func.now(),
        reason=None,
        steps_needed=limits(session).steps(found.currency, seal.total),
    )
    return seal


def back_to_draft(session: Session, found: PayoutList, refusal: Refusal) -> None:
    """The list could not be submitted, and says why."""
    judge(session, found)
    seal = seal_of(session, found.uuid)
    trouble = {"message": refusal.message, "params": refusal.params}
    values = {"total": seal.total, "payable": seal.payable, "trouble": trouble}
    move(session, found.uuid, State.CHECKING, State.DRAFT, **values)


def take_back(session: Session, uuid: UUID, *, by: int) -> None:
    """Make a submitted or returned list a draft again; approvals that were given become void."""
    found = hold(session, uuid, State.SUBMITTED, State.RETURNED)
    void_approvals(session, uuid, Voided.TAKEN_BACK)
    move(session, uuid, State(found.state), State.DRAFT, rows_hash=None)
    change(session, uuid, State.DRAFT, edited_by=by)


def cancel(session: Session, uuid: UUID, reason: str) -> None:
    """Give a list up for good. Raises Conflict while a job is at work on it, and where it has ended."""
    found = hold(session, uuid, State.DRAFT, State.SUBMITTED, State.RETURNED)
    void_approvals(session, uuid, Voided.CANCELLED)
    move(session, uuid, State(found.state), State.CANCELLED, reason=reason, filter=None)
