"""The pages on groups."""

from flask import Blueprint

bp = Blueprint("groups", __name__, url_prefix="/groups")

from portal.groups.views import (  # noqa: E402, F401 - they add their routes to bp
    comparing,
    editing,
    filters,
    group,
    in_projects,
    listing,
    making,
    members,
    person,
    projects,
    splitting,
)
