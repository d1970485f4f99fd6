"""The filtered list as a file."""

import datetime as dt
from typing import Any

from flask import Response, request, url_for

from portal.audit import budget, purposes
from portal.audit.deeds import EXPORT
from portal.audit.operations import record
from portal.beneficiaries.forms import COLUMN_LABELS, ExportForm
from portal.beneficiaries.queries.export import count_exactly, export_csv, export_xlsx
from portal.beneficiaries.views import bp
from portal.beneficiaries.views.people import chosen_columns
from portal.beneficiaries.views.reading import read_list
from portal.core.db import db
from portal.core.errors import Refusal
from portal.users.operations.exports import check_export_size
from portal.web.access import current_ability, current_person, requires
from portal.web.downloads import ask_to_wait, send, take_turn
from portal.web.htmx import page

KINDS = {
    "csv": (export_csv, "text/csv; charset=utf-8"),
    "xlsx": (export_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


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
    try:
        check_export_size(db.session(), current_person().id, "export", "Beneficiary", rows)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, status=422)
    budget.EXPORTS.take()
    turn = take_turn()
    if turn is None:
        return ask_to_wait()
    record(
        db.session(),
        EXPORT,
        table_name="tbl_beneficiaries",
        details={
            "rows": rows,
            "columns": wanted,
            "purpose": form.said,
            "format": form.format.data,
            "narrowed_by": sorted(reading.narrowing),
        },
    )
    purposes.remember(form, "export")
    db.session.commit()
    export, kind = KINDS[form.format.data]
    body = export(db.session(), reading.chosen, ability, wanted, reading.sort)
    name = f"beneficiaries-{dt.datetime.now(dt.UTC):%Y-%m-%d}.{form.format.data}"
    return send(turn, body, kind, name)


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
