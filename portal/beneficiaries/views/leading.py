"""Where a page about somebody who was deleted leads."""

from uuid import UUID

from flask import Response, url_for

from portal.beneficiaries.queries.deleted import deleted_person, merged_into, was_erased
from portal.core.db import db
from portal.web.access import current_ability
from portal.web.htmx import see_other


def lead_to_deleted(uuid: UUID) -> Response:
    """Where a deleted person can be restored, or the person into whom they were merged, or what is left of who was
    erased, for who may read the audit log. Raises NotFound for who may not, and where nobody was deleted."""
    ability = current_ability()
    if winner := merged_into(db.session(), uuid, ability):
        return see_other(url_for("beneficiaries.show_beneficiary", uuid=winner))
    if ability.can("read", "AuditEntry") and was_erased(db.session(), uuid, ability):
        return see_other(url_for("erasing.show_erased", uuid=uuid))
    deleted_person(db.session(), uuid, ability)
    return see_other(url_for("beneficiaries.restore_beneficiary", uuid=uuid))
