"""Keeping figures ready, again and again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs.tasks import every
from portal.stats.operations.grievances import count_grievances
from portal.stats.operations.offramps import count_offramps


@every(15, "figures of grievances")
def keep_figures(session: Session, config: Mapping[str, Any]) -> None:
    """Count anew what changed in the last moments."""
    count_grievances(session)


@every(15, "figures of offramps")
def keep_offramp_figures(session: Session, config: Mapping[str, Any]) -> None:
    """The same of offramps."""
    count_offramps(session)
