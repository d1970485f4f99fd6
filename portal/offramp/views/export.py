"""The filtered list as a file."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.forms.listing import ExportForm
from portal.offramp.queries.columns import PERSONAL, knows_colleagues
from portal.offramp.queries.export import count_exactly, export_rows
from portal.offramp.views import bp
from portal.offramp.views.listing import OF_COLLEAGUES, chosen_columns
from portal.offramp.views.reading import Reading, read_list
from portal.offramp.wording import COLUMN_LABELS
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/export")
@requires("export", "OfframpRequest")
def export_requests() -> Response:
    """Which requests and columns the file will hold, and the question what it is for."""
    return _ask(_form(columns=chosen_columns()), read_list(request.args), status=200)


@bp.post("/export")
@requires("export", "OfframpRequest")
def download_requests() -> Response:
    """The file itself, sent while it is read."""
    form, reading = _form(), read_list(request.args)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, reading, status=422)
    session, ability = db.session(), current_ability()
    wanted = [name for name in COLUMN_LABELS if name in set(form.columns.data or ())]
    rows = count_exactly(session, reading.chosen, ability)
    leaving = Leaving(
        "tbl_offramps", "OfframpRequest", rows, "offramps", columns=wanted, narrowed_by=reading.narrowing
    )
    try:
        write = partial(export_rows, session, reading.chosen, ability, wanted, reading.sort)
        return hand_over(form, leaving, write)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, reading, status=refusal.status)


def _form(**data: Any) -> ExportForm:
    """The form with the columns that this reader can have in a file."""
    form, ability = ExportForm(**data), current_ability()
    without = (set() if knows_colleagues(ability) else OF_COLLEAGUES) | (
        set() if ability.can("read", "BeneficiaryPii") else PERSONAL
    )
    form.columns.choices = [(name, words) for name, words in COLUMN_LABELS.items() if name not in without]
    if not form.is_submitted():
        form.columns.data = [name for name in form.columns.data or () if name not in without]
    purposes.offer(form, "export")
    return form


def _ask(form: ExportForm, reading: Reading, *, status: int) -> Response:
    rows = count_exactly(db.session(), reading.chosen, current_ability()) if reading.valid else 0
    query: dict[str, Any] = dict(reading.query)
    return page(
        "offramp/export_requests.html",
        status=status if reading.valid else 422,
        form=form,
        reading=reading,
        rows=rows,
        back=url_for("offramp.list_requests", **query),
    )
