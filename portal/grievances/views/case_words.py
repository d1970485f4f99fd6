"""Notes and files in a case."""

from uuid import UUID

from flask import Response, flash, send_file, url_for
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.grievances.forms.case import AttachForm, NoteForm
from portal.grievances.models import Grievance
from portal.grievances.operations import files, noting
from portal.grievances.queries.case import the_case
from portal.grievances.queries.files import file_of
from portal.grievances.views import bp
from portal.grievances.views.case import show
from portal.grievances.views.frame import may_change, me
from portal.web.access import current_ability, current_person, load, requires
from portal.web.htmx import see_other


@bp.post("/<uuid:uuid>/notes")
@requires("update", "Grievance")
def add_note(uuid: UUID) -> Response:
    """Add a note; sent twice, it is there once."""
    may_change(uuid)
    form = NoteForm()
    if not form.validate():
        return show(uuid, status=422, note=form)
    try:
        noting.add_note(
            db.session(),
            uuid,
            me(),
            form.words.data or "",
            is_public=bool(form.public.data),
            uuid=form.uuid_for(current_person().uuid),
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return show(uuid, status=refusal.status, note=form)
    db.session.commit()
    flash(_("The note is in the case’s story."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid, _anchor="story"))


@bp.post("/<uuid:uuid>/files")
@requires("update", "Grievance")
def attach_file(uuid: UUID) -> Response:
    """Keep a file with the case; sent twice, it is kept once."""
    may_change(uuid)
    form, kept = AttachForm(), None
    if not form.validate():
        return show(uuid, status=422, attach=form)
    sent = files.Sent(form.file.data.filename or "", form.file.data.stream.read())
    try:
        kept = files.add_file(
            db.session(),
            uuid,
            me(),
            sent,
            is_public=bool(form.public.data),
            uuid=form.uuid_for(current_person().uuid),
        )
        db.session.commit()
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return show(uuid, status=refusal.status, attach=form)
    except Exception:
        files.forget([kept] if kept else [])
        raise
    flash(_("The file is kept with the case."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid, _anchor="story"))


@bp.get("/<uuid:uuid>/files/<uuid:file_uuid>")
@requires("read", "Grievance")
def download_file(uuid: UUID, file_uuid: UUID) -> Response:
    """Send a file of the case to be saved, never to be shown in the page. That somebody took it is on record."""
    case = load(the_case(uuid), "read", Grievance)
    found = file_of(db.session(), case, file_uuid, current_ability())
    path = files.case_files() / found.file_path
    if not path.is_file():
        raise NotFound
    note_look("tbl_grievance_attachments", str(file_uuid), ("name", "filePath"))
    db.session.commit()
    answer = send_file(
        path, mimetype=found.media_type, as_attachment=True, download_name=found.name, max_age=0
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
