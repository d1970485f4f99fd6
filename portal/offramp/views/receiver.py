"""The phone that a request pays to, whole: shown where it is due, for a purpose, on record."""

from uuid import UUID

from flask import Response

from portal.audit import budget, purposes
from portal.audit.deeds import REVEAL
from portal.audit.operations import record
from portal.core.db import db
from portal.offramp.queries.request import phone_of
from portal.offramp.views import bp
from portal.offramp.views.request import reveal_form, show
from portal.web.access import current_ability, requires


@bp.post("/<uuid:uuid>/reveal")
@requires("reveal", "BeneficiaryPii")
def reveal_receiver(uuid: UUID) -> Response:
    """Show the phone in this one answer: never in an address, never again without being asked."""
    phone = phone_of(db.session(), uuid, current_ability())
    form = reveal_form()
    if not form.validate_on_submit():
        return show(uuid, 422, reveal=form)
    budget.REVEALS.take()
    record(
        db.session(),
        REVEAL,
        table_name="tbl_offramps",
        record_id=str(uuid),
        details={"rows": 1, "fields": ["receiverPhone"], "purpose": form.said},
        words=form.own_words,
    )
    purposes.remember(form, "reveal")
    return show(uuid, phone=phone)
