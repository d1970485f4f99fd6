"""What of an import runs in the background: check the file, take rows, undo them; forget them in time."""

import datetime as dt
from collections.abc import Mapping as Config
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict
from portal.imports.mapping import Mapping
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import lock_batch, move, uploads_in
from portal.imports.operations.forgetting import forget_left, forget_rows, remove_files
from portal.imports.operations.staging import count_verdicts, stage_rows
from portal.imports.operations.taking import take_rows
from portal.imports.operations.undoing import undo_rows
from portal.imports.parsing import Inspection, RowStream
from portal.jobs.tasks import Progress, every, work

KEEP_DAYS = 30
"""Days for which the rows and the file of an import are kept, unless `PORTAL_IMPORT_DAYS` says another number."""

CHECK, TAKE, UNDO = "imports.check", "imports.take", "imports.undo"


@work(CHECK, _l("Checking a file"), labels={"rows": _l("Rows checked")})
def check(progress: Progress, batch: str, link: str | None = None) -> dict[str, Any]:
    """Read the file again from its beginning, stage and judge each row; all in one commit."""
    session = db.session()
    uuid = UUID(batch)
    found = lock_batch(session, uuid, ("CHECKING",))
    inspection = Inspection.from_json(found.inspection)
    plan = Mapping.from_json(found.mapping["mapping"]).to_plan(found.mapping["region"])
    progress.step("Reading and checking rows", inspection.rows if inspection.rows_exact else None)
    with RowStream(Path(found.file_path or ""), inspection, plan) as stream:
        stage_rows(session, uuid, ((block.rows, block.data) for block in stream), progress.advance)
    progress.step("Comparing with the people already registered")
    counts = count_verdicts(session, uuid)
    rows = sum(verdict["rows"] for verdict in counts.values())
    move(session, uuid, "REVIEW", counts=counts, row_count=rows)
    result = {"rows": rows}
    progress.finish_with(session, result)
    session.commit()
    return result


@work(
    TAKE,
    _l("Taking people in"),
    labels={"added": _l("Registered"), "updated": _l("Updated"), "held": _l("Held back")},
)
def take(progress: Progress, batch: str, link: str | None = None) -> dict[str, Any]:
    """Make people of the chosen rows; all in one commit."""
    session = db.session()
    uuid = UUID(batch)
    found = lock_batch(session, uuid, ("TAKING",))
    progress.step("Taking the chosen rows in")
    taken = take_rows(session, uuid, group_name=found.group_name, project=found.project_id)
    counts = {**count_verdicts(session, uuid), "taken": taken}
    move(session, uuid, "TAKEN", counts=counts, taken_at=func.now())
    result = {name: taken[name] for name in ("added", "updated", "held")}
    progress.finish_with(session, result)
    session.commit()
    return result


@work(
    UNDO,
    _l("Undoing an import"),
    labels={"removed": _l("Taken out"), "restored": _l("Given back as they were")},
)
def undo(progress: Progress, batch: str, link: str | None = None) -> dict[str, Any]:
    """Take a batch back, or leave everything as it is when something depends on it."""
    session = db.session()
    uuid = UUID(batch)
    found = lock_batch(session, uuid, ("UNDOING",))
    progress.step("Taking the people out again")
    try:
        result: dict[str, Any] = undo_rows(
            session, uuid, taken_at=found.taken_at, groups=[UUID(g) for g in _groups_made(found)]
        )
    except Conflict:
        session.rollback()
        move(session, uuid, "TAKEN")
        session.commit()
        raise
    move(session, uuid, "UNDONE", undone_at=func.now())
    progress.finish_with(session, result)
    session.commit()
    return result


@every(3600, "imports.forget")
def forget_imports(session: Session, config: Config[str, Any]) -> None:
    """Forget rows and files of imports that ended, or were left lying, some time ago."""
    keep = dt.timedelta(days=float(config.get("PORTAL_IMPORT_DAYS", KEEP_DAYS)))
    forget_rows(session, keep)
    forget_left(session, keep)


@every(3600, "imports.files")
def remove_forgotten_files(session: Session, config: Config[str, Any]) -> None:
    """Remove files that no import names, in a transaction after the one that forgot them."""
    remove_files(session, uploads_in(Path(config["PORTAL_INSTANCE"])))


def _groups_made(batch: ImportBatch) -> list[str]:
    groups: list[str] = ((batch.counts or {}).get("taken") or {}).get("groups", [])
    return groups
