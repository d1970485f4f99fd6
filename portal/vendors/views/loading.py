"""The vendor that a page is about, if the reader may do to them what it is for."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from portal.core.db import db
from portal.users.models import User
from portal.vendors.models import Vendor
from portal.vendors.queries.vendor import user_of, vendor_with
from portal.vendors.views.tabs import VENDOR
from portal.web.access import current_ability, current_person, load
from portal.web.htmx import see_other


def vendor_to(action: str, uuid: UUID, *, also_deleted: bool = False) -> Vendor:
    """The vendor, if the person may see them and do `action` to them. Raises NotFound."""
    found = load(vendor_with(uuid, also_deleted=also_deleted), "read", Vendor)
    return found if action == "read" else load(vendor_with(uuid, also_deleted=also_deleted), action, Vendor)


def vendor_alone(action: str, uuid: UUID, *, also_deleted: bool = False) -> tuple[User | None, Vendor]:
    """The vendor and their user, for who changes them: by a POST both are locked, the user first.

    Raises NotFound for one that the person may not do `action` to.
    """
    vendor_to(action, uuid, also_deleted=also_deleted)
    locked = request.method == "POST"
    user = user_of(db.session(), uuid, locked=locked)
    return user, load(vendor_with(uuid, also_deleted=also_deleted, locked=locked), action, Vendor)


def lead_to_deleted(uuid: UUID) -> Response:
    """Who may restore a deleted vendor is led to where that is done. Raises NotFound for everybody else."""
    vendor_to("delete", uuid, also_deleted=True)
    return see_other(url_for("vendors.restore_vendor", uuid=uuid))


def frame(vendor: Vendor) -> dict[str, Any]:
    """What stands around each of a vendor's pages: who it is, the tabs, what the reader may do."""
    ability, person = current_ability(), current_person()
    own = person.uuid == vendor.uuid
    may = {action: ability.can(action, vendor) for action in ("update", "approve", "delete")}
    return {
        "vendor": vendor,
        "tabs": VENDOR.of(vendor.uuid),
        "own": own,
        "may_edit": may["update"],
        "may_assign": may["update"] and not own,
        "may_decide": may["approve"] and not own,
        "may_delete": may["delete"] and not own,
    }
