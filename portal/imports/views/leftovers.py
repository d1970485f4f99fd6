"""The rows that were not taken, as a file: what it is for is asked before."""

from uuid import UUID

from flask import Response

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.imports.forms import RejectedForm
from portal.imports.models import ImportBatch
from portal.imports.queries.batches import batch
from portal.imports.queries.rows import count_rejected
from portal.imports.views import bp
from portal.imports.views.rejected import WRITERS
from portal.imports.views.steps import page_of_batch
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>/rejected")
@requires("read", "ImportBatch")
def export_rejected(uuid: UUID) -> Response:
    """How many rows there are, and the question what they are for."""
    return _ask(_remembered(uuid), _form())


@bp.post("/<uuid:uuid>/rejected")
@requires("read", "ImportBatch")
def download_rejected(uuid: UUID) -> Response:
    """The rows that were not taken, as they stood in the file, with the reasons beside them."""
    found, form = _remembered(uuid), _form()
    if not form.validate_on_submit():
        return _ask(found, form, status=422)
    leaving = Leaving(
        "tbl_import_batches",
        "ImportBatch",
        count_rejected(db.session(), uuid),
        "not-taken",
        record_id=str(uuid),
        action="read",
        about="rejected",
        day=found.created_at.date(),
    )
    try:
        return hand_over(form, leaving, lambda kind: WRITERS[kind](found))
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(found, form, status=422)


def _form() -> RejectedForm:
    form = RejectedForm()
    purposes.offer(form, "rejected")
    return form


def _ask(found: ImportBatch, form: RejectedForm, *, status: int = 200) -> Response:
    return page(
        "imports/export_rejected.html",
        status=status,
        batch=found,
        form=form,
        rows=count_rejected(db.session(), found.uuid),
        back=page_of_batch(found),
    )


def _remembered(uuid: UUID) -> ImportBatch:
    """An import whose rows are still there. Raises NotFound for another."""
    found = batch(db.session(), uuid, current_ability())
    if found.inspection is None:
        raise NotFound
    return found
