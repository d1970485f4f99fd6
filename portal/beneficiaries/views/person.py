"""One person's page."""

from uuid import UUID

from flask import Response

from portal.beneficiaries.forms import COLUMN_LABELS
from portal.beneficiaries.queries.person import groups_of, person, projects_of
from portal.beneficiaries.views import bp
from portal.core.db import db
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "Beneficiary")
def show_beneficiary(uuid: UUID) -> Response:
    """All that is known of a person, as much as the reader may know."""
    ability = current_ability()
    found = person(db.session(), uuid, ability)
    more = {**(found.extras or {}), **(found.personal_extras or {})}
    more.pop("govtIDNumber", None)
    return page(
        "beneficiaries/show_beneficiary.html",
        person=found,
        extras=more,
        groups=groups_of(db.session(), uuid, ability),
        projects=projects_of(db.session(), uuid, ability),
        labels=COLUMN_LABELS,
    )
