"""A vendor at work in projects: put in, given other days, taken out."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.projects.models import Project
from portal.projects.queries.project import project_with
from portal.vendors.forms import AssignForm, ChangeDaysForm, days_version
from portal.vendors.models import Vendor
from portal.vendors.operations import projects as operations
from portal.vendors.queries.vendor import Part, parts_of, projects_to_join
from portal.vendors.views import bp
from portal.vendors.views.loading import frame, vendor_to
from portal.web.access import current_ability, current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/<uuid:uuid>/projects/add", methods=["GET", "POST"])
@requires("update", "Vendor")
def assign_vendor(uuid: UUID) -> Response:
    """Choose a project and the days on which the vendor works there."""
    vendor, form = _others(uuid), AssignForm()
    names = url_for("projects.suggest_names", field="project")
    form.offer(among(projects_to_join(current_ability(), uuid)), names)
    if not form.validate_on_submit():
        return _ask(vendor, form, 422 if form.is_submitted() else 200)
    try:
        operations.assign(db.session(), uuid, UUID(form.project.data), form.starts_on.data, form.ends_on.data)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(_others(uuid), form, refusal.status)
    db.session.commit()
    flash(_("The vendor works in the project now."), "success")
    return see_other(url_for("vendors.list_projects", uuid=uuid))


@bp.route("/<uuid:uuid>/projects/<uuid:project_uuid>/days", methods=["GET", "POST"])
@requires("update", "Vendor")
def change_days(uuid: UUID, project_uuid: UUID) -> Response:
    """Give the vendor's work in a project other days. Of a stale form both are shown."""
    vendor, part = _others(uuid), _part(uuid, project_uuid)
    form = ChangeDaysForm(obj=part, version=days_version(part.starts_on, part.ends_on))
    if not form.validate_on_submit():
        return _ask_days(vendor, part, form, 422 if form.is_submitted() else 200)
    try:
        operations.change_days(
            db.session(), uuid, project_uuid, form.starts_on.data, form.ends_on.data, seen=form.seen
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        vendor, part = _others(uuid), _part(uuid, project_uuid)
        stale = form.seen != (part.starts_on, part.ends_on)
        form.version.data = days_version(part.starts_on, part.ends_on)
        return _ask_days(vendor, part, form, refusal.status, stale=stale)
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return see_other(url_for("vendors.list_projects", uuid=uuid))


@bp.route("/<uuid:uuid>/projects/<uuid:project_uuid>/remove", methods=["GET", "POST"])
@requires("update", "Vendor")
def take_out_vendor(uuid: UUID, project_uuid: UUID) -> Response:
    """Ask first, then take the vendor out of the project."""
    vendor, part, form, status = _others(uuid), _part(uuid, project_uuid), PortalForm(), 200
    if form.validate_on_submit():
        try:
            operations.take_out(db.session(), uuid, project_uuid)
        except Refusal as refusal:
            status = refusal.status
            db.session.rollback()
            form.refuse(refusal)
            vendor, part = _others(uuid), _part(uuid, project_uuid)
        else:
            db.session.commit()
            flash(_("The vendor is taken out of the project."), "success")
            return see_other(_after(uuid))
    return page("vendors/take_out_vendor.html", **frame(vendor), part=part, form=form, status=status)


def _after(uuid: UUID) -> str:
    """Whoever sees a vendor only by that project does not see them any more."""
    try:
        vendor_to("read", uuid)
    except NotFound:
        return url_for("vendors.list_vendors")
    return url_for("vendors.list_projects", uuid=uuid)


def _others(uuid: UUID) -> Vendor:
    """The vendor whose projects are changed. Raises NotFound, and Refusal for oneself."""
    vendor = vendor_to("update", uuid)
    if current_person().uuid == uuid:
        raise Refusal("Somebody else decides where you work.")
    return vendor


def _part(uuid: UUID, project_uuid: UUID) -> Part:
    """The vendor's work in a project that the reader sees. Raises NotFound."""
    load(project_with(project_uuid), "read", Project)
    for part in parts_of(db.session(), uuid, current_ability()):
        if part.uuid == project_uuid:
            return part
    raise NotFound


def _ask(vendor: Vendor, form: AssignForm, status: int) -> Response:
    return page("vendors/assign_vendor.html", **frame(vendor), form=form, status=status)


def _ask_days(
    vendor: Vendor, part: Part, form: ChangeDaysForm, status: int, *, stale: bool = False
) -> Response:
    context: dict[str, Any] = {"part": part, "form": form, "stale": stale}
    return page("vendors/change_days.html", **frame(vendor), **context, status=status)
