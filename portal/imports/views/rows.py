"""Working on rows under review: correct a cell, take or leave rows, say who a possible duplicate is."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.audit.operations import record
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.imports.forms import ChoiceForm, MendForm, SettleForm
from portal.imports.mapping import Mapping
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_rows, lock_batch
from portal.imports.operations.mending import mend_cell, settle_as_other, settle_as_same, stored_row
from portal.imports.queries.batches import batch
from portal.imports.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import see_other
from portal.web.paths import own_path


@bp.post("/<uuid:uuid>/rows/<int(max=2147483647):number>/cells/<int:position>")
@requires("update", "ImportBatch")
def mend_row(uuid: UUID, number: int, position: int) -> Response:
    """Put a corrected value into a cell; the row gets a new verdict."""
    found = _under_review(uuid)
    mapping = Mapping.from_json(found.mapping["mapping"])
    if position >= len(mapping.columns):
        raise NotFound
    form = MendForm()
    if not form.validate_on_submit():
        raise Refusal("This text is too long, or holds a character that cannot be stored.")
    row = stored_row(db.session(), uuid, number)
    mend_cell(db.session(), row, position, form.value.data or "", mapping.to_plan(found.mapping["region"]))
    _note(uuid, {"row": number, "column": position + 1})
    db.session.commit()
    if row.verdict == "INVALID":
        flash(_("Row %(row)s is saved, and still has something wrong.", row=number), "warning")
    else:
        flash(_("Row %(row)s is corrected.", row=number), "success")
    return _back(uuid, form.back.data)


@bp.post("/<uuid:uuid>/rows/<int(max=2147483647):number>/settle")
@requires("update", "ImportBatch")
def settle_row(uuid: UUID, number: int) -> Response:
    """Say who a possible duplicate is."""
    _under_review(uuid)
    form = SettleForm()
    if not form.validate_on_submit():
        raise Refusal("Choose who this row is.")
    row = stored_row(db.session(), uuid, number)
    settle = settle_as_same if form.who.data == "same" else settle_as_other
    settle(db.session(), row)
    _note(uuid, {"row": number, "who": form.who.data})
    db.session.commit()
    return _back(uuid, form.back.data)


@bp.post("/<uuid:uuid>/choice")
@bp.post("/<uuid:uuid>/rows/<int(max=2147483647):number>/choice")
@requires("update", "ImportBatch")
def choose_what_to_take(uuid: UUID, number: int | None = None) -> Response:
    """Take or leave one row, or all rows of a verdict."""
    _under_review(uuid)
    form = ChoiceForm()
    if not form.validate_on_submit():
        raise Refusal("Choose whether to take these rows.")
    take = form.take.data == "yes"
    changed = choose_rows(db.session(), uuid, take=take, verdict=form.verdict.data or None, row=number)
    _note(uuid, {"row": number, "verdict": form.verdict.data or None, "rows": changed, "take": take})
    db.session.commit()
    if number is None:
        said = (
            ngettext("%(num)s more row will be taken.", "%(num)s more rows will be taken.", changed)
            if take
            else ngettext("%(num)s row will be left out.", "%(num)s rows will be left out.", changed)
        )
        flash(said, "success")
    elif not changed and take:
        flash(
            _("This row cannot be taken as somebody new: its phone or wallet is somebody else's."), "warning"
        )
    return _back(uuid, form.back.data)


def _note(uuid: UUID, details: dict[str, Any]) -> None:
    """What is decided about rows under review is on record, without what stands in them: no trigger watches these."""
    record(db.session(), "UPDATE", table_name="tbl_import_batches", record_id=str(uuid), details=details)


def _under_review(uuid: UUID) -> ImportBatch:
    """The batch, if this person may change it; held so that nobody takes it meanwhile."""
    batch(db.session(), uuid, current_ability(), "update")
    return lock_batch(db.session(), uuid, ("REVIEW",))


def _back(uuid: UUID, wanted: str | None) -> Response:
    """The page of the review one was on."""
    return see_other(own_path(wanted) or url_for("imports.review_rows", uuid=uuid))
