"""The pages of users."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/users")

from portal.staff.views import (  # noqa: E402, F401 - they add their routes to bp
    access,
    address,
    editing,
    in_project,
    joining,
    listing,
    roles,
    standing,
    user,
)
