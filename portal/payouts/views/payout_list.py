"""One list: what it comes to, where it stands, what happened to it, and what the reader may do now."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.jobs.models import Job
from portal.jobs.queries import job_with
from portal.payouts.models import PayoutList
from portal.payouts.moves import AT_WORK, State
from portal.payouts.operations.approving import standing, why_not
from portal.payouts.queries.lists import approvals_of, followers_of, holds_of
from portal.payouts.queries.rows import Show, count_rows
from portal.payouts.queries.warnings import warnings_of
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.payouts.wording import METHODS, SHOWN, VOIDED
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other, wants_fragment

_offered: list[Callable[[PayoutList], dict[str, Any] | None]] = []


def offer_action(make: Callable[[PayoutList], dict[str, Any] | None]) -> None:
    """Let a module above offer something to do with a list, as `page_actions` draws it; None where there is nothing."""
    _offered.append(make)


@bp.get("/<uuid:uuid>")
@requires("read", "PayoutList")
def show_list(uuid: UUID) -> Response:
    """A list with its figures and its story; or how far the job at work on it is."""
    found = list_to("read", uuid)
    job = _job_of(found)
    if job is not None and not current_ability().can("read", job):
        job = None  # somebody else's work, of which this reader sees the end alone
    if wants_fragment():  # the job has ended, and the page is another one now
        return see_other(url_for("payouts.show_list", uuid=uuid))
    session, ability = db.session(), current_ability()
    failed = count_rows(session, found, ability, Show.FAILED) if found.state == State.APPROVED else None
    return page_of(
        "payouts/show_list.html",
        found,
        job=job,
        at_work=found.state in AT_WORK,
        trouble=trouble_words(found),
        approvals=approvals_of(session, uuid),
        holds=holds_of(session, uuid),
        followers=followers_of(session, uuid, ability),
        failed=failed,
        may=may(found),
        offered=[action for make in _offered if (action := make(found))],
        why_not=why_not_words(found),
        methods=METHODS,
        voided=VOIDED,
    )


@bp.get("/<uuid:uuid>/warnings")
@requires("read", "PayoutList")
def show_warnings(uuid: UUID) -> Response:
    """What to look at before the list is approved."""
    found = list_to("read", uuid)
    warnings = warnings_of(db.session(), found, current_ability())
    return page("payouts/show_warnings.html", "warnings", found=found, warnings=warnings, shown=SHOWN)


def may(found: PayoutList) -> dict[str, bool]:
    """What the reader's roles let them do to the list in the state that it is in."""
    ability, state = current_ability(), found.state
    update, approve = ability.can("update", found), ability.can("approve", found)
    own = current_person().id in found.makers
    return {
        "edit": update and state == State.DRAFT,
        "submit": update and state == State.DRAFT and bool(found.payable),
        "take_back": update and state in (State.SUBMITTED, State.RETURNED),
        "cancel": update and state in (State.DRAFT, State.SUBMITTED, State.RETURNED),
        "return": approve and state == State.SUBMITTED and not own,
        "approve": approve and state == State.SUBMITTED,
        "reopen": (update or approve) and state in AT_WORK,
        "export": ability.can("export", found),
        "follow": ability.can("create", "PayoutList") and state == State.APPROVED,
    }


def why_not_words(found: PayoutList) -> str | None:
    """Why the reader cannot approve the list though their role would let them; None where they can, or it would not."""
    if found.state != State.SUBMITTED or not current_ability().can("approve", found):
        return None
    said = why_not(found, current_person().id, standing(db.session(), found.uuid))
    return str(_(said)) if said else None


def trouble_words(found: PayoutList) -> str | None:
    """What came in the way of the last job, in the reader's language."""
    kept: Any = found.trouble
    if not isinstance(kept, dict):
        return None
    params = kept.get("params") or {}
    return str(_(kept["message"], **params)) if params else str(_(kept["message"]))


def _job_of(found: PayoutList) -> Job | None:
    """The job at work on the list. One that ended since the list was read has moved it on: it is read anew."""
    if found.state not in AT_WORK or found.job_id is None:
        return None
    job = db.session.scalar(job_with(found.job_id))
    if job and job.state not in {"QUEUED", "RUNNING"}:
        db.session.refresh(found)
    return job
