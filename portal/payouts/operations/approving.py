"""What others than its makers do with a submitted list: hold single people out, return it, approve it.

An approval is bound to the hash of what is to be paid. Whoever holds somebody out, or lets them in again, changes
that: approvals given before become void, and each approver looks at the new total.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import Conflict, Refusal, sentence
from portal.payouts.models import STANDING, PayoutApproval, PayoutList, PayoutRow
from portal.payouts.moves import State
from portal.payouts.operations.judging import seal_of
from portal.payouts.operations.moving import change, hold, move, void_approvals
from portal.payouts.terms import Voided

MADE_IT = sentence("You made this list: somebody else has to approve it.")
CHANGED_IT = sentence("You were the last to change this list: somebody else has to approve it.")
SUBMITTED_IT = sentence("You submitted this list: somebody else has to approve it.")
APPROVED_IT = sentence("You have approved this list already: the other approval is somebody else's.")
CHANGED = sentence("What is to be paid has changed since you opened the page. Look at it once more.")


@dataclass(frozen=True)
class Approved:
    """What came of an approval: its step, and whether it was the last that the list needed."""

    step: int
    last: bool


def why_not(found: PayoutList, user: int, given: Sequence[PayoutApproval]) -> str | None:
    """Why a user cannot approve a list that their role would let them; None where they can.

    `given` are the approvals that stand. The database refuses the same.
    """
    if user == found.created_by:
        return MADE_IT
    if user == found.submitted_by:
        return SUBMITTED_IT
    if user == found.edited_by:
        return CHANGED_IT
    if any(approval.approver_id == user for approval in given):
        return APPROVED_IT
    return None


def approve(session: Session, uuid: UUID, *, seen: str, by: int, begin: Callable[[], UUID]) -> Approved:
    """Approve exactly what the page showed: `seen` is its hash. After the last approval the job that `begin` starts
    pays it.

    Raises Refusal for who made the list, Conflict where somebody was first or what is to be paid has changed.
    """
    found = hold(session, uuid, State.SUBMITTED)
    given = standing(session, uuid)
    if words := why_not(found, by, given):
        raise Refusal(words)
    if found.rows_hash != seen:
        raise Conflict(CHANGED)
    step = len(given) + 1
    values = {"list_id": uuid, "approver_id": by, "step": step, "rows_hash": seen}
    # Total, number and makers are written by the database itself.
    session.execute(
        insert(PayoutApproval).values(**values, total=found.total, payable=found.payable, made_by=[])
    )
    last = step >= found.steps_needed
    if last:
        move(session, uuid, State.SUBMITTED, State.PAYING, decided_by=by, job_id=begin(), trouble=None)
    return Approved(step, last)


def standing(session: Session, uuid: UUID) -> Sequence[PayoutApproval]:
    """The approvals of a list that are not void, in their order."""
    statement = select(PayoutApproval).where(PayoutApproval.list_id == uuid, STANDING)
    return session.scalars(statement.order_by(PayoutApproval.step)).all()


def return_list(session: Session, uuid: UUID, reason: str, *, by: int) -> int:
    """Give a submitted list back to its maker, who is returned. Raises Refusal for who made it: they take it back."""
    found = hold(session, uuid, State.SUBMITTED)
    if by in found.makers:
        raise Refusal("This list is your own: take it back instead.")
    void_approvals(session, uuid, Voided.RETURNED)
    move(session, uuid, State.SUBMITTED, State.RETURNED, reason=reason)
    return found.submitted_by or found.created_by


def hold_out(session: Session, uuid: UUID, rows: Sequence[UUID], reason: str, *, by: int) -> int:
    """Keep single people from being paid, for a reason, while the rest of the list goes on; how many."""
    values = {"held_by": by, "held_at": func.now(), "held_reason": reason}
    return _hold(session, uuid, rows, by, PayoutRow.held_by.is_(None), PayoutRow.verdict == "OK", **values)


def let_in(session: Session, uuid: UUID, rows: Sequence[UUID], *, by: int) -> int:
    """Let people be paid after all whom an approver held out; how many."""
    values = {"held_by": None, "held_at": None, "held_reason": None}
    return _hold(session, uuid, rows, by, PayoutRow.held_by.is_not(None), **values)


def _hold(
    session: Session, uuid: UUID, rows: Sequence[UUID], by: int, *conditions: object, **values: object
) -> int:
    found = hold(session, uuid, State.SUBMITTED)
    if by in found.makers:
        raise Refusal("Who made a list takes people out of its draft: take the list back first.")
    void_approvals(session, uuid, Voided.HELD)
    done = session.execute(
        update(PayoutRow)
        # The conditions are of rows to hold or to take back: a list of both kinds.
        .where(PayoutRow.list_id == uuid, PayoutRow.uuid.in_(rows), *conditions)  # type: ignore[arg-type]
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    number = rows_changed(done)
    if not number:
        raise Conflict("Somebody has done this already. Reload the page to see where it stands.")
    seal = seal_of(session, uuid)
    if not seal.payable:
        raise Refusal("Then nobody would be left to be paid. Return the list instead.")
    change(session, uuid, State.SUBMITTED, rows_hash=seal.hash, total=seal.total, payable=seal.payable)
    return number
