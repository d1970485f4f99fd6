"""The setting of how many people must approve a list."""

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.values.money import currencies
from portal.payouts.forms import LimitsForm
from portal.payouts.limits import Limits
from portal.payouts.operations.limits import forget_limit, set_limits
from portal.payouts.queries.limits import limits
from portal.payouts.views import bp
from portal.web.access import requires
from portal.web.htmx import page, see_other


@bp.route("/approvers", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_limits() -> Response:
    """Up to which totals one approver is enough, in each currency."""
    now = limits(db.session())
    form = LimitsForm(others=now.others)
    form.offer([code for code in sorted(currencies()) if code not in now.by_currency])
    if not form.validate_on_submit():
        return _ask(form, now, 422 if form.is_submitted() else 200)
    try:
        set_limits(db.session(), form.limits(now))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(form, now, refusal.status)
    db.session.commit()
    flash(_("The limits are saved. Lists that wait for approval keep theirs."), "success")
    return see_other(url_for("payouts.edit_limits"))


@bp.post("/approvers/<currency>/delete")
@requires("update", "Setting")
def delete_limit(currency: str) -> Response:
    """Let a currency have the limit of all others."""
    forget_limit(db.session(), currency)
    db.session.commit()
    flash(_("%(currency)s has the limit of all other currencies now.", currency=currency), "success")
    return see_other(url_for("payouts.edit_limits"))


def _ask(form: LimitsForm, now: Limits, status: int) -> Response:
    return page("payouts/edit_limits.html", form=form, now=now, status=status)
