"""Erasing one person, after a look at what goes; and what is left of those who were erased."""

from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.keyset import read_position
from portal.erasing.forms import EraseForm
from portal.erasing.operations.erasing import erase
from portal.erasing.queries.erased import LATEST, count_erased, erased_person, page_of_erased
from portal.erasing.queries.people import erased_by, person_to_erase, preview
from portal.erasing.tasks import erase_long_deleted
from portal.erasing.wording import REASONS
from portal.imports.tasks import KEEP_DAYS
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.lists import pager, query_of

__all__ = ["bp", "erase_long_deleted"]

bp = Blueprint("erasing", __name__, url_prefix="/beneficiaries")


@bp.route("/<uuid:uuid>/erase", methods=["GET", "POST"])
@requires("erase", "BeneficiaryPii")
def erase_beneficiary(uuid: UUID) -> Response:
    """Show what goes and what stays, ask why, and erase. Who has changed meanwhile is shown as they are now (409)."""
    session, me = db.session(), current_person()
    try:
        person_to_erase(session, uuid, current_ability())
    except NotFound:
        if not erased_by(session, uuid, me.uuid):
            raise
        return _done(uuid)  # pressed twice
    form = EraseForm()
    if not form.validate_on_submit():
        return _ask(uuid, form, 422 if form.is_submitted() else 200)
    try:
        done = erase(
            session,
            uuid,
            version=form.read_version,
            reason=form.reason.data,
            note=form.note.data or None,
            by=me.uuid,
        )
    except Refusal as refusal:
        session.rollback()
        form.refuse(refusal)
        return _ask(uuid, form, refusal.status)
    session.commit()
    done.remove_files()
    flash(_("The person is erased."), "success")
    return _done(uuid)


@bp.get("/erased")
@requires("read", "AuditEntry")
def list_erased() -> Response:
    """Who was erased when, by whom and why, without anything that names them."""
    ability, position = current_ability(), read_position(request.args.get("at"), LATEST)
    people = page_of_erased(db.session(), ability, position)
    count = count_erased(db.session(), ability)
    return page(
        "erasing/list_erased.html",
        "erased",
        people=people,
        reasons=REASONS,
        pager=pager(people, count, query_of(request.args)),
    )


@bp.get("/erased/<uuid:uuid>")
@requires("read", "AuditEntry")
def show_erased(uuid: UUID) -> Response:
    """What is left of one person: that they were erased."""
    person = erased_person(db.session(), uuid, current_ability())
    return page("erasing/show_erased.html", person=person, reasons=REASONS)


def _done(uuid: UUID) -> Response:
    if current_ability().can("read", "AuditEntry"):
        return see_other(url_for("erasing.show_erased", uuid=uuid))
    return see_other(url_for("beneficiaries.list_beneficiaries"))


def _ask(uuid: UUID, form: EraseForm, status: int) -> Response:
    session = db.session()
    person = person_to_erase(session, uuid, current_ability())
    form.version.data = str(person.version)
    if status == Conflict.status:
        form.sure.data = False
    if person.plain:
        note_look("tbl_beneficiaries", str(uuid), ("name",))
    shown = page(
        "erasing/erase_beneficiary.html",
        status=status,
        person=person,
        form=form,
        found=preview(session, uuid),
        days=KEEP_DAYS,
    )
    session.commit()
    return shown
