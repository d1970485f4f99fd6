"""Taking a provider's file, and giving one up."""

from pathlib import Path
from uuid import UUID

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.imports.operations.batches import store_file
from portal.imports.parsing import inspect
from portal.payouts.models import PayoutList
from portal.reconciliation.forms import FileForm
from portal.reconciliation.operations.filing import RESULTS, results_in, take_file
from portal.reconciliation.queries import reconciliations_of, same_file
from portal.reconciliation.views import bp
from portal.reconciliation.views.loading import file_and_list, paid_list, where_it_stands
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other


@bp.get("/of/<uuid:list_uuid>")
@requires("update", "Transaction")
def list_files(list_uuid: UUID) -> Response:
    """The provider's files on a list, and a form to take another."""
    return _ask(paid_list(list_uuid), FileForm(formdata=None))


@bp.post("/of/<uuid:list_uuid>")
@requires("update", "Transaction")
def take_provider_file(list_uuid: UUID) -> Response:
    """Keep the file and look what it holds, or say why it cannot be read."""
    found, form = paid_list(list_uuid), FileForm()
    if not form.validate_on_submit():
        return _ask(found, form, status=422)
    upload = form.file.data
    folder = results_in(current_app.config["PORTAL_INSTANCE"])
    stored = store_file(upload.stream, folder, Path(upload.filename).suffix.lower())
    try:
        inspection = inspect(stored.path, upload.filename)
    except Refusal as refusal:
        stored.path.unlink(missing_ok=True)
        form.refuse(refusal)
        return _ask(found, form, status=422)
    before = same_file(db.session(), list_uuid, stored.digest)
    name = "".join(letter for letter in Path(upload.filename).name if letter.isprintable())[:200]
    made = take_file(db.session(), list_uuid, stored, name, inspection.to_json(), by=current_person().id)
    db.session.commit()
    if before:
        flash(_("This very file was taken before. What it marked then is not marked again."), "warning")
    return see_other(url_for("reconciliation.show_columns", uuid=made))


@bp.get("/<uuid:uuid>")
@requires("update", "Transaction")
def show_file(uuid: UUID) -> Response:
    """Leads to where the work on this file goes on."""
    return where_it_stands(file_and_list(uuid)[0])


@bp.post("/<uuid:uuid>/discard")
@requires("update", "Transaction")
def discard_file(uuid: UUID) -> Response:
    """Forget a file by which nothing was marked."""
    _found, payout_list = file_and_list(uuid)
    path = RESULTS.give_up(db.session(), uuid)
    db.session.commit()
    if path:
        path.unlink(missing_ok=True)
    flash(_("The file is forgotten. No payment was changed."), "success")
    return see_other(url_for("reconciliation.list_files", list_uuid=payout_list.uuid))


def _ask(found: PayoutList, form: FileForm, *, status: int = 200) -> Response:
    files = reconciliations_of(db.session(), found.uuid)
    return page("reconciliation/list_files.html", status=status, found=found, form=form, files=files)
