"""The works in the background: fill a list, submit it, pay it. Each is one commit, or nothing."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.tasks import Progress, work
from portal.payouts.letters import tell_approvers
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.operations import drafting, paying, submitting
from portal.payouts.operations.moving import hold
from portal.payouts.queries.approvers import who_may_approve
from portal.users.queries.held import acting

FILL, SUBMIT, PAY = "payouts.fill", "payouts.submit", "payouts.pay"
LABELS = {"people": _l("People"), "left_out": _l("Cannot be paid")}


@work(FILL, _l("Filling a payout list"), labels=LABELS)
def fill(progress: Progress, payout_list: str, by: int) -> dict[str, Any]:
    """Copy the people into a list and look at each, by what the user with the id `by` may see now."""
    session, uuid = db.session(), UUID(payout_list)
    found = hold(session, uuid, State.FILLING, job=progress.job)
    _user, ability = acting(session, by)
    _check_may(ability, "update", found)
    progress.step("Finding the people")
    people = drafting.fill(session, found, ability)
    progress.step("Looking at each of them", people)
    drafting.finish_filling(session, found)
    session.refresh(found)
    return _finish(session, progress, {"people": people, "left_out": people - (found.payable or 0)})


@work(SUBMIT, _l("Submitting a payout list"), labels={"people": _l("People"), "told": _l("Approvers told")})
def submit(progress: Progress, payout_list: str, by: int, page: str) -> dict[str, Any]:
    """Check everybody once more, submit the list and tell those who may approve it, with the whole address of its
    page; or say why it stays a draft."""
    session, uuid = db.session(), UUID(payout_list)
    found = hold(session, uuid, State.CHECKING, job=progress.job)
    progress.step("Looking at each of them", found.payable)
    try:
        _user, ability = acting(session, by)
        _check_may(ability, "update", found)
        submitting.submit(session, found, by=by)
    except Refusal as refusal:
        session.rollback()
        found = hold(session, uuid, State.CHECKING, job=progress.job)
        submitting.back_to_draft(session, found, refusal)
        return _finish(session, progress, {"people": 0, "told": 0})
    session.refresh(found)
    progress.step("Telling the approvers")
    approvers = who_may_approve(session, found)
    tell_approvers(session, found, approvers, page)
    return _finish(session, progress, {"people": found.payable, "told": len(approvers)})


@work(PAY, _l("Paying a payout list"), labels={"paid": _l("Payouts")})
def pay(progress: Progress, payout_list: str, by: int) -> dict[str, Any]:
    """Write the payouts of an approved list; or say why they cannot be, and leave it submitted."""
    session, uuid = db.session(), UUID(payout_list)
    found = hold(session, uuid, State.PAYING, job=progress.job)
    try:
        _user, ability = acting(session, by)
        _check_may(ability, "approve", found)
        progress.step("Looking at each of them", found.payable)
        paying.check_approved(session, found)
        progress.step("Writing the payouts", found.payable)
        paid = paying.pay(session, found)
    except Refusal as refusal:
        session.rollback()
        found = hold(session, uuid, State.PAYING, job=progress.job)
        paying.give_back(session, found, refusal)
        return _finish(session, progress, {"paid": 0})
    progress.advance(paid, paid)
    return _finish(session, progress, {"paid": paid})


def _finish(session: Session, progress: Progress, result: dict[str, Any]) -> dict[str, Any]:
    progress.finish_with(session, result)
    session.commit()
    return result


def _check_may(ability: Ability, action: str, found: PayoutList) -> None:
    if not ability.can(action, found):
        raise Refusal("You may not do this any more.")
