"""The pages on duplicates: what was found, two records side by side, what is decided of them."""

from flask import Blueprint

bp = Blueprint("duplicates", __name__, url_prefix="/duplicates")

from portal.duplicates import tasks  # noqa: E402, F401 - the worker finds its work by them
from portal.duplicates.views import deciding, listing, pair  # noqa: E402, F401 - they add their routes to bp
