"""Cases on the pages of projects, people, vendors and payments: how many there are, and the tabs that lead to them.

Nobody learns by them of a case that they may not see: what is counted is what the reader may read.
"""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.beneficiaries.views.tabs import PERSON
from portal.grievances.models import Grievance
from portal.grievances.queries.in_project import count_waiting
from portal.projects.parts import OpenEnd, Part, offer_open_end, offer_part
from portal.projects.views.tabs import PROJECT
from portal.vendors.views.tabs import VENDOR
from portal.web.tabs import Tab

LIST = "grievances.list_grievances"


def _said(number: int) -> str:
    return str(
        ngettext("%(num)s grievance waits for an answer.", "%(num)s grievances wait for an answer.", number)
    )


offer_open_end(OpenEnd("grievances", count_waiting, _said, subject=Grievance))
offer_part(
    Part(
        name="grievances",
        label=_l("Grievances"),
        link=Grievance,
        subject=Grievance,
        endpoint=LIST,
        order=60,
    )
)
for tabs, by, order in ((PERSON, "beneficiary", 45), (VENDOR, "vendor", 45), (PROJECT, "project", 78)):
    tabs.offer(Tab(_l("Grievances"), LIST, "read", "Grievance", order, by=by))
