"""Names of payout lists while one types."""

from flask import Response, request

from portal.core.choosing import names_like
from portal.core.db import db
from portal.payouts.queries.lists import paid_lists
from portal.payouts.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page

LONGEST = 200


@bp.get("/names")
@requires("read", "PayoutList")
def suggest_names() -> Response:
    """Names of lists that were paid and hold what is typed in a field, as options of its list."""
    typed = request.args.get(request.args.get("field", ""), "")[:LONGEST].replace("\0", "")
    return page(
        "components/_names.html", names=names_like(db.session(), paid_lists(current_ability()), typed)
    )
