"""Proofs of a request: words and files that are added to its story."""

from uuid import UUID

from flask import Response, flash, send_file, url_for
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.offramp.forms.request import ProofForm
from portal.offramp.models import OfframpRequest
from portal.offramp.operations import proving
from portal.offramp.queries.request import proof_of, request_of, request_with
from portal.offramp.views import bp
from portal.web.access import current_ability, current_person, load, requires
from portal.web.htmx import page, see_other


@bp.route("/<uuid:uuid>/proof", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def attach_proof(uuid: UUID) -> Response:
    """Add words, a file or both; sent twice, they are there once."""
    load(request_with(uuid), "update", OfframpRequest)
    form, kept = ProofForm(), None
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        given = form.file.data
        sent = proving.Sent(given.filename, given.stream.read()) if given and given.filename else None
        me = current_person()
        try:
            kept = proving.attach_proof(
                db.session(),
                uuid,
                by=me.id,
                words=form.words.data or "",
                sent=sent,
                event=form.uuid_for(me.uuid),
            )
            db.session.commit()
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            status = refusal.status
        except Exception:
            proving.forget([kept] if kept else [])
            raise
        else:
            flash(_("The proof is in the request’s story."), "success")
            return see_other(url_for("offramp.show_request", uuid=uuid, _anchor="story"))
    found = request_of(db.session(), uuid, current_ability())
    return page("offramp/attach_proof.html", status=status, form=form, request_=found)


@bp.get("/<uuid:uuid>/proofs/<uuid:event_uuid>")
@requires("read", "OfframpRequest")
def download_proof(uuid: UUID, event_uuid: UUID) -> Response:
    """Send a file to be saved, never to be shown in the page. That somebody took it is on record."""
    load(request_with(uuid), "read", OfframpRequest)
    facts = proof_of(db.session(), uuid, event_uuid, current_ability())
    path = proving.proofs() / str(facts[proving.PATH])
    if not path.is_file():
        raise NotFound
    note_look("tbl_offramp_events", str(event_uuid), ("facts",))
    db.session.commit()
    answer = send_file(
        path,
        mimetype=facts[proving.TYPE],
        as_attachment=True,
        download_name=facts[proving.NAME],
        max_age=0,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
