"""What the values of vendors are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.vendors.states import VendorState

STATES = {
    VendorState.PENDING.value: _l("Pending"),
    VendorState.APPROVED.value: _l("Approved"),
    VendorState.SUSPENDED.value: _l("Suspended"),
}
COLUMN_LABELS = {
    "name": _l("Name"),
    "contact": _l("Contact"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "location": _l("Place"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "wallet": _l("Wallet"),
    "state": _l("State"),
    "projects": _l("Projects"),
    "created": lazy_pgettext("when", "Added"),
    "uuid": _l("Reference"),
}
