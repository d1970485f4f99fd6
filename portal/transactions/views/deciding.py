"""Approving, rejecting, saying that a payout failed, and trying it again."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.transactions.forms import ReasonForm
from portal.transactions.models import Transaction
from portal.transactions.operations import deciding
from portal.transactions.operations.retrying import retry
from portal.transactions.queries.transaction import transaction, transaction_with
from portal.transactions.views import bp
from portal.transactions.views.transaction import offers_on, show
from portal.web.access import current_ability, current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.post("/<uuid:uuid>/approve")
@requires("approve", "Transaction")
def approve_transaction(uuid: UUID) -> Response:
    """Approve it, unless the person made it themselves."""
    load(transaction_with(uuid), "approve", Transaction)
    try:
        deciding.approve(db.session(), uuid, by=current_person().id)
    except Refusal as refusal:
        return _refused(uuid, refusal)
    db.session.commit()
    flash(_("The transaction is approved."), "success")
    return see_other(url_for("transactions.show_transaction", uuid=uuid))


@bp.route("/<uuid:uuid>/reject", methods=["GET", "POST"])
@requires("approve", "Transaction")
def reject_transaction(uuid: UUID) -> Response:
    """Ask why, and reject it."""
    load(transaction_with(uuid), "approve", Transaction)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            deciding.reject(db.session(), uuid, by=current_person().id, reason=form.reason.data or "")
        except Refusal as refusal:
            return _refused(uuid, refusal)
        db.session.commit()
        flash(_("The transaction is rejected."), "success")
        return see_other(url_for("transactions.show_transaction", uuid=uuid))
    return _ask(uuid, form, "transactions/reject_transaction.html")


@bp.route("/<uuid:uuid>/fail", methods=["GET", "POST"])
@requires("update", "Transaction")
def fail_transaction(uuid: UUID) -> Response:
    """Ask why, and note that the payout did not reach its person."""
    load(transaction_with(uuid), "update", Transaction)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            deciding.fail(db.session(), uuid, by=current_person().id, reason=form.reason.data or "")
        except Refusal as refusal:
            return _refused(uuid, refusal)
        db.session.commit()
        flash(_("It is noted that the payout failed."), "success")
        return see_other(url_for("transactions.show_transaction", uuid=uuid))
    return _ask(uuid, form, "transactions/fail_transaction.html")


@bp.post("/<uuid:uuid>/retry")
@requires("update", "Transaction")
def retry_transaction(uuid: UUID) -> Response:
    """Make a new one that pays what this one did not; sent twice, it is made once."""
    load(transaction_with(uuid), "update", Transaction)
    try:
        made = retry(db.session(), uuid, by=current_person().id)
    except Refusal as refusal:
        return _refused(uuid, refusal)
    db.session.commit()
    flash(_("A new transaction pays it again. Somebody else has to approve it."), "success")
    return see_other(url_for("transactions.show_transaction", uuid=made))


def _ask(uuid: UUID, form: ReasonForm, template: str) -> Response:
    found = transaction(db.session(), uuid, current_ability())
    status = 422 if form.is_submitted() else 200
    return page(template, status=status, transaction=found, offers=offers_on(found), form=form)


def _refused(uuid: UUID, refusal: Refusal) -> Response:
    """The transaction's page as it is now, with what stood in the way."""
    db.session.rollback()
    form = PortalForm()
    form.refuse(refusal)
    return show(uuid, form, refusal.status)
