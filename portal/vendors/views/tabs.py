"""The tabs of a vendor's page. Modules above add theirs by `VENDOR.offer`."""

from flask_babel import lazy_gettext as _l

from portal.web.tabs import FIRST, LAST, Tab, Tabs

VENDOR = Tabs(
    Tab(_l("Overview"), "vendors.show_vendor", "read", "Vendor", FIRST),
    Tab(_l("Projects"), "vendors.list_projects", "read", "Vendor", 10),
    Tab(_l("History"), "vendors.show_history", "read", "AuditEntry", LAST),
)
