"""The pages on payout lists."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.beneficiaries.views.ways import Way, offer_way
from portal.payouts.queries.lists import paid_lists
from portal.projects.views.tabs import PROJECT
from portal.transactions.queries.options import offer_lists
from portal.web.tabs import Tab

bp = Blueprint("payouts", __name__, url_prefix="/payouts")
offer_way(Way("PAY", _l("Pay these people"), "payouts.new_list", "hand-coins", "create", "PayoutList"))
offer_lists(paid_lists)
PROJECT.offer(Tab(_l("Payouts"), "payouts.list_lists", "read", "PayoutList", 75, by="project"))

from portal.payouts.views import (  # noqa: E402, F401 - they add their routes to bp
    approving,
    editing,
    export,
    in_projects,
    limits,
    listing,
    making,
    moving,
    names,
    payout_list,
    rows,
)
