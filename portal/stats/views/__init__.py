"""The pages of figures."""

from flask import Blueprint

bp = Blueprint("stats", __name__, url_prefix="/figures")

from portal.stats import tasks  # noqa: E402, F401 - the worker keeps figures ready by it
from portal.stats.views import grievances, offramps  # noqa: E402, F401 - they add their routes to bp
