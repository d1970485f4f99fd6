"""One person's pages: what is known of them, where they belong, their history; and showing what is masked."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal.audit import budget, purposes
from portal.audit.deeds import REVEAL
from portal.audit.looks import note_look
from portal.audit.operations import record
from portal.audit.queries.entries import NEWEST, history_of
from portal.audit.queries.records import records_of
from portal.audit.shown import in_words
from portal.beneficiaries.forms import COLUMN_LABELS, RevealForm
from portal.beneficiaries.queries.editing import rights_on
from portal.beneficiaries.queries.person import groups_of, person, projects_of, revealed
from portal.beneficiaries.views import bp
from portal.beneficiaries.views.leading import lead_to_deleted
from portal.beneficiaries.views.tabs import PERSON
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keyset import read_position
from portal.web.access import current_ability, requires
from portal.web.htmx import page

IN_CLEAR = ("name", "email")
"""What of the personal data the page shows to who may read them; phone and government id only on demand."""
ON_DEMAND = ("phone", "govt_id")


@bp.get("/<uuid:uuid>")
@requires("read", "Beneficiary")
def show_beneficiary(uuid: UUID) -> Response:
    """All that is known of a person, as much as the reader may know. That they looked is on record."""
    try:
        return _show(uuid, _form())
    except NotFound:
        return lead_to_deleted(uuid)


@bp.post("/<uuid:uuid>/reveal")
@requires("reveal", "BeneficiaryPii")
def reveal_beneficiary(uuid: UUID) -> Response:
    """Show phone and government id in this one answer: never in an address, never again without being asked."""
    shown = revealed(db.session(), uuid, current_ability())
    form = _form()
    if not form.validate_on_submit():
        return _show(uuid, form, status=422)
    budget.REVEALS.take()
    record(
        db.session(),
        REVEAL,
        table_name="tbl_beneficiaries",
        record_id=str(uuid),
        details={"rows": 1, "fields": list(ON_DEMAND), "purpose": form.said},
        words=form.own_words,
    )
    purposes.remember(form, "reveal")
    return _show(uuid, form, shown={name: getattr(shown, name) for name in ON_DEMAND})


@bp.get("/<uuid:uuid>/memberships")
@requires("read", "Beneficiary")
def show_memberships(uuid: UUID) -> Response:
    """The groups and the projects a person is in, of those that the reader may see."""
    ability = current_ability()
    return page(
        "beneficiaries/show_memberships.html",
        **_frame(uuid),
        groups=groups_of(db.session(), uuid, ability),
        projects=projects_of(db.session(), uuid, ability),
    )


@bp.get("/<uuid:uuid>/history")
@requires("read", "AuditEntry")
def show_history(uuid: UUID) -> Response:
    """Who changed a person and who looked at them; for who may read the person as well as the log."""
    ability = current_ability()
    frame = _frame(uuid)
    records = records_of(db.session(), "tbl_beneficiaries", str(uuid), ability)
    position = read_position(request.args.get("at"), NEWEST)
    found = history_of(db.session(), records, ability, position)
    entries = in_words(db.session(), found.rows)
    return page("beneficiaries/show_history.html", **frame, found=found, entries=entries)


def _form() -> RevealForm:
    form = RevealForm()
    purposes.offer(form, "reveal")
    return form


def _frame(uuid: UUID) -> dict[str, Any]:
    """What stands around each of a person's pages. Raises NotFound for who may not see them."""
    ability = current_ability()
    found = person(db.session(), uuid, ability)
    return {"person": found, "rights": rights_on(db.session(), uuid, ability), "tabs": PERSON.of(uuid)}


def _show(
    uuid: UUID, form: RevealForm, *, status: int = 200, shown: dict[str, str | None] | None = None
) -> Response:
    frame = _frame(uuid)
    found = frame["person"]
    more = {**(found.extras or {}), **(found.personal_extras or {})}
    more.pop("govtIDNumber", None)
    if found.plain and shown is None:
        note_look("tbl_beneficiaries", str(uuid), (*IN_CLEAR, *(("extras",) if more else ())))
    db.session.commit()
    hidden = any(getattr(found, name) and not getattr(found, name).startswith("none:") for name in ON_DEMAND)
    return page(
        "beneficiaries/show_beneficiary.html",
        "person",
        status=status,
        **frame,
        shown=shown,
        form=form if hidden and found.revealable and shown is None else None,
        reveal_url=url_for("beneficiaries.reveal_beneficiary", uuid=uuid),
        extras=more,
        labels=COLUMN_LABELS,
        said=_("Shown once, and on record.") if shown else None,
    )
