"""The public pages of complaints, posters that lead there, and the pages of a hotline's file."""

from flask import Blueprint

bp = Blueprint("intake", __name__)

from portal.intake import tasks  # noqa: E402, F401 - the worker finds its work by them
from portal.intake.views import (  # noqa: E402, F401 - they add their routes to bp
    complaining,
    following,
    hotline,
    own_files,
    posters,
)
