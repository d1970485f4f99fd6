"""One person's page, and showing what is masked on it."""

from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _

from portal.audit import budget, purposes
from portal.audit.deeds import REVEAL
from portal.audit.looks import note_look
from portal.audit.operations import record
from portal.beneficiaries.forms import COLUMN_LABELS, RevealForm
from portal.beneficiaries.queries.person import groups_of, person, projects_of, revealed
from portal.beneficiaries.views import bp
from portal.core.db import db
from portal.web.access import current_ability, requires
from portal.web.htmx import page

IN_CLEAR = ("name", "email")
"""What of the personal data the page shows to who may read them; phone and government id only on demand."""
ON_DEMAND = ("phone", "govt_id")


@bp.get("/<uuid:uuid>")
@requires("read", "Beneficiary")
def show_beneficiary(uuid: UUID) -> Response:
    """All that is known of a person, as much as the reader may know. That they looked is on record."""
    return _show(uuid, _form())


@bp.post("/<uuid:uuid>/reveal")
@requires("reveal", "BeneficiaryPii")
def reveal_beneficiary(uuid: UUID) -> Response:
    """Show phone and government id in this one answer: never in an address, never again without being asked."""
    shown = revealed(db.session(), uuid, current_ability())
    form = _form()
    if not form.validate_on_submit():
        return _show(uuid, form, status=422)
    budget.REVEALS.take()
    details = {"rows": 1, "fields": list(ON_DEMAND), "purpose": form.said}
    record(db.session(), REVEAL, table_name="tbl_beneficiaries", record_id=str(uuid), details=details)
    purposes.remember(form, "reveal")
    return _show(uuid, form, shown={name: getattr(shown, name) for name in ON_DEMAND})


def _form() -> RevealForm:
    form = RevealForm()
    purposes.offer(form, "reveal")
    return form


def _show(
    uuid: UUID, form: RevealForm, *, status: int = 200, shown: dict[str, str | None] | None = None
) -> Response:
    ability = current_ability()
    found = person(db.session(), uuid, ability)
    groups, projects = groups_of(db.session(), uuid, ability), projects_of(db.session(), uuid, ability)
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
        person=found,
        shown=shown,
        form=form if hidden and found.revealable and shown is None else None,
        reveal_url=url_for("beneficiaries.reveal_beneficiary", uuid=uuid),
        extras=more,
        groups=groups,
        projects=projects,
        labels=COLUMN_LABELS,
        said=_("Shown once, and on record.") if shown else None,
    )
