"""The setting of which requests somebody else than their maker lets go."""

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.forms.limits import ReleaseLimitsForm
from portal.offramp.limits import ReleaseLimits
from portal.offramp.operations.limits import forget_limit, set_limits
from portal.offramp.queries.limits import release_limits
from portal.offramp.views import bp
from portal.tokens.queries import decimals_by_symbol
from portal.web.access import requires
from portal.web.htmx import page, see_other


@bp.route("/release-limits", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_limits() -> Response:
    """Up to which amount a request goes by its maker alone, of each token."""
    now = release_limits(db.session())
    form = ReleaseLimitsForm(others=now.others)
    form.offer([code for code in decimals_by_symbol(db.session()) if code not in now.by_token])
    if not form.validate_on_submit():
        return _ask(form, now, 422 if form.is_submitted() else 200)
    try:
        set_limits(db.session(), form.limits(now))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(form, now, refusal.status)
    db.session.commit()
    flash(_("The limits are saved. Requests that were made before keep theirs."), "success")
    return see_other(url_for("offramp.edit_limits"))


@bp.post("/release-limits/<token>/delete")
@requires("update", "Setting")
def delete_limit(token: str) -> Response:
    """Let a token have the limit of all others."""
    forget_limit(db.session(), token)
    db.session.commit()
    flash(_("%(token)s has the limit of all other tokens now.", token=token), "success")
    return see_other(url_for("offramp.edit_limits"))


def _ask(form: ReleaseLimitsForm, now: ReleaseLimits, status: int) -> Response:
    return page("offramp/edit_limits.html", form=form, now=now, status=status)
