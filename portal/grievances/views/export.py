"""The filtered list as a file."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.core.db import db
from portal.core.errors import Refusal
from portal.grievances.forms.listing import ExportForm
from portal.grievances.queries.columns import knows_colleagues
from portal.grievances.queries.export import export_cases
from portal.grievances.queries.listing import count_exactly
from portal.grievances.views import bp
from portal.grievances.views.listing import OF_COLLEAGUES, chosen_columns
from portal.grievances.views.reading import Reading, read_list
from portal.grievances.wording import EXPORT_LABELS
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/export")
@requires("export", "Grievance")
def export_grievances() -> Response:
    """Which cases and columns the file will hold, and the question what it is for."""
    return _ask(_form(columns=chosen_columns()), read_list(request.args), status=200)


@bp.post("/export")
@requires("export", "Grievance")
def download_grievances() -> Response:
    """The file itself, sent while it is read."""
    form, reading = _form(), read_list(request.args)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, reading, status=422)
    session, ability = db.session(), current_ability()
    wanted = [name for name in EXPORT_LABELS if name in set(form.columns.data or ())]
    rows = count_exactly(session, reading.chosen, ability, "export")
    leaving = Leaving(
        "tbl_grievances", "Grievance", rows, "grievances", columns=wanted, narrowed_by=reading.narrowing
    )
    try:
        write = partial(export_cases, session, reading.chosen, ability, wanted, reading.sort)
        return hand_over(form, leaving, write)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, reading, status=refusal.status)


def _form(**data: Any) -> ExportForm:
    form = ExportForm(**data)
    if not knows_colleagues(current_ability()):
        told = [(name, words) for name, words in EXPORT_LABELS.items() if name not in OF_COLLEAGUES]
        form.columns.choices = list(told)
    purposes.offer(form, "export")
    return form


def _ask(form: ExportForm, reading: Reading, *, status: int) -> Response:
    ability = current_ability()
    rows = count_exactly(db.session(), reading.chosen, ability, "export") if reading.valid else 0
    query: dict[str, Any] = dict(reading.query)
    return page(
        "grievances/export_grievances.html",
        status=status if reading.valid else 422,
        form=form,
        reading=reading,
        rows=rows,
        back=url_for("grievances.list_grievances", **query),
    )
