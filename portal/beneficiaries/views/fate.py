"""What becomes of a person: verified, deleted, restored; and the list of those who were deleted."""

from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.forms.fate import DeleteForm, RestoreForm
from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.operations.fate import delete_people, restore_people, verify_people
from portal.beneficiaries.queries.alike import people_alike
from portal.beneficiaries.queries.deleted import (
    LATEST,
    count_deleted,
    deleted_person,
    facts_to_compare,
    page_of_deleted,
)
from portal.beneficiaries.queries.editing import rights_on, this_one, who_is
from portal.beneficiaries.queries.person import person
from portal.beneficiaries.views import bp
from portal.beneficiaries.views.leading import lead_to_deleted
from portal.beneficiaries.wording import reason_words, score_words
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.core.keyset import read_position
from portal.web.access import current_ability, current_person, load, requires
from portal.web.htmx import page, see_other
from portal.web.lists import pager, query_of


@bp.post("/<uuid:uuid>/verify")
@requires("update", "Beneficiary")
def verify_beneficiary(uuid: UUID) -> Response:
    """Say that somebody has checked who this is."""
    return _verified(uuid, True, _("The person is verified."))


@bp.post("/<uuid:uuid>/unverify")
@requires("update", "Beneficiary")
def unverify_beneficiary(uuid: UUID) -> Response:
    """Take it back."""
    return _verified(uuid, False, _("The person is not verified any more."))


@bp.route("/<uuid:uuid>/delete", methods=["GET", "POST"])
@requires("delete", "Beneficiary")
def delete_beneficiary(uuid: UUID) -> Response:
    """Ask for the reason, then take the person out of every list, group and project."""
    try:
        them = load(who_is(uuid), "delete", Beneficiary)
        found = person(db.session(), uuid, current_ability())
    except NotFound:  # somebody did so already, perhaps by pressing twice
        return lead_to_deleted(uuid)
    form = DeleteForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page(
            "beneficiaries/delete_beneficiary.html", person=found, name=found.name, form=form, status=status
        )
    delete_people(db.session(), this_one(them.uuid), reason=form.reason.data or "", by=current_person().uuid)
    db.session.commit()
    flash(_("The person is deleted. Who may do so can restore them."), "success")
    return see_other(url_for("beneficiaries.list_beneficiaries"))


@bp.get("/deleted")
@requires("delete", "Beneficiary")
def list_deleted() -> Response:
    """The deleted people whom the reader may restore."""
    ability, position = current_ability(), read_position(request.args.get("at"), LATEST)
    people = page_of_deleted(db.session(), ability, position)
    count = count_deleted(db.session(), ability)
    return page(
        "beneficiaries/list_deleted.html",
        "deleted",
        people=people,
        pager=pager(people, count, query_of(request.args)),
    )


@bp.route("/<uuid:uuid>/restore", methods=["GET", "POST"])
@requires("delete", "Beneficiary")
def restore_beneficiary(uuid: UUID) -> Response:
    """Show who was deleted and why, and who may be the same person; then bring them back where they were."""
    ability = current_ability()
    try:
        found = deleted_person(db.session(), uuid, ability)
    except NotFound:  # restored already, perhaps by pressing twice, or erased
        person(db.session(), uuid, ability)
        return see_other(url_for("beneficiaries.show_beneficiary", uuid=uuid))
    form = RestoreForm()
    alike = people_alike(db.session(), facts_to_compare(db.session(), uuid), ability, besides=uuid)
    sent = form.validate_on_submit()
    if sent and alike and not form.all_the_same.data:
        form.refuse(
            Refusal("Look at who is registered, and tick the box if this is somebody else.", "all_the_same")
        )
    if not sent or form.errors:
        return page(
            "beneficiaries/restore_beneficiary.html",
            status=422 if form.is_submitted() else 200,
            person=found,
            may_erase="erase" in rights_on(db.session(), uuid, ability),
            form=form,
            taken=(),
            alike=alike,
            reason_words=reason_words,
            score_words=score_words,
        )
    restore_people(db.session(), this_one(uuid))
    db.session.commit()
    flash(_("The person is back, in the groups and projects they were in."), "success")
    return see_other(url_for("beneficiaries.show_beneficiary", uuid=uuid))


def _verified(uuid: UUID, verified: bool, said: str) -> Response:
    load(who_is(uuid), "update", Beneficiary)
    verify_people(db.session(), this_one(uuid), verified=verified)
    db.session.commit()
    flash(said, "success")
    return see_other(url_for("beneficiaries.show_beneficiary", uuid=uuid))
