"""Saying that a payment is wrong."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.enums import ProjectStatus
from portal.core.errors import NotFound, Refusal
from portal.desk.forms import WRONG, WrongForm
from portal.desk.queries.payments import payment_of
from portal.desk.views import bp
from portal.desk.views.shop import own_shop
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other


@bp.route("/payments/<uuid:uuid>/wrong", methods=["GET", "POST"])
@requires("create", "Grievance")
def dispute_payment(uuid: UUID) -> Response:
    """Tell what is wrong; those who run the project get it as a grievance about this payment."""
    shop, person, form = own_shop(), current_person(), WrongForm()
    told = payment_of(db.session(), shop.uuid, uuid, person.id)
    if told is None:
        raise NotFound
    payment = told.payment
    closed = payment.project_status == ProjectStatus.CLOSED
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page(
            "desk/dispute_payment.html", shop=shop, payment=payment, form=form, closed=closed, status=status
        )
    complaint = Complaint(
        payment.project_id,
        str(WRONG[form.what.data]),
        form.words.data or "",
        transaction=payment.uuid,
        vendor=shop.uuid,
        channel="DESK",
    )
    contact = shop.phone or shop.email or person.email or ""
    try:
        open_grievance(
            db.session(), complaint, Reporter(person.id, shop.name, contact), form.uuid_for(person.uuid)
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return page(
            "desk/dispute_payment.html",
            shop=shop,
            payment=payment,
            form=form,
            closed=closed,
            status=refusal.status,
        )
    db.session.commit()
    flash(_("Thank you. It was passed on, and you see here what comes of it."), "success")
    return see_other(url_for("desk.show_payment", uuid=uuid))
