"""A provider's statement: kept, its columns fixed, moved on, given up, forgotten."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import cast, delete, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.imports.operations.batches import StoredFile
from portal.jobs.models import Job
from portal.offramp.statements import OfframpStatement, StatementRow
from portal.offramp.stating import Target
from portal.reconciliation.meanings import Meaning, plain
from portal.reconciliation.operations.filing import FRESH, MOVED_ON

MOVES: Mapping[str, tuple[str, ...]] = {
    "CHECKING": ("UPLOADED", "REVIEW"),
    "REVIEW": ("CHECKING", "APPLYING"),
    "APPLYING": ("REVIEW",),
    "DONE": ("APPLYING",),
}
"""To which state from which."""
BACK = {"CHECKING": "UPLOADED", "APPLYING": "REVIEW"}
"""Where it goes back to when the job at work on it was cancelled or failed."""


def statements_in(instance: Path) -> Path:
    """Where statements wait, outside of anything that is served."""
    return instance / "statements"


def take_statement(
    session: Session, provider: UUID, file: StoredFile, name: str, inspection: dict[str, Any], *, by: int
) -> UUID:
    """A new statement of a provider with a stored file that could be read.

    What the columns and words of its last file with these headers were said to be holds for this one, until somebody
    says otherwise.
    """
    before = session.execute(
        select(OfframpStatement.columns, OfframpStatement.words)
        .where(
            OfframpStatement.provider_id == provider,
            OfframpStatement.inspection["headers"] == cast(inspection["headers"], JSONB),
            OfframpStatement.columns.is_not(None),
        )
        .order_by(OfframpStatement.created_at.desc())
        .limit(1)
    ).first()
    values = {
        "provider_id": provider,
        "file_name": name,
        "file_path": str(file.path),
        "file_hash": file.digest,
        "inspection": inspection,
        "created_by": by,
        "columns": before.columns if before else None,
        "words": before.words if before else {},
    }
    uuid: UUID = session.scalars(
        insert(OfframpStatement).values(**values).returning(OfframpStatement.uuid)
    ).one()
    return uuid


def choose(
    session: Session,
    uuid: UUID,
    targets: Sequence[Target],
    everything: Meaning | None,
    days: tuple[dt.date, dt.date],
    *,
    job: UUID,
) -> None:
    """Fix what the columns are and which days it tells of, and have it compared by a job. `everything` is what all rows
    of a file without a status say. Raises Conflict where the work has moved on."""
    columns = {"targets": [str(target) for target in targets], "everything": everything}
    since, until = days
    move(session, uuid, "CHECKING", columns=columns, since=since, until=until, job_id=job, counts=None)


def tell_words(session: Session, uuid: UUID, words: Mapping[str, Meaning], *, job: UUID) -> None:
    """Say what words of the provider mean, and have the file compared again."""
    told = {plain(word): str(meaning) for word, meaning in words.items()}
    move(session, uuid, "CHECKING", words=OfframpStatement.words.op("||")(told), job_id=job, counts=None)


def move(session: Session, uuid: UUID, to: str, **values: Any) -> None:
    """Bring it to the state `to`. Raises Conflict when it is in none from which that may be."""
    moved = session.scalar(
        update(OfframpStatement)
        .where(OfframpStatement.uuid == uuid, OfframpStatement.state.in_(MOVES[to]))
        .values(state=to, updated_at=func.now(), **values)
        .returning(OfframpStatement.uuid)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(MOVED_ON)


def hold(session: Session, uuid: UUID, state: str, *, job: UUID | None) -> OfframpStatement:
    """The one that a job works on, held until the transaction ends. Raises Conflict where it is another's by now."""
    own = true() if job is None else OfframpStatement.job_id == job
    found: OfframpStatement | None = session.scalar(
        select(OfframpStatement)
        .where(OfframpStatement.uuid == uuid, OfframpStatement.state == state, own)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict(MOVED_ON)
    return found


def go_back(session: Session, uuid: UUID) -> None:
    """After a job that did not end well: where one can go on. Raises Conflict while a job is at work."""
    at_work = select(Job.uuid).where(
        Job.uuid == OfframpStatement.job_id, Job.state.in_(("QUEUED", "RUNNING"))
    )
    for state, before in BACK.items():
        moved = session.scalar(
            update(OfframpStatement)
            .where(OfframpStatement.uuid == uuid, OfframpStatement.state == state, ~at_work.exists())
            .values(state=before, updated_at=func.now())
            .returning(OfframpStatement.uuid)
            .execution_options(synchronize_session=False)
        )
        if moved is not None:
            return
    raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def give_up(session: Session, uuid: UUID) -> Path | None:
    """Forget a file by which nothing was changed; its path, to be removed after the commit. Raises Conflict else."""
    gone = session.execute(
        delete(OfframpStatement)
        .where(OfframpStatement.uuid == uuid, OfframpStatement.state.in_(("UPLOADED", "REVIEW")))
        .returning(OfframpStatement.file_path)
    ).first()
    if gone is None:
        raise Conflict("By this statement requests were changed: it stays on record.")
    return Path(gone.file_path) if gone.file_path else None


def forget(session: Session, keep: dt.timedelta) -> int:
    """Forget what files held that were taken so long ago, and give up those that were left lying; how many. What came
    of each request stays."""
    long_ago = func.now() - keep
    kept = session.scalars(
        update(OfframpStatement)
        .where(
            OfframpStatement.state == "DONE",
            OfframpStatement.done_at < long_ago,
            OfframpStatement.inspection.is_not(None),
        )
        .values(inspection=None, file_path=None, words={})
        .returning(OfframpStatement.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(StatementRow)
        .where(StatementRow.statement_id.in_(kept))
        .values(given=None, reason=None)
        .execution_options(synchronize_session=False)
    )
    left = session.scalars(
        delete(OfframpStatement)
        .where(OfframpStatement.state.in_(("UPLOADED", "REVIEW")), OfframpStatement.created_at < long_ago)
        .returning(OfframpStatement.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    return len(kept) + len(left)


def remove_files(session: Session, folder: Path) -> int:
    """Remove the files that no row names any more; how many."""
    if not folder.is_dir():
        return 0
    wanted = select(OfframpStatement.file_path).where(OfframpStatement.file_path.is_not(None))
    named = set(session.scalars(wanted))
    gone = [
        path
        for path in folder.iterdir()
        if path.is_file() and time.time() - path.stat().st_mtime > FRESH and str(path) not in named
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
