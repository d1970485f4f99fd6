"""The filtered list as a file."""

import datetime as dt
from typing import Any

from flask import Response, request, url_for

from portal.audit import budget, purposes
from portal.audit.deeds import EXPORT
from portal.audit.operations import record
from portal.core.db import db
from portal.core.errors import Refusal
from portal.transactions.forms import ExportForm
from portal.transactions.queries.columns import knows_colleagues
from portal.transactions.queries.export import count_exactly, export_csv, export_xlsx
from portal.transactions.views import bp
from portal.transactions.views.listing import OF_COLLEAGUES, chosen_columns
from portal.transactions.views.reading import Reading, read_list
from portal.transactions.wording import COLUMN_LABELS
from portal.users.operations.exports import check_export_size
from portal.web.access import current_ability, current_person, requires
from portal.web.downloads import ask_to_wait, send, take_turn
from portal.web.htmx import page

KINDS = {
    "csv": (export_csv, "text/csv; charset=utf-8"),
    "xlsx": (export_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@bp.get("/export")
@requires("export", "Transaction")
def export_transactions() -> Response:
    """Which transactions and columns the file will hold, and the question what it is for."""
    return _ask(_form(columns=chosen_columns()), read_list(request.args), status=200)


@bp.post("/export")
@requires("export", "Transaction")
def download_transactions() -> Response:
    """The file itself, sent while it is read."""
    form, reading = _form(), read_list(request.args)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, reading, status=422)
    ability = current_ability()
    chosen = set(form.columns.data or ())
    wanted = [name for name in COLUMN_LABELS if name in chosen]
    rows = count_exactly(db.session(), reading.chosen, ability)
    try:
        check_export_size(db.session(), current_person().id, "export", "Transaction", rows)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, reading, status=422)
    budget.EXPORTS.take()
    turn = take_turn()
    if turn is None:
        return ask_to_wait()
    record(
        db.session(),
        EXPORT,
        table_name="tbl_transactions",
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
    return send(turn, body, kind, f"transactions-{dt.datetime.now(dt.UTC):%Y-%m-%d}.{form.format.data}")


def _form(**data: Any) -> ExportForm:
    form = ExportForm(**data)
    if not knows_colleagues(current_ability()):
        told = [(name, words) for name, words in COLUMN_LABELS.items() if name not in OF_COLLEAGUES]
        form.columns.choices = list(told)
    purposes.offer(form, "export")
    return form


def _ask(form: ExportForm, reading: Reading, *, status: int) -> Response:
    rows = count_exactly(db.session(), reading.chosen, current_ability()) if reading.valid else 0
    query: dict[str, Any] = dict(reading.query)
    return page(
        "transactions/export_transactions.html",
        status=status if reading.valid else 422,
        form=form,
        reading=reading,
        rows=rows,
        back=url_for("transactions.list_transactions", **query),
    )
