"""Erasing people whose time is over, where the configuration says how long deleted people are kept."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.erasing.operations.erasing import erase_deleted
from portal.erasing.queries.erased import due_people
from portal.jobs.tasks import every

AT_ONCE = 50
"""People erased in one transaction; the next ones follow a minute later."""


@every(60, "erasing.retention")
def erase_long_deleted(session: Session, config: Mapping[str, Any]) -> None:
    """Erase people who were deleted `PORTAL_ERASE_DELETED_DAYS` ago, some of them in each go; nobody where that is not
    set, or is nothing above 0. While an import or a bulk action is at work they wait."""
    days = config.get("PORTAL_ERASE_DELETED_DAYS")
    if not isinstance(days, int | float) or isinstance(days, bool) or days <= 0:
        return
    due = due_people(session, days, AT_ONCE)
    if not due:
        return
    try:
        erase_deleted(session, due, reason="RETENTION")
    except Conflict:
        session.rollback()
