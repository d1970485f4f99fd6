"""People on the pages of projects: how many there are in each, and the tab that leads to them."""

from flask_babel import lazy_gettext as _l

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject
from portal.projects.parts import Part, offer_part
from portal.projects.views.tabs import PROJECT
from portal.web.tabs import Tab

offer_part(
    Part(
        name="people",
        label=_l("People"),
        link=BeneficiaryProject,
        subject=Beneficiary,
        endpoint="beneficiaries.list_beneficiaries",
        on=Beneficiary.uuid == BeneficiaryProject.beneficiary_id,
        order=10,
    )
)
PROJECT.offer(Tab(_l("People"), "beneficiaries.list_beneficiaries", "read", "Beneficiary", 10, by="project"))
