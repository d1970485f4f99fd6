"""Each minute: seal what is settled, and write the seals down outside the database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.audit.models import AuditSeal
from portal.audit.operations.sealing import seal_entries
from portal.audit.outside import last_noted, note, outside_log
from portal.audit.queries.seals import seals_after
from portal.jobs.tasks import every

log = structlog.get_logger()


@every(60, "audit.seal")
def seal_log(session: Session, config: Mapping[str, Any]) -> None:
    """Seal what is settled. The new seals are written down once they are committed.

    Seals that another machine made, or that were not written down because this one was killed, are caught up with.
    """
    path = outside_log(Path(config["PORTAL_INSTANCE"]))
    missing = seals_after(session, last_noted(path))
    made = seal_entries(session)
    for seal in (*missing, *made):
        session.expunge(seal)

    @event.listens_for(session, "after_commit", once=True)
    def _committed(_session: Session) -> None:
        note(path, [*missing, *made])
        if made:
            log.info("audit_sealed", **_shown(made[-1]), seals=len(made))


def _shown(seal: AuditSeal) -> dict[str, Any]:
    return {"seal": seal.number, "hash": seal.hash.hex(), "to": seal.to_id}
