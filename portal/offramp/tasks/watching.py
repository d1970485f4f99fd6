"""Looking for what needs attention, again and again, and telling people of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs.tasks import every
from portal.offramp.operations.informing import tell_people
from portal.offramp.operations.watching import find_attention


@every(30, "offramp.attention")
def watch_offramps(session: Session, config: Mapping[str, Any]) -> None:
    """Find what is stuck, stray or silent, settle what is over, and write to who looks after it."""
    find_attention(session)
    tell_people(session)
