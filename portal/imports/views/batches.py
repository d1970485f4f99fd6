"""The list of imports, and the upload of a file that begins one."""

from pathlib import Path
from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.keyset import read_position
from portal.imports.forms import UploadForm
from portal.imports.operations.batches import create_batch, discard, store_file, uploads_in
from portal.imports.parsing import inspect
from portal.imports.queries.batches import NEWEST, batch, batch_with_file, page_of_batches
from portal.imports.views import bp
from portal.imports.views.steps import page_of_batch, steps
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other


@bp.get("")
@requires("read", "ImportBatch")
def list_batches() -> Response:
    """All imports the reader may see, each with where it stands."""
    position = read_position(request.args.get("at"), NEWEST)
    return page(
        "imports/list_batches.html",
        "batches",
        batches=page_of_batches(db.session(), current_ability(), position),
    )


@bp.get("/new")
@requires("create", "ImportBatch")
def new_batch() -> Response:
    """Choose a file."""
    return _ask(UploadForm())


@bp.post("/new")
@requires("create", "ImportBatch")
def upload_file() -> Response:
    """Keep the file, look what it holds, and go on to its columns; or say why it cannot be read."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _ask(form, status=422)
    upload = form.file.data
    stored = store_file(upload.stream, uploads_directory(), Path(upload.filename).suffix.lower())
    try:
        inspection = inspect(stored.path, upload.filename)
    except Refusal as refusal:
        stored.path.unlink(missing_ok=True)
        form.refuse(refusal)
        return _ask(form, status=422)
    before = batch_with_file(db.session(), stored.digest, current_ability())
    uuid = create_batch(
        db.session(),
        stored,
        _shown_name(upload.filename),
        inspection.to_json(),
        created_by=current_user.id,
    )
    db.session.commit()
    if before:
        flash(
            _("This very file was imported before. Rows that are in already will be shown as updates."),
            "warning",
        )
    return see_other(url_for("imports.show_columns", uuid=uuid))


@bp.get("/<uuid:uuid>")
@requires("read", "ImportBatch")
def show_batch(uuid: UUID) -> Response:
    """Leads to where the work on this import goes on."""
    return see_other(page_of_batch(batch(db.session(), uuid, current_ability())))


@bp.post("/<uuid:uuid>/discard")
@requires("delete", "ImportBatch")
def discard_batch(uuid: UUID) -> Response:
    """Forget an import whose people were not taken, with its file."""
    batch(db.session(), uuid, current_ability(), "delete")
    path = discard(db.session(), uuid)
    db.session.commit()
    if path:
        path.unlink(missing_ok=True)
    flash(_("The import was discarded. Nobody was registered."), "success")
    return see_other(url_for("imports.list_batches"))


def _shown_name(name: str) -> str:
    """What people called the file: without a path, and without characters that nobody sees."""
    return "".join(letter for letter in Path(name).name if letter.isprintable())[:200]


def uploads_directory() -> Path:
    """Where this installation keeps uploaded files."""
    return uploads_in(current_app.config["PORTAL_INSTANCE"])


def _ask(form: UploadForm, *, status: int = 200) -> Response:
    return page("imports/new_batch.html", form=form, steps=steps(None, 1), status=status)
