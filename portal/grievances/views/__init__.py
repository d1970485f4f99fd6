"""The pages on grievances."""

from flask import Blueprint

bp = Blueprint("grievances", __name__, url_prefix="/grievances")

from portal.grievances.tasks import escalating  # noqa: E402, F401 - the worker climbs the ladder by it
