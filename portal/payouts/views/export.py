"""A list as a file."""

from functools import partial
from uuid import UUID

from flask import Response

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.audit.forms import FileForm
from portal.core.db import db
from portal.core.errors import Refusal
from portal.payouts.models import PayoutList
from portal.payouts.queries.export import export_rows
from portal.payouts.queries.lists import told_of
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.web.access import current_ability, requires


@bp.get("/<uuid:uuid>/export")
@requires("export", "PayoutList")
def export_list(uuid: UUID) -> Response:
    """What the file will hold, and the question what it is for."""
    return _ask(list_to("export", uuid), _form(), 200)


@bp.post("/<uuid:uuid>/export")
@requires("export", "PayoutList")
def download_list(uuid: UUID) -> Response:
    """The file itself, sent while it is read."""
    found, form = list_to("export", uuid), _form()
    if not form.validate_on_submit():
        return _ask(found, form, 422)
    rows = told_of(db.session(), uuid).rows
    leaving = Leaving("tbl_payout_lists", "PayoutList", rows, "payout-list", record_id=str(uuid))
    try:
        return hand_over(form, leaving, partial(export_rows, db.session(), found, current_ability()))
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(found, form, 422)


def _form() -> FileForm:
    form = FileForm()
    purposes.offer(form, "export")
    return form


def _ask(found: PayoutList, form: FileForm, status: int) -> Response:
    return page_of("payouts/export_list.html", found, form=form, status=status)
