"""The pages of vendors."""

from flask import Blueprint

bp = Blueprint("vendors", __name__, url_prefix="/vendors")

from portal.vendors.views import (  # noqa: E402, F401 - they add their routes to bp
    editing,
    export,
    fate,
    listing,
    making,
    projects,
    standing,
    vendor,
)
