"""The tabs that lead from a person and a project to what is turned into money for them."""

from flask_babel import lazy_gettext as _l

from portal.beneficiaries.views.tabs import PERSON
from portal.projects.views.tabs import PROJECT
from portal.web.tabs import Tab

for tabs, by, order in ((PERSON, "beneficiary", 42), (PROJECT, "project", 77)):
    tabs.offer(Tab(_l("Offramps"), "offramp.list_requests", "read", "OfframpRequest", order, by=by))
