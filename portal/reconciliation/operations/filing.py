"""A provider's file: kept, its columns fixed, moved on, given up, forgotten."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import cast, delete, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, sentence
from portal.imports.operations.batches import StoredFile
from portal.jobs.models import Job
from portal.reconciliation.meanings import Meaning, Target, plain
from portal.reconciliation.models import Reconciliation, ReconciliationRow

MOVES: Mapping[str, tuple[str, ...]] = {
    "CHECKING": ("UPLOADED", "REVIEW"),
    "REVIEW": ("CHECKING", "MARKING"),
    "MARKING": ("REVIEW",),
    "DONE": ("MARKING",),
}
"""To which state from which."""
BACK = {"CHECKING": "UPLOADED", "MARKING": "REVIEW"}
"""Where it goes back to when the job at work on it was cancelled or failed."""
MOVED_ON = sentence("This file has moved on meanwhile. Reload the page to see where it stands.")
FRESH = 86_400
"""Seconds for which a file may lie without a row that names it: it is stored before the row is made."""


def results_in(instance: Path) -> Path:
    """Where providers' files wait, outside of anything that is served."""
    return instance / "results"


def take_file(
    session: Session,
    payout_list: UUID,
    file: StoredFile,
    file_name: str,
    inspection: dict[str, Any],
    *,
    by: int,
) -> UUID:
    """A new reconciliation of a list with a stored file that could be read.

    What the columns and words of the last file with these headers were said to be holds for this one, until somebody
    says otherwise.
    """
    before = session.execute(
        select(Reconciliation.columns, Reconciliation.words)
        .where(
            Reconciliation.inspection["headers"] == cast(inspection["headers"], JSONB),
            Reconciliation.columns.is_not(None),
        )
        .order_by(Reconciliation.created_at.desc())
        .limit(1)
    ).first()
    uuid: UUID = session.scalars(
        insert(Reconciliation)
        .values(
            list_id=payout_list,
            file_name=file_name,
            file_path=str(file.path),
            file_hash=file.digest,
            inspection=inspection,
            created_by=by,
            columns=before.columns if before else None,
            words=before.words if before else {},
        )
        .returning(Reconciliation.uuid)
    ).one()
    return uuid


def choose(
    session: Session, uuid: UUID, targets: Sequence[Target], everything: Meaning | None, *, job: UUID
) -> None:
    """Fix what the columns are, and have the file checked by a job. `everything` is what all rows of a file without a
    status say. Raises Conflict where the work has moved on."""
    columns = {"targets": [str(target) for target in targets], "everything": everything}
    move(session, uuid, "CHECKING", columns=columns, job_id=job, counts=None)


def tell_words(session: Session, uuid: UUID, words: Mapping[str, Meaning], *, job: UUID) -> None:
    """Say what words of the provider mean, and have the file checked again."""
    told = {plain(word): str(meaning) for word, meaning in words.items()}
    move(session, uuid, "CHECKING", words=Reconciliation.words.op("||")(told), job_id=job, counts=None)


def move(session: Session, uuid: UUID, to: str, **values: Any) -> None:
    """Bring it to the state `to`. Raises Conflict when it is in none from which that may be."""
    moved = session.scalar(
        update(Reconciliation)
        .where(Reconciliation.uuid == uuid, Reconciliation.state.in_(MOVES[to]))
        .values(state=to, updated_at=func.now(), **values)
        .returning(Reconciliation.uuid)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(MOVED_ON)


def hold(session: Session, uuid: UUID, state: str, *, job: UUID | None) -> Reconciliation:
    """The one that a job works on, held until the transaction ends. Raises Conflict where it is another's by now."""
    own = true() if job is None else Reconciliation.job_id == job
    found: Reconciliation | None = session.scalar(
        select(Reconciliation)
        .where(Reconciliation.uuid == uuid, Reconciliation.state == state, own)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict(MOVED_ON)
    return found


def go_back(session: Session, uuid: UUID) -> None:
    """After a job that did not end well: where one can go on. Raises Conflict while a job is at work."""
    at_work = select(Job.uuid).where(Job.uuid == Reconciliation.job_id, Job.state.in_(("QUEUED", "RUNNING")))
    for state, before in BACK.items():
        moved = session.scalar(
            update(Reconciliation)
            .where(Reconciliation.uuid == uuid, Reconciliation.state == state, ~at_work.exists())
            .values(state=before, updated_at=func.now())
            .returning(Reconciliation.uuid)
            .execution_options(synchronize_session=False)
        )
        if moved is not None:
            return
    raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def give_up(session: Session, uuid: UUID) -> Path | None:
    """Forget a file by which nothing was marked; its path, to be removed after the commit. Raises Conflict else."""
    gone = session.execute(
        delete(Reconciliation)
        .where(Reconciliation.uuid == uuid, Reconciliation.state.in_(("UPLOADED", "REVIEW")))
        .returning(Reconciliation.file_path)
    ).first()
    if gone is None:
        raise Conflict("By this file payments were marked: it stays on record.")
    return Path(gone.file_path) if gone.file_path else None


def forget(session: Session, keep: dt.timedelta) -> int:
    """Forget what files held that were taken so long ago, and give up those that were left lying; how many. What came
    of each payment stays."""
    long_ago = func.now() - keep
    kept = session.scalars(
        update(Reconciliation)
        .where(
            Reconciliation.state == "DONE",
            Reconciliation.done_at < long_ago,
            Reconciliation.inspection.is_not(None),
        )
        .values(inspection=None, file_path=None, words={})
        .returning(Reconciliation.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(ReconciliationRow)
        .where(ReconciliationRow.reconciliation_id.in_(kept))
        .values(given=None, reason=None)
        .execution_options(synchronize_session=False)
    )
    left = session.scalars(
        delete(Reconciliation)
        .where(Reconciliation.state.in_(("UPLOADED", "REVIEW")), Reconciliation.created_at < long_ago)
        .returning(Reconciliation.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    return len(kept) + len(left)


def remove_files(session: Session, folder: Path) -> int:
    """Remove the files that no row names any more; how many."""
    if not folder.is_dir():
        return 0
    named = set(
        session.scalars(select(Reconciliation.file_path).where(Reconciliation.file_path.is_not(None)))
    )
    gone = [
        path
        for path in folder.iterdir()
        if path.is_file() and time.time() - path.stat().st_mtime > FRESH and str(path) not in named
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
