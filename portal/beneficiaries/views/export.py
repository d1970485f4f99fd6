"""The filtered list as a file."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.beneficiaries.forms import COLUMN_LABELS, ExportForm
from portal.beneficiaries.queries.export import count_exactly, export_people
from portal.beneficiaries.views import bp
from portal.beneficiaries.views.people import chosen_columns
from portal.beneficiaries.views.reading import read_list
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/export")
@requires("export", "Beneficiary")
def export_beneficiaries() -> Response:
    """Which people and columns the file will hold, and the question what it is for."""
    return _ask(_form(columns=chosen_columns()), status=200)


@bp.post("/export")
@requires("export", "Beneficiary")
def download_beneficiaries() -> Response:
    """The file itself, sent while it is read: nobody waits for a million rows to be gathered."""
    form, reading = _form(), read_list(request.args)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, status=422)
    ability = current_ability()
    wanted = [name for name in COLUMN_LABELS if name in (form.columns.data or ())]
    rows = count_exactly(db.session(), reading.chosen, ability)
    leaving = Leaving(
        "tbl_beneficiaries",
        "Beneficiary",
        rows,
        "beneficiaries",
        columns=wanted,
        narrowed_by=reading.narrowing,
    )
    write = partial(export_people, db.session(), reading.chosen, ability, wanted, reading.sort)
    try:
        return hand_over(form, leaving, write)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, status=422)


def _form(**data: Any) -> ExportForm:
    form = ExportForm(**data)
    purposes.offer(form, "export")
    return form


def _ask(form: ExportForm, *, status: int) -> Response:
    reading = read_list(request.args)
    rows = count_exactly(db.session(), reading.chosen, current_ability()) if reading.valid else 0
    query: dict[str, Any] = dict(reading.query)
    back = url_for("beneficiaries.list_beneficiaries", **query)
    return page(
        "beneficiaries/export_beneficiaries.html",
        status=status if reading.valid else 422,
        form=form,
        reading=reading,
        rows=rows,
        back=back,
    )
