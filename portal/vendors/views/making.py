"""Adding a vendor: their user and their row at once, and an invitation where they are to sign in."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.auth.letters import send_invitation
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.queries.choosing import open_projects
from portal.staff.operations.joining import taken_in
from portal.vendors.forms import NewVendorForm
from portal.vendors.operations.registry import make_vendor
from portal.vendors.queries.vendor import user_of
from portal.vendors.views import bp
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Vendor")
def add_vendor() -> Response:
    """A new vendor. The same form sent twice leads to the same one."""
    form = _form()
    if not form.validate_on_submit():
        return _ask(form, 422 if form.is_submitted() else 200)
    uuid = form.uuid_for(current_person().uuid)
    if not taken_in(db.session(), uuid):
        try:
            _make(uuid, form)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            return _ask(form, refusal.status)
        db.session.commit()
    flash(_("%(name)s is a vendor now.", name=form.name.data), "success")
    return see_other(url_for("vendors.show_vendor", uuid=uuid))


def _make(uuid: UUID, form: NewVendorForm) -> None:
    session, signs_in = db.session(), bool(form.signs_in.data)
    make_vendor(
        session,
        current_person(),
        form.facts(),
        uuid=uuid,
        approved="approved" in form and bool(form.approved.data),
        project=UUID(form.project.data) if form.project.data else None,
        signs_in=signs_in,
    )
    user = user_of(session, uuid)
    if signs_in and user is not None:
        send_invitation(session, user)


def _form() -> NewVendorForm:
    form, ability = NewVendorForm(), current_ability()
    names = url_for("projects.suggest_names", field="project")
    form.offer(among(open_projects(ability)), names, needed=not ability.everywhere("create", "Vendor"))
    if not ability.can("approve", "Vendor"):
        del form.approved
    return form


def _ask(form: NewVendorForm, status: int) -> Response:
    return page("vendors/add_vendor.html", form=form, status=status)
