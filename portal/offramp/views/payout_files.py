"""Payout files of a provider that is told by files: made, and fetched."""

from functools import partial
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.audit.forms import FileForm
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.jobs.operations import start
from portal.offramp.files import PayoutFile
from portal.offramp.models import OfframpProvider
from portal.offramp.operations.filing import make_file
from portal.offramp.queries import payout_files as queries
from portal.offramp.queries.provider import provider_with
from portal.offramp.tasks.payout_files import FILES
from portal.offramp.views import bp
from portal.offramp.views.providers import locked
from portal.web.access import current_ability, current_person, load, requires
from portal.web.htmx import page, see_other


@bp.get("/providers/<uuid:by_file_uuid>/payout-files")
@requires("export", "OfframpRequest")
def list_payout_files(by_file_uuid: UUID) -> Response:
    """The files of a provider, and what waits for the next one."""
    provider, session, ability = _provider(by_file_uuid), db.session(), current_ability()
    return page(
        "offramp/list_payout_files.html",
        found=provider,
        files=queries.list_files(session, by_file_uuid, ability),
        waiting=queries.count_waiting(session, by_file_uuid, ability),
    )


@bp.post("/providers/<uuid:by_file_uuid>/payout-files")
@requires("export", "OfframpRequest")
def make_payout_file(by_file_uuid: UUID) -> Response:
    """Put what waits into a new file; of very much, have a worker make files."""
    waiting = queries.count_waiting(db.session(), _provider(by_file_uuid).uuid, current_ability())
    if waiting.number > queries.AT_ONCE:
        return _have_made(by_file_uuid)
    provider = locked(by_file_uuid, "read")
    try:
        file = make_file(db.session(), provider, current_ability(), by=current_person().id)
    except Refusal as refusal:
        db.session.rollback()
        flash(_(refusal.message), "info")
        return see_other(url_for("offramp.list_payout_files", by_file_uuid=by_file_uuid))
    uuid = file.uuid
    db.session.commit()
    flash(_("The file is made. Fetch it and hand it to the provider."), "success")
    return see_other(url_for("offramp.export_payout_file", by_file_uuid=by_file_uuid, file_uuid=uuid))


@bp.get("/providers/<uuid:by_file_uuid>/payout-files/<uuid:file_uuid>/export")
@requires("export", "OfframpRequest")
def export_payout_file(by_file_uuid: UUID, file_uuid: UUID) -> Response:
    """What the file holds, and the question what it is for."""
    provider = _provider(by_file_uuid)
    return _ask(provider, _file(by_file_uuid, file_uuid), _form(), 200)


@bp.post("/providers/<uuid:by_file_uuid>/payout-files/<uuid:file_uuid>/export")
@requires("export", "OfframpRequest")
def download_payout_file(by_file_uuid: UUID, file_uuid: UUID) -> Response:
    """The file itself, sent while it is read; the same however often it is fetched."""
    provider, form = _provider(by_file_uuid), _form()
    found, session, ability = _file(by_file_uuid, file_uuid), db.session(), current_ability()
    if not form.validate_on_submit():
        return _ask(provider, found, form, 422)
    rows = queries.count_orders(session, found, ability)
    name = f"payout-file-{found.number}"
    leaving = Leaving("tbl_offramp_files", "OfframpRequest", rows, name, record_id=str(file_uuid))
    try:
        return hand_over(form, leaving, partial(queries.export_orders, session, found, ability))
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(provider, found, form, refusal.status)


def _have_made(uuid: UUID) -> Response:
    by = current_person().id
    link = url_for("offramp.list_payout_files", by_file_uuid=uuid)
    job = start(FILES, {"provider": str(uuid), "by": by}, created_by=by, link=link)
    db.session.commit()
    return see_other(url_for("jobs.show_job", uuid=job.uuid))


def _provider(uuid: UUID) -> OfframpProvider:
    found = load(provider_with(uuid), "read", OfframpProvider)
    if found.adapter != "FILE":
        raise NotFound
    return found


def _file(provider: UUID, uuid: UUID) -> PayoutFile:
    found = queries.file_of(db.session(), provider, uuid, current_ability())
    if found is None:
        raise NotFound
    return found


def _form() -> FileForm:
    form = FileForm()
    purposes.offer(form, "export")
    return form


def _ask(provider: OfframpProvider, file: PayoutFile, form: FileForm, status: int) -> Response:
    ability = current_ability()
    return page(
        "offramp/export_payout_file.html",
        found=provider,
        file=file,
        form=form,
        rows=queries.count_orders(db.session(), file, ability),
        knows=ability.can("read", "BeneficiaryPii"),
        status=status,
    )
