"""What runs in the background: taking a hotline's rows as cases, and forgetting files in time."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.grievances.models import Grievance
from portal.imports.tasks import KEEP_DAYS
from portal.intake.models import HotlineFile
from portal.intake.operations.filing import MOVED_ON, calls_in, forget, move, remove_files
from portal.intake.operations.taking import take_rows
from portal.jobs.tasks import Progress, every, work
from portal.users.queries.held import acting

TAKE = "intake.take"


@work(TAKE, _l("Taking a hotline’s calls"), labels={"taken": _l("Grievances opened")})
def take(progress: Progress, file: str, by: int) -> dict[str, Any]:
    """Open a case for each row that is new, by what the user with the id `by` may do now; all in one commit."""
    session = db.session()
    wanted = select(HotlineFile).where(HotlineFile.uuid == UUID(file), HotlineFile.state == "TAKING")
    found = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None or (progress.job is not None and found.job_id != progress.job):
        raise Conflict(MOVED_ON)
    _user, ability = acting(session, by)
    if not ability.can("import", Grievance(project_id=found.project_id, is_sensitive=False)):
        raise Refusal("You may not take this file any more.")
    progress.step("Opening grievances", (found.counts or {}).get("NEW"))
    taken = take_rows(session, found, by=by, ability=ability, progress=progress.advance)
    path = found.file_path
    counts = {**(found.counts or {}), "taken": taken}
    move(session, found.uuid, "DONE", counts=counts, inspection=None, file_path=None)
    progress.finish_with(session, {"taken": taken})
    session.commit()
    if path:
        Path(path).unlink(missing_ok=True)
    return {"taken": taken}


@every(3600, "intake.forget")
def forget_files(session: Session, config: Mapping[str, Any]) -> None:
    """Forget what was brought and not taken, as long after as of imports."""
    forget(session, dt.timedelta(days=float(config.get("PORTAL_IMPORT_DAYS", KEEP_DAYS))))


@every(3600, "intake.files")
def remove_forgotten_files(session: Session, config: Mapping[str, Any]) -> None:
    """Remove files that no row names, in a transaction after the one that forgot them."""
    remove_files(session, calls_in(Path(config["PORTAL_INSTANCE"])))
