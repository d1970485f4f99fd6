"""Telling whoever comes next of clocks that have run out, again and again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.grievances.operations.escalating import escalate
from portal.jobs.tasks import every


@every(10, "grievances.escalate")
def escalate_cases(session: Session, config: Mapping[str, Any]) -> None:
    """Take the steps of the ladder that are due."""
    escalate(session)
