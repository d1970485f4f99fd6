"""One vendor's own pages: what is known of them, where they work, their history."""

from uuid import UUID

from flask import Response, request

from portal.audit.queries.entries import NEWEST, history_of
from portal.audit.queries.records import records_of
from portal.audit.shown import in_words
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keyset import read_position
from portal.projects.queries.project import name_of_user
from portal.vendors.models import CONTACT
from portal.vendors.places import place_of
from portal.vendors.queries.vendor import access_of, parts_of
from portal.vendors.views import bp
from portal.vendors.views.loading import frame, lead_to_deleted, vendor_to
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "Vendor")
def show_vendor(uuid: UUID) -> Response:
    """All that is known of a vendor."""
    try:
        vendor = vendor_to("read", uuid)
    except NotFound:
        return lead_to_deleted(uuid)
    session = db.session()
    extras = {key: value for key, value in (vendor.extras or {}).items() if key != CONTACT}
    return page(
        "vendors/show_vendor.html",
        **frame(vendor),
        access=access_of(session, uuid),
        decided_by=name_of_user(session, vendor.state_by),
        parts=parts_of(session, uuid, current_ability()),
        extras=extras,
        place=place_of(vendor, current_person()),
    )


@bp.get("/<uuid:uuid>/projects")
@requires("read", "Vendor")
def list_projects(uuid: UUID) -> Response:
    """Where a vendor works and when, of the projects that the reader may see."""
    vendor = vendor_to("read", uuid)
    parts = parts_of(db.session(), uuid, current_ability())
    return page("vendors/list_projects.html", **frame(vendor), parts=parts)


@bp.get("/<uuid:uuid>/history")
@requires("read", "AuditEntry")
def show_history(uuid: UUID) -> Response:
    """Who changed a vendor; for who may read the vendor as well as the log."""
    vendor, ability = vendor_to("read", uuid), current_ability()
    records = records_of(db.session(), "tbl_vendors", str(uuid), ability)
    position = read_position(request.args.get("at"), NEWEST)
    found = history_of(db.session(), records, ability, position)
    entries = in_words(db.session(), found.rows)
    return page("vendors/show_history.html", **frame(vendor), found=found, entries=entries)
