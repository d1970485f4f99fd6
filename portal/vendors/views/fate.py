"""Deleting a vendor and bringing them back."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.vendors.forms import ReasonForm
from portal.vendors.operations import fate
from portal.vendors.queries.vendor import access_of, name_of_uuid, parts_of
from portal.vendors.views import bp
from portal.vendors.views.loading import frame, lead_to_deleted, vendor_alone
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.route("/<uuid:uuid>/delete", methods=["GET", "POST"])
@requires("delete", "Vendor")
def delete_vendor(uuid: UUID) -> Response:
    """Ask for the reason, then take the vendor out of use, and their user with them."""
    try:
        user, vendor = vendor_alone("delete", uuid)
    except NotFound:  # somebody did so already, perhaps by pressing twice
        return lead_to_deleted(uuid)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            fate.delete_vendor(db.session(), current_person(), user, vendor, form.reason.data or "")
        except Refusal as refusal:
            status = refusal.status
            db.session.rollback()
            form.refuse(refusal)
            vendor = vendor_alone("delete", uuid)[1]
        else:
            db.session.commit()
            flash(_("The vendor is deleted. Who may do so can restore them."), "success")
            return see_other(url_for("vendors.list_vendors"))
    else:
        status = 422 if form.is_submitted() else 200
    parts = parts_of(db.session(), uuid, current_ability())
    return page("vendors/delete_vendor.html", **frame(vendor), form=form, parts=parts, status=status)


@bp.route("/<uuid:uuid>/restore", methods=["GET", "POST"])
@requires("delete", "Vendor")
def restore_vendor(uuid: UUID) -> Response:
    """Show why the vendor was deleted and what comes back with them, then bring them back."""
    user, vendor = vendor_alone("delete", uuid, also_deleted=True)
    if vendor.deleted_at is None:  # restored already, perhaps by pressing twice
        return see_other(url_for("vendors.show_vendor", uuid=uuid))
    form, status = PortalForm(), 200
    if form.validate_on_submit():
        try:
            fate.restore_vendor(db.session(), current_person(), user, vendor)
        except Refusal as refusal:
            status = refusal.status
            db.session.rollback()
            form.refuse(refusal)
            user, vendor = vendor_alone("delete", uuid, also_deleted=True)
        else:
            db.session.commit()
            flash(_("The vendor is back, with the ways to sign in and the projects they had."), "success")
            return see_other(url_for("vendors.show_vendor", uuid=uuid))
    session = db.session()
    return page(
        "vendors/restore_vendor.html",
        vendor=vendor,
        form=form,
        deleted_by=name_of_uuid(session, vendor.deleted_by),
        access=access_of(session, uuid),
        parts=parts_of(session, uuid, current_ability()),
        status=status,
    )
