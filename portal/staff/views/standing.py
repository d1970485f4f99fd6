"""Taking a user out of use, and bringing them back."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.db import db
from portal.core.errors import Refusal
from portal.staff.forms import ReasonForm
from portal.staff.operations import standing
from portal.staff.queries.one_user import grants_of
from portal.staff.views import bp
from portal.staff.views.loading import user_to
from portal.web.access import current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.route("/<uuid:uuid>/deactivate", methods=["GET", "POST"])
@requires("delete", "User")
def deactivate_user(uuid: UUID) -> Response:
    """Ask for the reason, then end all that lets the user in."""
    user, form = user_to("delete", uuid), ReasonForm()
    if form.validate_on_submit():
        grants = grants_of(db.session(), user.id)
        try:
            ended = standing.deactivate(db.session(), current_person(), user, grants, form.reason.data or "")
        except Refusal as refusal:
            status = refusal.status
            db.session.rollback()
            form.refuse(refusal)
            return page("staff/deactivate_user.html", user=user_to("delete", uuid), form=form, status=status)
        db.session.commit()
        said = ngettext(
            "%(num)s session of theirs has ended.", "%(num)s sessions of theirs have ended.", ended
        )
        flash(_("The user is deactivated. %(sessions)s", sessions=said), "success")
        return see_other(url_for("staff.show_user", uuid=uuid))
    return page(
        "staff/deactivate_user.html", user=user, form=form, status=422 if form.is_submitted() else 200
    )


@bp.route("/<uuid:uuid>/restore", methods=["GET", "POST"])
@requires("delete", "User")
def restore_user(uuid: UUID) -> Response:
    """Show what comes back with the user, then let them in again."""
    user, form = user_to("delete", uuid), PortalForm()
    grants = grants_of(db.session(), user.id)
    if form.validate_on_submit():
        try:
            standing.restore(db.session(), current_person(), user, grants)
        except Refusal as refusal:
            status = refusal.status
            db.session.rollback()
            form.refuse(refusal)
            user, grants = user_to("delete", uuid), grants_of(db.session(), user.id)
            return page("staff/restore_user.html", user=user, grants=grants, form=form, status=status)
        db.session.commit()
        flash(_("The user is back, with the ways to sign in and the roles they had."), "success")
        return see_other(url_for("staff.show_user", uuid=uuid))
    return page("staff/restore_user.html", user=user, grants=grants, form=form)
