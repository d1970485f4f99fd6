"""Another e-mail address or phone number for a user who cannot take it themselves."""

from uuid import UUID

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.auth.identifiers import identifier_of
from portal.auth.views.offers import send_offer
from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.staff.forms import AddressForm
from portal.staff.views import bp
from portal.staff.views.loading import managed_user
from portal.users.phones import USUAL_REGION
from portal.web import rates
from portal.web.access import requires
from portal.web.htmx import page, see_other

OFFERS_MOST, OFFERS_SECONDS = 5, 3600
"""How many such messages are sent for one user in an hour at most."""


@bp.route("/<uuid:uuid>/address", methods=["GET", "POST"])
@requires("update", "User")
def offer_address(uuid: UUID) -> Response:
    """Send a link to the new address. It becomes the user's when somebody there says yes, and not before."""
    user, form = managed_user(uuid), AddressForm()
    if user.deleted_at is not None:
        raise Conflict("This user is deactivated. Restore them first.")
    if not form.validate_on_submit():
        return page(
            "staff/offer_address.html", user=user, form=form, status=422 if form.is_submitted() else 200
        )
    region = current_app.config.get("PORTAL_REGION", USUAL_REGION)
    rates.take("offer-address", str(uuid), OFFERS_MOST, OFFERS_SECONDS)
    try:
        send_offer(db.session(), user, identifier_of(form.address.data or "", region))
    except Refusal as refusal:
        form.refuse(refusal)
        return page("staff/offer_address.html", user=user, form=form, status=refusal.status)
    db.session.commit()
    flash(
        _("A message with a link is on its way there. The change is made when the link is used."), "success"
    )
    return see_other(url_for("staff.show_user", uuid=uuid))
