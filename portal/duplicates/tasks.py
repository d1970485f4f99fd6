"""The scan runs in the background: it reads everybody."""

from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.duplicates.operations.scanning import scan
from portal.duplicates.operations.starting import SCAN
from portal.jobs.tasks import Progress, work


@work(
    SCAN,
    _l("Looking for duplicates"),
    labels={
        "people": _l("People looked at"),
        "found": _l("Pairs that may be one person"),
        "new": _l("Newly found"),
        "left_out": _l("Large groups of people not compared"),
    },
)
def scan_everybody(progress: Progress, link: str | None = None) -> dict[str, Any]:
    """Find all pairs and keep them; all in one commit."""
    session = db.session()
    result = dict(scan(session, progress.job or uuid4(), progress.step, progress.advance))
    progress.finish_with(session, result)
    session.commit()
    return result
