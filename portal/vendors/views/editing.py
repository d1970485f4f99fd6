"""Changing what is known of a vendor, so that nobody overwrites unseen what somebody else has saved meanwhile."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.enums import Service
from portal.core.errors import Conflict, Refusal
from portal.users.models import User
from portal.vendors.facts import FACTS, OF_USER, OWN
from portal.vendors.forms import EditForm
from portal.vendors.models import Vendor
from portal.vendors.operations.registry import change_vendor
from portal.vendors.places import knows_place
from portal.vendors.queries.vendor import signs_in_by
from portal.vendors.views import bp
from portal.vendors.views.loading import frame, vendor_alone
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other

PROVED = {"email": Service.EMAIL, "phone": Service.PHONE}
"""Facts by which a user may sign in: such a one is proved by who gets the message, and not typed here."""


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "Vendor")
def edit_vendor(uuid: UUID) -> Response:
    """Change a vendor's facts. Who filled in the form from an older state sees both, and nothing typed is lost."""
    user, vendor = vendor_alone("update", uuid)
    form = _form(user, vendor)
    if not form.validate_on_submit():
        return _ask(vendor, form, 422 if form.is_submitted() else 200)
    changes = form.values()
    if "wallet" in changes and not changes["wallet"]:  # an empty field leaves the one they have
        del changes["wallet"]
    try:
        changed = change_vendor(
            db.session(), current_person(), user, vendor, changes, version=form.version_seen
        )
    except Conflict as conflict:
        form.refuse(conflict)
        form.version.data = str(vendor.version)  # who sends it once more has seen the other values
        return _ask(vendor, form, 409, _by_now(vendor, changes))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(vendor_alone("update", uuid)[1], form, refusal.status)
    db.session.commit()
    flash(
        _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed."),
        "success",
    )
    return see_other(url_for("vendors.show_vendor", uuid=uuid))


def _form(user: User | None, vendor: Vendor) -> EditForm:
    """The form as this editor gets it: without what is proved elsewhere or they may not know, and of oneself without
    what others change."""
    form = EditForm(obj=vendor, version=str(vendor.version))
    if current_person().uuid == vendor.uuid:
        hidden = set(FACTS) - set(OWN)
    elif user is None:
        hidden = set(OF_USER)
    else:
        ways = signs_in_by(db.session(), user.id)
        hidden = {fact for fact, way in PROVED.items() if way in ways}
    if not knows_place(current_person(), vendor):
        hidden |= {"latitude", "longitude"}
    for fact in hidden:
        del form[fact]
    return form


def _by_now(vendor: Vendor, changes: dict[str, Any]) -> dict[str, Any]:
    """What somebody else saved, where it is not what was typed."""
    now = {fact: getattr(vendor, fact) for fact in changes}
    return {
        fact: value if value is not None else "—" for fact, value in now.items() if value != changes[fact]
    }


def _ask(vendor: Vendor, form: EditForm, status: int, now: dict[str, Any] | None = None) -> Response:
    known = [fact for fact in PROVED if fact not in form]
    return page(
        "vendors/edit_vendor.html",
        **frame(vendor),
        form=form,
        now=now or {},
        known=known,
        status=status,
    )
