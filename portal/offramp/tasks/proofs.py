"""Letting go of files that no request came to know of."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs.tasks import every
from portal.offramp.operations.proving import remove_unnamed


@every(3600, "offramp.proofs")
def remove_unnamed_proofs(session: Session, _config: Mapping[str, Any]) -> None:
    """Remove the files that a process left which was killed before it committed."""
    remove_unnamed(session)
