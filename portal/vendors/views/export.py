"""The filtered list of vendors as a file."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.core.db import db
from portal.core.errors import Refusal
from portal.vendors.forms import ExportForm
from portal.vendors.queries.listing import COLUMNS, count_exactly, export_vendors
from portal.vendors.views import bp
from portal.vendors.views.listing import read_list as read
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/export")
@requires("export", "Vendor")
def export_list() -> Response:
    """Which vendors and columns the file will hold, and the question what it is for."""
    return _ask(_form(), 200)


@bp.post("/export")
@requires("export", "Vendor")
def download_list() -> Response:
    """The file itself, sent while it is read."""
    form, reading = _form(), read(request.args)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, 422)
    session, ability = db.session(), current_ability()
    wanted = [name for name in COLUMNS if name in (form.columns.data or ())]
    rows = count_exactly(session, reading.chosen, ability)
    leaving = Leaving("tbl_vendors", "Vendor", rows, "vendors", columns=wanted, narrowed_by=reading.narrowing)
    try:
        return hand_over(
            form, leaving, partial(export_vendors, session, reading.chosen, ability, wanted, reading.sort)
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, refusal.status)


def _form() -> ExportForm:
    form = ExportForm()
    purposes.offer(form, "export")
    return form


def _ask(form: ExportForm, status: int) -> Response:
    reading = read(request.args)
    rows = count_exactly(db.session(), reading.chosen, current_ability()) if reading.valid else 0
    query: dict[str, Any] = dict(reading.query)
    return page(
        "vendors/export_list.html",
        status=status if reading.valid else 422,
        form=form,
        query=query,
        chips=list(reading.chips()),
        rows=rows,
        back=url_for("vendors.list_vendors", **query),
    )
