"""The list of bulk actions."""

from flask import Response, request

from portal.bulk.queries.actions import NEWEST, page_of_actions
from portal.bulk.views import bp
from portal.bulk.wording import deed_words
from portal.core.db import db
from portal.core.keyset import read_position
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page


@bp.get("")
@requires("read", "BulkAction")
def list_actions() -> Response:
    """The actions that the reader may see, each with what came of it."""
    position = read_position(request.args.get("at"), NEWEST)
    return page(
        "bulk/list_actions.html",
        "list_of_actions",
        actions=page_of_actions(db.session(), current_ability(), current_person().id, position),
        deed_words=deed_words,
    )
