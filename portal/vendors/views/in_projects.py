"""Vendors on the pages of projects: how many work in each, and the tab that leads to them."""

from flask_babel import lazy_gettext as _l

from portal.projects.parts import Part, offer_part
from portal.projects.views.tabs import PROJECT
from portal.vendors.models import ProjectVendor, Vendor
from portal.web.tabs import Tab

offer_part(
    Part(
        name="vendors",
        label=_l("Vendors"),
        link=ProjectVendor,
        subject=Vendor,
        endpoint="vendors.list_vendors",
        on=Vendor.uuid == ProjectVendor.vendor_id,
        order=30,
    )
)
PROJECT.offer(Tab(_l("Vendors"), "vendors.list_vendors", "read", "Vendor", 30, by="project"))
