"""The pages of roles. Those of users are in `portal.staff`, which knows their ways to sign in as well."""

from flask import Blueprint

bp = Blueprint("users", __name__, url_prefix="/roles")

from portal.users.views import deleting, editing, roles, trying  # noqa: E402, F401 - they add their routes to bp
