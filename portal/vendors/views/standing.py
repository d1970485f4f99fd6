"""How a vendor stands and gets in: approved, suspended, invited."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.auth.letters import send_invitation
from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.staff.operations.joining import check_may_invite
from portal.vendors.forms import ReasonForm
from portal.vendors.operations import standing
from portal.vendors.operations.access import let_in
from portal.vendors.states import VendorState
from portal.vendors.views import bp
from portal.vendors.views.loading import frame, vendor_alone, vendor_to
from portal.web import rates
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other

INVITATIONS_MOST, INVITATIONS_SECONDS = 5, 3600
"""How many invitations one vendor is sent in an hour at most, whoever asks for them."""


@bp.post("/<uuid:uuid>/approve")
@requires("approve", "Vendor")
def approve_vendor(uuid: UUID) -> Response:
    """Let a vendor be paid, for the first time or again."""
    vendor_to("approve", uuid)
    standing.approve(db.session(), current_person(), uuid)
    db.session.commit()
    flash(_("The vendor is approved."), "success")
    return see_other(url_for("vendors.show_vendor", uuid=uuid))


@bp.route("/<uuid:uuid>/suspend", methods=["GET", "POST"])
@requires("approve", "Vendor")
def suspend_vendor(uuid: UUID) -> Response:
    """Ask for the reason, then let the vendor get nothing new."""
    vendor, form = vendor_to("approve", uuid), ReasonForm()
    if not form.validate_on_submit():
        if vendor.state != VendorState.APPROVED:
            raise Conflict("Only a vendor who is approved can be suspended.")
        status = 422 if form.is_submitted() else 200
        return page("vendors/suspend_vendor.html", **frame(vendor), form=form, status=status)
    standing.suspend(db.session(), current_person(), uuid, form.reason.data or "")
    db.session.commit()
    flash(_("The vendor is suspended: they get nothing new."), "success")
    return see_other(url_for("vendors.show_vendor", uuid=uuid))


@bp.post("/<uuid:uuid>/invite")
@requires("update", "Vendor")
def invite_vendor(uuid: UUID) -> Response:
    """Send a vendor who never signed in a link by which they choose their password; one before is void."""
    user, _vendor = vendor_alone("update", uuid)
    if user is None:
        raise NotFound
    if user.uuid == current_person().uuid:
        raise Refusal("This is your own account: open your profile from the menu with your name.")
    check_may_invite(db.session(), user)
    rates.take("invite", str(uuid), INVITATIONS_MOST, INVITATIONS_SECONDS)
    let_in(db.session(), current_person(), user)
    send_invitation(db.session(), user)
    db.session.commit()
    flash(_("The invitation is on its way."), "success")
    return see_other(url_for("vendors.show_vendor", uuid=uuid))
