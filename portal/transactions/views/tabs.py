"""The tabs that lead from a person, a project and a vendor to what was paid."""

from flask_babel import lazy_gettext as _l

from portal.beneficiaries.views.tabs import PERSON
from portal.projects.views.tabs import PROJECT
from portal.vendors.views.tabs import VENDOR
from portal.web.tabs import Tab

for tabs, by, order in ((PERSON, "beneficiary", 40), (VENDOR, "vendor", 40), (PROJECT, "project", 75)):
    tabs.offer(Tab(_l("Transactions"), "transactions.list_transactions", "read", "Transaction", order, by=by))

VENDOR.offer(Tab(_l("Statement"), "transactions.show_statement", "read", "Transaction", 45, by="vendor_uuid"))
