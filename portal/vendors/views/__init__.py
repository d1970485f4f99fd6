"""The pages of vendors."""

from flask import Blueprint

from portal.signups.kinds import make_vendors_by
from portal.vendors.operations.asking import make_of_request

bp = Blueprint("vendors", __name__, url_prefix="/vendors")
make_vendors_by(make_of_request)

from portal.vendors.views import (  # noqa: E402, F401 - they add their routes to bp
    editing,
    export,
    fate,
    in_projects,
    listing,
    making,
    names,
    projects,
    standing,
    vendor,
)
