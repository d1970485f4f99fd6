"""Letting go in time of who complained, and of files that no case names."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.grievances.operations.files import remove_unnamed
from portal.grievances.operations.forgetting import forget_reporters
from portal.jobs.tasks import every

KEEP_MONTHS = 24
"""Months after its closing for which a case keeps who complained, unless `PORTAL_REPORTER_MONTHS` says another."""
AT_ONCE = 200
"""Cases in one transaction; the next ones follow a minute later."""


@every(60, "grievances.reporters")
def forget_old_reporters(session: Session, config: Mapping[str, Any]) -> None:
    """Forget who complained in cases that have been closed for so long; nobody where the setting is no whole number
    above 0."""
    months = config.get("PORTAL_REPORTER_MONTHS", KEEP_MONTHS)
    if isinstance(months, int) and not isinstance(months, bool) and months > 0:
        forget_reporters(session, months, AT_ONCE)


@every(3600, "grievances.files")
def remove_unnamed_files(session: Session, _config: Mapping[str, Any]) -> None:
    """Remove files that were written and whose case never came to know of them."""
    remove_unnamed(session)
