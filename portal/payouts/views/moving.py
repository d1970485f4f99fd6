"""Moving a list on: submitting it, taking it back, giving it up, and on again after a job that did not work."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.operations import start
from portal.payouts.forms import CancelForm, SeenForm
from portal.payouts.moves import State
from portal.payouts.operations import moving, submitting
from portal.payouts.tasks import SUBMIT
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.web.access import current_person, requires
from portal.web.errors import error_page
from portal.web.htmx import see_other
from portal.web.links import outside


@bp.post("/<uuid:uuid>/submit")
@requires("update", "PayoutList")
def submit_list(uuid: UUID) -> Response:
    """Have the draft checked and submitted. Asked twice, it is done once, and both are led to what comes of it."""
    list_to("update", uuid)
    form = SeenForm()
    if not form.validate_on_submit():
        return error_page(400)
    by = current_person().id
    told = {"payout_list": str(uuid), "by": by, "page": outside("payouts.show_list", uuid=uuid)}
    try:
        job = start(SUBMIT, told, created_by=by, link=url_for("payouts.show_list", uuid=uuid)).uuid
        begun = submitting.begin_submitting(db.session(), uuid, seen=form.version_seen, job=job)
    except Refusal as refusal:
        db.session.rollback()
        flash(_(refusal.message, **refusal.params), "danger")
        return _there(uuid)
    if begun:
        db.session.commit()
    else:
        db.session.rollback()
    return _there(uuid)


@bp.post("/<uuid:uuid>/take-back")
@requires("update", "PayoutList")
def take_back_list(uuid: UUID) -> Response:
    """Make a draft of it again; approvals that were given become void."""
    list_to("update", uuid)
    submitting.take_back(db.session(), uuid, by=current_person().id)
    db.session.commit()
    flash(_("The list is a draft again. Approvals that were given are void."), "success")
    return _there(uuid)


@bp.route("/<uuid:uuid>/cancel", methods=["GET", "POST"])
@requires("update", "PayoutList")
def cancel_list(uuid: UUID) -> Response:
    """Give the list up, for good and for a reason."""
    found, form = list_to("update", uuid), CancelForm()
    if not form.validate_on_submit():
        return page_of(
            "payouts/cancel_list.html", found, form=form, status=422 if form.is_submitted() else 200
        )
    submitting.cancel(db.session(), uuid, form.reason.data or "")
    db.session.commit()
    flash(_("The list is given up: nobody is paid by it."), "success")
    return _there(uuid)


@bp.post("/<uuid:uuid>/reopen")
@requires("read", "PayoutList")
def reopen_list(uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    found = list_to("read", uuid)
    list_to("approve" if found.state == State.PAYING else "update", uuid)
    moving.reopen(db.session(), uuid)
    db.session.commit()
    flash(_("Nothing was changed."), "info")
    return _there(uuid)


def _there(uuid: UUID) -> Response:
    return see_other(url_for("payouts.show_list", uuid=uuid))
