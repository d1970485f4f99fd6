"""What runs in the background: check a file, mark what failed; forget files in time. Each is one commit, or nothing."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.imports.parsing import Inspection, RowStream
from portal.imports.tasks import KEEP_DAYS
from portal.imports.values import Plan
from portal.jobs.tasks import Progress, every, work
from portal.reconciliation.meanings import Meaning, Target
from portal.reconciliation.operations.checking import Reading, check_rows
from portal.reconciliation.operations.filing import RESULTS, results_in
from portal.reconciliation.operations.marking import mark_failed
from portal.users.queries.held import acting

CHECK, MARK = "reconciliation.check", "reconciliation.mark"


@work(CHECK, _l("Checking a provider’s file"), labels={"rows": _l("Rows checked")})
def check(progress: Progress, reconciliation: str, region: str) -> dict[str, Any]:
    """Hold each row against the payments of the list; all in one commit."""
    session, uuid = db.session(), UUID(reconciliation)
    found = RESULTS.hold(session, uuid, "CHECKING", job=progress.job)
    inspection = Inspection.from_json(found.inspection)
    everything = found.columns["everything"]
    reading = Reading(
        [Target(name) for name in found.columns["targets"]],
        Meaning(everything) if everything else None,
        found.words,
        region,
    )
    progress.step("Reading and checking rows", inspection.rows if inspection.rows_exact else None)
    path, plan = Path(found.file_path or ""), Plan.of([])
    with RowStream(path, inspection, plan, columns=("row_number", "raw")) as stream:
        counts = check_rows(
            session, uuid, found.list_id, reading, (block.data for block in stream), progress.advance
        )
    RESULTS.move(session, uuid, "REVIEW", counts=counts)
    return _finish(session, progress, {"rows": sum(counts.values()) - counts["missing"]})


@work(MARK, _l("Marking failed payments"), labels={"failed": _l("Marked as failed")})
def mark(progress: Progress, reconciliation: str, by: int) -> dict[str, Any]:
    """Mark as failed what the file says failed, by what the user with the id `by` may do now."""
    session, uuid = db.session(), UUID(reconciliation)
    found = RESULTS.hold(session, uuid, "MARKING", job=progress.job)
    _user, ability = acting(session, by)
    progress.step("Marking failed payments", (found.counts or {}).get("FAILED"))
    failed = mark_failed(session, uuid, ability, by=by)
    counts = {**(found.counts or {}), "marked": failed}
    RESULTS.move(session, uuid, "DONE", counts=counts, done_at=func.now(), done_by=by)
    return _finish(session, progress, {"failed": failed})


def _finish(session: Session, progress: Progress, result: dict[str, Any]) -> dict[str, Any]:
    progress.finish_with(session, result)
    session.commit()
    return result


@every(3600, "reconciliation.forget")
def forget_files(session: Session, config: Mapping[str, Any]) -> None:
    """Forget what providers' files held, as long after as of imports."""
    RESULTS.forget(session, dt.timedelta(days=float(config.get("PORTAL_IMPORT_DAYS", KEEP_DAYS))))


@every(3600, "reconciliation.files")
def remove_forgotten_files(session: Session, config: Mapping[str, Any]) -> None:
    """Remove files that no row names, in a transaction after the one that forgot them."""
    RESULTS.remove_files(session, results_in(Path(config["PORTAL_INSTANCE"])))
