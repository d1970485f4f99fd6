"""Saying what a case is about: the person, found by a search, the vendor, and the case that it goes on from."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.grievances.forms.case import FindForm, FormerForm, VendorForm
from portal.grievances.models import Grievance
from portal.grievances.operations import linking
from portal.grievances.queries.case import case_with_code
from portal.grievances.queries.making import people_to_link, subject_of, vendors_to_link
from portal.grievances.views import bp
from portal.grievances.views.case import show
from portal.grievances.views.frame import case_page, framed, may_change, me
from portal.web.access import authorise, current_ability, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.get("/<uuid:uuid>/person")
@requires("update", "Grievance")
def find_person(uuid: UUID) -> Response:
    """Find the person whom the case is about."""
    may_change(uuid)
    authorise("read", "Beneficiary")
    form = FindForm(request.args)
    valid = form.validate()
    found, more = (
        people_to_link(db.session(), current_ability(), form.q.data or "")
        if valid and form.q.data
        else ((), False)
    )
    shown = page(
        "grievances/find_person.html",
        "found",
        status=200 if valid else 422,
        **framed(uuid),
        form=form,
        found=found,
        more=more,
    )
    db.session.commit()
    return shown


@bp.post("/<uuid:uuid>/person")
@requires("update", "Grievance")
def link_person(uuid: UUID) -> Response:
    """Note whom the case is about, or that it is about nobody in particular."""
    may_change(uuid)
    authorise("read", "Beneficiary")
    person = _named("person")
    if person is not None:
        subject_of(db.session(), current_ability(), person=person)
    try:
        linking.link_person(db.session(), uuid, person, me())
    except Refusal as refusal:
        db.session.rollback()
        form = PortalForm()
        form.refuse(refusal)
        return show(uuid, status=refusal.status, refused=form)
    db.session.commit()
    flash(_("It is noted whom the case is about."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


@bp.route("/<uuid:uuid>/vendor", methods=["GET", "POST"])
@requires("update", "Grievance")
def link_vendor(uuid: UUID) -> Response:
    """Note which vendor the case is about, or that it is about none."""
    case = may_change(uuid)
    authorise("read", "Vendor")
    if case.vendor_id is not None:  # whom the person may not know of they do not take away either
        subject_of(db.session(), current_ability(), vendor=case.vendor_id)
    form = VendorForm()
    if not form.is_submitted():
        form.vendor.data = str(case.vendor_id or "")
    form.offer(among(vendors_to_link(current_ability())))
    if not form.validate_on_submit():
        return case_page(
            "grievances/link_vendor.html", uuid, form=form, status=422 if form.is_submitted() else 200
        )
    try:
        linking.link_vendor(db.session(), uuid, form.chosen, me())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return case_page("grievances/link_vendor.html", uuid, form=form, status=refusal.status)
    db.session.commit()
    flash(_("It is noted which vendor the case is about."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


@bp.route("/<uuid:uuid>/former-case", methods=["GET", "POST"])
@requires("update", "Grievance")
def link_former_case(uuid: UUID) -> Response:
    """Note from which other case this one goes on."""
    may_change(uuid)
    form = FormerForm()
    if not form.validate_on_submit():
        return _ask_former(uuid, form, 422 if form.is_submitted() else 200)
    try:
        former = load(case_with_code(form.code.data or ""), "read", Grievance)
        linking.link_former_case(db.session(), uuid, former.uuid, me())
    except NotFound:
        form.refuse(Refusal("No case that you may see has this code.", field="code"))
        return _ask_former(uuid, form, 422)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask_former(uuid, form, refusal.status)
    db.session.commit()
    flash(_("It is noted from which case this one goes on."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


def _ask_former(uuid: UUID, form: FormerForm, status: int) -> Response:
    shown = page("grievances/link_former_case.html", status=status, **framed(uuid), form=form)
    db.session.commit()
    return shown


def _named(name: str) -> UUID | None:
    """A uuid that was sent. What is none does not exist."""
    try:
        return UUID(request.form[name]) if request.form.get(name) else None
    except ValueError:
        abort(404)
