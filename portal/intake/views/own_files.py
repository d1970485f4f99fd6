"""Files of a case by code and PIN: one more from the person, and those that the organisation wants them to have."""

import hashlib
from uuid import UUID

from flask import Response, send_file
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.core.db import db
from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.operations.files import Sent, add_file, case_files, forget
from portal.grievances.operations.moving import BY_NOW
from portal.grievances.operations.story import REPORTER
from portal.intake.forms.own_case import CaseForm, OwnFileForm
from portal.intake.queries.own_case import case_with, public_file
from portal.intake.views import bp
from portal.intake.views.following import ask_again, case_of, show_own_case
from portal.intake.views.speaking import speak_as_asked
from portal.web import rates
from portal.web.access import public

FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS = 100, 3_600
"""Files that are taken from one place on the network in an hour."""


@bp.post("/complain/status/files")
@public
def send_own_file() -> Response:
    """Keep a file with the case. The same file sent once more is kept once."""
    speak_as_asked()
    rates.take("complaint-file", rates.address(), FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS)
    form = OwnFileForm()
    case = case_of(form)
    if case is None:
        return ask_again()
    if not form.proved():
        return show_own_case(case, form, status=400)
    if not form.validate() or form.sent is None:
        return show_own_case(case, form, status=422)
    uuid, kept = case.uuid, None
    try:
        if case.status == GrievanceStatus.CLOSED:
            raise Conflict(BY_NOW[case.status])
        kept = _keep(uuid, form, form.sent)
        db.session.commit()
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        status = Conflict.status if isinstance(refusal, Conflict) else 422
        return show_own_case(db.session.scalars(case_with(uuid)).one(), form, status=status)
    except Exception:
        forget([kept] if kept else [])
        raise
    said = str(_("Thank you. We have your file."))
    return show_own_case(db.session.scalars(case_with(uuid)).one(), said=said)


@bp.post("/complain/status/files/<uuid:file_uuid>")
@public
def download_own_file(file_uuid: UUID) -> Response:
    """Send a file of the case to be saved: one of the person's own, or one that staff want them to have. Asked for by
    a form, so that what proves whose it is stands in no address. That it was taken is on record."""
    speak_as_asked()
    form = CaseForm()
    case = case_of(form)
    if case is None:
        return ask_again()
    if not form.proved():
        return show_own_case(case, status=400)
    found = public_file(db.session(), case.uuid, file_uuid)
    path = case_files() / found.file_path if found else None
    if found is None or path is None or not path.is_file():
        raise NotFound
    note_look("tbl_grievance_attachments", str(file_uuid), ("name", "filePath"))
    db.session.commit()
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.name)


def _keep(case: UUID, form: OwnFileForm, sent: Sent) -> str | None:
    what = hashlib.sha256(sent.name.encode() + b"\0" + sent.content).hexdigest()
    return add_file(
        db.session(), case, REPORTER, sent, is_public=True, uuid=form.uuid_for(f"file {case} {what}")
    )
