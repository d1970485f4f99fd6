"""Paying an approved list: its rows become approved transactions, all of them or none."""

from decimal import Decimal

from sqlalchemy import func, text
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import Refusal
from portal.core.values.money import plain_amount
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.operations.judging import judge, seal_of
from portal.payouts.operations.moving import move, void_approvals
from portal.payouts.operations.submitting import check_place
from portal.payouts.terms import Voided

PAY = text(
    """
INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, status,
    "createdBy", "decidedBy", "decidedAt", "payoutListId", "retryOf")
SELECT r.uuid, :project, r."beneficiaryId", :vendor, r.amount, :currency, 'APPROVED',
    :made_by, :decided_by, now(), r."listId", r."retryOf"
FROM tbl_payout_rows r WHERE r."listId" = :list AND r.verdict = 'OK' AND r."heldBy" IS NULL
ORDER BY r.number
"""
)

LEFT = text(
    """
SELECT b.amount - b.spent FROM tbl_project_budgets b
WHERE b."projectId" = :project AND b.currency = :currency AND b.amount IS NOT NULL FOR UPDATE
"""
)


def check_approved(session: Session, found: PayoutList) -> None:
    """Look at everybody once more. Raises Refusal where that is not what was approved any more."""
    check_place(session, found)
    judge(session, found)
    seal = seal_of(session, found.uuid)
    if seal.hash != found.rows_hash:
        raise Refusal(
            "What was approved has changed: it is %(payable)s people by now. It has to be approved anew.",
            payable=seal.payable,
        )


def pay(session: Session, found: PayoutList) -> int:
    """Write the transactions, by one statement; how many. The list is then APPROVED for good.

    Raises Refusal where the project's budget is not enough, and says how much is missing.
    """
    left = left_of_budget(session, found)
    if left is not None and found.total is not None and left < found.total:
        raise Refusal(
            "The budget of this project is not enough: %(left)s %(currency)s are left, and %(missing)s are missing.",
            left=plain_amount(left),
            missing=plain_amount(found.total - left),
            currency=found.currency,
        )
    told = {
        "list": found.uuid,
        "project": found.project_id,
        "vendor": found.vendor_id,
        "currency": found.currency,
        "made_by": found.created_by,
        "decided_by": found.decided_by,
    }
    done = session.execute(PAY, told)
    move(session, found.uuid, State.PAYING, State.APPROVED, decided_at=func.now(), filter=None)
    return rows_changed(done)


def left_of_budget(session: Session, found: PayoutList) -> Decimal | None:
    """What is left to spend in the list's project and currency; None where no limit is set. It stays so until the
    transaction ends."""
    where = {"project": found.project_id, "currency": found.currency}
    left: Decimal | None = session.scalar(LEFT, where)
    return left


def give_back(session: Session, found: PayoutList, refusal: Refusal) -> None:
    """The list could not be paid: it is submitted again as it is now, says why, and the approval that was to pay it is
    void. All are void where it is not the same list any more."""
    judge(session, found)
    seal = seal_of(session, found.uuid)
    same = seal.hash == found.rows_hash
    void_approvals(session, found.uuid, Voided.REFUSED, by=found.decided_by if same else None)
    values = {"rows_hash": seal.hash, "total": seal.total, "payable": seal.payable}
    trouble = {"message": refusal.message, "params": refusal.params}
    if seal.payable:
        move(session, found.uuid, State.PAYING, State.SUBMITTED, decided_by=None, trouble=trouble, **values)
        return
    # Nobody is left to be paid: only its maker can make something of it.
    move(session, found.uuid, State.PAYING, State.SUBMITTED, decided_by=None, trouble=trouble)
    move(session, found.uuid, State.SUBMITTED, State.DRAFT, **values)
