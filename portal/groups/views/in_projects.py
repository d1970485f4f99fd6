"""Groups on the pages of projects: how many are assigned to each, and the tab that leads to them."""

from flask_babel import lazy_gettext as _l

from portal.beneficiaries.models import BeneficiaryGroup, BeneficiaryGroupProject
from portal.projects.parts import Part, offer_part
from portal.projects.views.tabs import PROJECT
from portal.web.tabs import Tab

offer_part(
    Part(
        name="groups",
        label=_l("Groups"),
        link=BeneficiaryGroupProject,
        subject=BeneficiaryGroup,
        endpoint="groups.list_groups",
        on=BeneficiaryGroup.uuid == BeneficiaryGroupProject.beneficiary_group_id,
        order=20,
    )
)
PROJECT.offer(Tab(_l("Groups"), "groups.list_groups", "read", "BeneficiaryGroup", 20, by="project"))
