"""The pages on payout lists."""

from flask import Blueprint

bp = Blueprint("payouts", __name__, url_prefix="/payouts")

from portal.payouts.views import (  # noqa: E402, F401 - they add their routes to bp
    approving,
    editing,
    export,
    limits,
    listing,
    making,
    moving,
    payout_list,
    rows,
)
