"""The history of one record, on a page of its own and as a part of the record's page."""

from flask import Response, request

from portal.audit.queries.entries import NEWEST, history_of
from portal.audit.queries.records import records_of
from portal.audit.shown import in_words, page_of_record
from portal.audit.views import bp
from portal.audit.wording import table_name, table_of
from portal.core.db import db
from portal.core.keyset import PAGE_SIZE, read_position
from portal.web.access import current_ability, requires
from portal.web.htmx import page, wants_fragment

LATEST = 10
"""How many entries the record's own page shows."""


@bp.get("/records/<table>/<path:record>")
@requires("read", "AuditEntry")
def show_record_history(table: str, record: str) -> Response:
    """What happened to a record and to what is part of it; for who may read the record as well as the log."""
    ability = current_ability()
    records = records_of(db.session(), table_of(table), record, ability)
    size = LATEST if wants_fragment() else PAGE_SIZE
    position = read_position(request.args.get("at"), NEWEST)
    found = history_of(db.session(), records, ability, position, size)
    return page(
        "audit/show_record_history.html",
        "history",
        entries=in_words(db.session(), found.rows),
        found=found,
        kind=table_name(table_of(table)),
        record=record,
        record_url=page_of_record(table_of(table), record),
    )
