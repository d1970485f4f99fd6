"""The public form that asks for an account, and the pages on which requests are decided."""

from flask import Blueprint

bp = Blueprint("signups", __name__)

from portal.signups import tasks  # noqa: E402, F401 - the worker does what is in it
from portal.signups.views import asking, deciding, listing  # noqa: E402, F401 - they add their routes to bp
