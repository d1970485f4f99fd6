"""Names of projects while one types."""

from flask import Response, request

from portal.core.choosing import names_like
from portal.core.db import db
from portal.projects.queries.choosing import open_projects, projects_to_see
from portal.projects.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page

LONGEST = 200


@bp.get("/names")
@requires("read", "Project")
def suggest_names() -> Response:
    """Names of projects that hold what is typed in a field, as options of its list: of open ones, or of `any`."""
    projects = projects_to_see if request.args.get("state") == "any" else open_projects
    typed = request.args.get(request.args.get("field", ""), "")[:LONGEST].replace("\0", "")
    return page("components/_names.html", names=names_like(db.session(), projects(current_ability()), typed))
