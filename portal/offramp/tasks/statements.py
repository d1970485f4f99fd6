"""What runs in the background for statements: compare a file, do what follows from it; forget files in time."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Refusal
from portal.imports.parsing import Inspection, RowStream
from portal.imports.tasks import KEEP_DAYS
from portal.imports.values import Plan
from portal.jobs.tasks import Progress, every, work
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.applying import AT_ONCE, apply_row, rows_to_apply
from portal.offramp.operations.comparing import Reading, compare_rows
from portal.offramp.operations.settling import Outcome
from portal.offramp.operations.statements import STATEMENTS, statements_in
from portal.offramp.stating import Target
from portal.reconciliation.meanings import Meaning
from portal.users.queries.held import acting

COMPARE, APPLY = "offramp.compare", "offramp.apply"


@work(COMPARE, _l("Comparing a provider’s statement"), labels={"rows": _l("Rows checked")})
def compare(progress: Progress, statement: str) -> dict[str, Any]:
    """Hold each row against what was sent to the provider; all in one commit."""
    session, uuid = db.session(), UUID(statement)
    found = STATEMENTS.hold(session, uuid, "CHECKING", job=progress.job)
    inspection = Inspection.from_json(found.inspection)
    everything = found.columns["everything"]
    reading = Reading(
        [Target(name) for name in found.columns["targets"]],
        Meaning(everything) if everything else None,
        found.words,
    )
    progress.step("Reading and checking rows", inspection.rows if inspection.rows_exact else None)
    path, plan = Path(found.file_path or ""), Plan.of([])
    with RowStream(path, inspection, plan, columns=("row_number", "raw")) as stream:
        counts = compare_rows(session, found, reading, (block.data for block in stream), progress.advance)
    STATEMENTS.move(session, uuid, "REVIEW", counts=counts)
    result = {"rows": sum(counts.values()) - counts["missing"]}
    progress.finish_with(session, result)
    session.commit()
    return result


@work(
    APPLY,
    _l("Doing what follows from a statement"),
    labels={"settled": _l("Requests that ended by it"), "contradicted": _l("Contradictions")},
)
def apply(progress: Progress, statement: str, by: int) -> dict[str, Any]:
    """Settle what is under way, and raise what differs, some rows a commit; begun again, it does what is left."""
    session, uuid = db.session(), UUID(statement)
    STATEMENTS.hold(session, uuid, "APPLYING", job=progress.job)
    _user, ability = acting(session, by)
    if not ability.everywhere("update", OfframpRequest):
        raise Refusal("Whoever asked for this may not change all requests any more.")
    rows = rows_to_apply(session, uuid)
    progress.step("Settling requests", len(rows))
    done = {Outcome.MOVED: 0, Outcome.CONFLICT: 0, Outcome.SAME: 0}
    for begin in range(0, len(rows), AT_ONCE):
        STATEMENTS.hold(session, uuid, "APPLYING", job=progress.job)
        for number in rows[begin : begin + AT_ONCE]:
            done[apply_row(session, uuid, number, by=by)] += 1
        session.commit()
        progress.advance(begin + AT_ONCE)
    found = STATEMENTS.hold(session, uuid, "APPLYING", job=progress.job)
    result = {"settled": done[Outcome.MOVED], "contradicted": done[Outcome.CONFLICT]}
    counts = {**(found.counts or {}), **result}
    STATEMENTS.move(session, uuid, "DONE", counts=counts, done_at=func.now(), done_by=by)
    progress.finish_with(session, result)
    session.commit()
    return result


@every(3600, "offramp.statements")
def forget_statements(session: Session, config: Mapping[str, Any]) -> None:
    """Forget what statements held, as long after as of imports."""
    STATEMENTS.forget(session, dt.timedelta(days=float(config.get("PORTAL_IMPORT_DAYS", KEEP_DAYS))))


@every(3600, "offramp.statement_files")
def remove_forgotten_statements(session: Session, config: Mapping[str, Any]) -> None:
    """Remove files that no row names, in a transaction after the one that forgot them."""
    STATEMENTS.remove_files(session, statements_in(Path(config["PORTAL_INSTANCE"])))
