"""The steps of an import that run in the background: check the file, take the chosen rows, undo them."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from portal.core.db import db
from portal.core.errors import Conflict
from portal.imports.mapping import Mapping
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import lock_batch, move
from portal.imports.operations.staging import count_verdicts, stage_rows
from portal.imports.operations.taking import take_rows
from portal.imports.operations.undoing import undo_rows
from portal.imports.parsing import Inspection, RowStream
from portal.jobs.tasks import Progress, work

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


def _groups_made(batch: ImportBatch) -> list[str]:
    groups: list[str] = ((batch.counts or {}).get("taken") or {}).get("groups", [])
    return groups
