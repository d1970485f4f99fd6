"""Sealing the keys of providers that came into the table in clear: by a take-over, or by hand."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs.tasks import every
from portal.offramp.operations.providers import seal_clear


@every(300, "offramp.seal")
def seal_keys(session: Session, config: Mapping[str, Any]) -> None:
    """Seal what lies open."""
    seal_clear(session, config)
