"""The pages on projects."""

from flask import Blueprint

bp = Blueprint("projects", __name__, url_prefix="/projects")

from portal.projects.views import (  # noqa: E402, F401 - they add their routes to bp
    budgets,
    export,
    fate,
    life,
    listing,
    making,
    names,
    project,
)
