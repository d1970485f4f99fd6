"""A hotline's file: kept, read into rows, given up, forgotten."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, sentence
from portal.core.keeping import remove_unnamed
from portal.grievances.models import Grievance
from portal.imports.operations.batches import StoredFile
from portal.intake.hotline import Said, Target, Verdict
from portal.intake.models import HotlineFile, HotlineRow
from portal.jobs.models import Job

MOVES: Mapping[str, tuple[str, ...]] = {
    "REVIEW": ("UPLOADED", "REVIEW"),
    "TAKING": ("REVIEW",),
    "DONE": ("TAKING",),
}
"""To which state from which."""
MOVED_ON = sentence("This file has moved on meanwhile. Reload the page to see where it stands.")


def calls_in(instance: Path) -> Path:
    """Where a hotline's files wait, outside of anything that is served."""
    return instance / "hotline"


def take_file(
    session: Session, project: UUID, file: StoredFile, name: str, inspection: dict[str, Any], *, by: int
) -> UUID:
    """Put a stored file on record that could be read; its uuid."""
    uuid: UUID = session.scalars(
        insert(HotlineFile)
        .values(
            project_id=project,
            file_name=name,
            file_path=str(file.path),
            file_hash=file.digest,
            inspection=inspection,
            created_by=by,
        )
        .returning(HotlineFile.uuid)
    ).one()
    return uuid


def keep_rows(
    session: Session, uuid: UUID, targets: Sequence[Target], rows: Iterable[Said]
) -> dict[str, int]:
    """Keep what the rows of a file say, in place of what was kept before, with what follows; counts by verdict.

    Raises Conflict where the work has moved on.
    """
    said = list(rows)
    uuids = [uuid for row in said for uuid in (row.case, row.undated)]
    cases = select(Grievance.uuid).where(Grievance.uuid.in_(uuids))
    known, seen, kept = set(session.scalars(cases)), set[UUID](), []
    for row in said:
        taken = row.case in known or row.undated in known
        again = Verdict.KNOWN if taken else Verdict.REPEATED if row.case in seen else Verdict.NEW
        seen.add(row.case)
        kept.append(
            {
                "file_id": uuid,
                "number": row.number,
                "case_uuid": row.case,
                "words": row.words,
                "name": row.name,
                "contact": row.contact,
                "email": row.email,
                "called_at": row.called_at,
                "category": row.category,
                "category_id": row.category_id,
                "verdict": row.problem or again,
            }
        )
    counts = {str(verdict): sum(row["verdict"] == verdict for row in kept) for verdict in Verdict}
    move(session, uuid, "REVIEW", columns=[str(target) for target in targets], counts=counts)
    session.execute(delete(HotlineRow).where(HotlineRow.file_id == uuid))
    if kept:
        session.execute(insert(HotlineRow), kept)
    return counts


def move(session: Session, uuid: UUID, to: str, **values: Any) -> None:
    """Bring it to the state `to`. Raises Conflict when it is in none from which that may be."""
    moving = (
        update(HotlineFile)
        .where(HotlineFile.uuid == uuid, HotlineFile.state.in_(MOVES[to]))
        .values(state=to, updated_at=func.now(), **values)
        .returning(HotlineFile.uuid)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(moving) is None:
        raise Conflict(MOVED_ON)


def go_back(session: Session, uuid: UUID) -> None:
    """After a job that did not end well: to the rows again. Raises Conflict while it is at work, and where none was."""
    at_work = select(Job.uuid).where(Job.uuid == HotlineFile.job_id, Job.state.in_(("QUEUED", "RUNNING")))
    moving = (
        update(HotlineFile)
        .where(HotlineFile.uuid == uuid, HotlineFile.state == "TAKING", ~at_work.exists())
        .values(state="REVIEW", updated_at=func.now())
        .returning(HotlineFile.uuid)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(moving) is None:
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def give_up(session: Session, uuid: UUID) -> Path | None:
    """Forget a file that was not taken; its path, to be removed after the commit. Raises Conflict else."""
    gone = session.execute(
        delete(HotlineFile)
        .where(HotlineFile.uuid == uuid, HotlineFile.state.in_(("UPLOADED", "REVIEW")))
        .returning(HotlineFile.file_path)
    ).first()
    if gone is None:
        raise Conflict(MOVED_ON)
    return Path(gone.file_path) if gone.file_path else None


def forget(session: Session, keep: dt.timedelta) -> int:
    """Give up files that were left lying so long; how many."""
    left = session.scalars(
        delete(HotlineFile)
        .where(HotlineFile.state.in_(("UPLOADED", "REVIEW")), HotlineFile.created_at < func.now() - keep)
        .returning(HotlineFile.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    return len(left)


def remove_files(session: Session, folder: Path) -> int:
    """Remove the files that no row names any more; how many."""
    return remove_unnamed(folder, session.scalars(select(HotlineFile.file_path)))
