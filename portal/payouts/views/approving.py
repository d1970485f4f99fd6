"""What approvers do: look, hold single people out, approve the rest, or return the list."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.operations import start
from portal.payouts.forms import ApproveForm, HoldForm, ReturnForm, TickedForm
from portal.payouts.letters import tell_maker
from portal.payouts.models import PayoutList
from portal.payouts.operations import approving
from portal.payouts.queries.warnings import warnings_of
from portal.payouts.tasks import PAY
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.payouts.views.payout_list import why_not_words
from portal.payouts.views.rows import page_of_rows_of
from portal.payouts.wording import SHOWN
from portal.users.models import User
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import see_other
from portal.web.links import outside


@bp.route("/<uuid:uuid>/approve", methods=["GET", "POST"])
@requires("approve", "PayoutList")
def approve_list(uuid: UUID) -> Response:
    """See what is striking about the list, and approve exactly what the page shows."""
    found, form = list_to("approve", uuid), ApproveForm()
    if not form.validate_on_submit():
        return _ask(found, form, 422 if form.is_submitted() else 200)
    by = current_person().id
    try:
        seen = form.seen.data or ""
        approved = approving.approve(db.session(), uuid, seen=seen, by=by, begin=partial(_begin_paying, uuid))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(list_to("approve", uuid), form, refusal.status)
    db.session.commit()
    if not approved.last:
        flash(_("You have approved the list. Somebody else has to approve it too."), "success")
    return see_other(url_for("payouts.show_list", uuid=uuid))


@bp.route("/<uuid:uuid>/return", methods=["GET", "POST"])
@requires("approve", "PayoutList")
def return_list(uuid: UUID) -> Response:
    """Give the list back, saying what is to be changed; whoever submitted it is told."""
    found, form = list_to("approve", uuid), ReturnForm()
    if not form.validate_on_submit():
        return page_of(
            "payouts/return_list.html", found, form=form, status=422 if form.is_submitted() else 200
        )
    reason = form.reason.data or ""
    try:
        maker = approving.return_list(db.session(), uuid, reason, by=current_person().id)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page_of("payouts/return_list.html", list_to("approve", uuid), form=form, status=refusal.status)
    link = outside("payouts.show_list", uuid=uuid)
    tell_maker(db.session(), found, db.session.get_one(User, maker), link, reason)
    db.session.commit()
    flash(_("The list is returned."), "success")
    return see_other(url_for("payouts.show_list", uuid=uuid))


@bp.post("/<uuid:uuid>/rows/hold")
@requires("approve", "PayoutList")
def hold_rows(uuid: UUID) -> Response:
    """Hold the ticked people out, for a reason; the rest of the list goes on."""
    form = HoldForm()

    def hold(ticked: list[UUID]) -> str:
        by, reason = current_person().id, form.reason.data or ""
        held = approving.hold_out(db.session(), uuid, ticked, reason, by=by)
        said: str = ngettext(
            "%(num)s person is held out. Approvals that were given are void.",
            "%(num)s people are held out. Approvals that were given are void.",
            held,
        )
        return said

    return _with_ticked(uuid, form, hold)


@bp.post("/<uuid:uuid>/rows/let-in")
@requires("approve", "PayoutList")
def let_rows_in(uuid: UUID) -> Response:
    """Let the ticked people be paid after all."""

    def let_in(ticked: list[UUID]) -> str:
        number = approving.let_in(db.session(), uuid, ticked, by=current_person().id)
        said: str = ngettext(
            "%(num)s person is let in again. Approvals that were given are void.",
            "%(num)s people are let in again. Approvals that were given are void.",
            number,
        )
        return said

    return _with_ticked(uuid, TickedForm(), let_in)


def _with_ticked(uuid: UUID, form: TickedForm, do: Callable[[list[UUID]], str]) -> Response:
    found = list_to("approve", uuid)
    if not form.validate_on_submit():
        return page_of_rows_of(found, form, status=422)
    try:
        said = do(form.ticked())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page_of_rows_of(list_to("approve", uuid), form, status=refusal.status)
    db.session.commit()
    flash(said, "success")
    return see_other(url_for("payouts.list_rows", uuid=uuid, show=request.args.get("show")))


def _begin_paying(uuid: UUID) -> UUID:
    by, link = current_person().id, url_for("payouts.show_list", uuid=uuid)
    return start(PAY, {"payout_list": str(uuid), "by": by}, created_by=by, link=link).uuid


def _ask(found: PayoutList, form: ApproveForm, status: int) -> Response:
    form.seen.data = found.rows_hash
    return page_of(
        "payouts/approve_list.html",
        found,
        form=form,
        warnings=warnings_of(db.session(), found, current_ability()),
        why_not=why_not_words(found),
        shown=SHOWN,
        status=status,
    )
