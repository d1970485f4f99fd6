"""The pages on grievances."""

from flask import Blueprint

bp = Blueprint("grievances", __name__, url_prefix="/grievances")

from portal.grievances.tasks import escalating, forgetting  # noqa: E402, F401 - the worker does by them what is due
from portal.grievances.views import (  # noqa: E402, F401 - they add their routes to bp
    board,
    case,
    case_editing,
    case_hands,
    case_links,
    case_making,
    case_moving,
    case_words,
    export,
    in_projects,
    listing,
    many,
    settings,
    settings_rules,
    settings_terms,
    settings_time,
)
