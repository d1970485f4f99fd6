"""The pages on transactions."""

from flask import Blueprint

bp = Blueprint("transactions", __name__, url_prefix="/transactions")

from portal.transactions.views import (  # noqa: E402, F401 - they add their routes to bp
    deciding,
    export,
    in_projects,
    listing,
    making,
    of_vendor,
    tabs,
    transaction,
)
