"""The pages on bulk actions, and what the bar above the list of people offers."""

from typing import Any

from flask import Blueprint

from portal.beneficiaries.views.picking import Offers, offer
from portal.bulk.wording import offered

bp = Blueprint("bulk", __name__, url_prefix="/bulk")


@bp.record_once
def _offer(state: Any) -> None:
    offer(state.app, Offers("bulk.new_action", offered))


from portal.bulk.views import (  # noqa: E402, F401 - they add their routes to bp
    action,
    choosing,
    in_projects,
    listing,
    work,
)
