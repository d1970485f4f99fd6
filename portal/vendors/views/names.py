"""Names of vendors while one types."""

from uuid import UUID

from flask import Response, abort, request

from portal.core.choosing import names_like
from portal.core.db import db
from portal.vendors.queries.at_work import vendors_to_choose, vendors_to_see
from portal.vendors.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page

LONGEST = 200


@bp.get("/names")
@requires("read", "Vendor")
def suggest_names() -> Response:
    """Names of vendors that hold what is typed in a field, as options of its list: of all, or of those who are at work
    in a project."""
    ability, project = current_ability(), _project()
    vendors = vendors_to_choose(ability, project) if project else vendors_to_see(ability)
    typed = request.args.get(request.args.get("field", ""), "")[:LONGEST].replace("\0", "")
    return page("components/_names.html", names=names_like(db.session(), vendors, typed))


def _project() -> UUID | None:
    try:
        return UUID(request.args["project"]) if request.args.get("project") else None
    except ValueError:
        abort(404)
