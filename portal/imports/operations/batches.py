"""The life of a batch: uploaded, checked, reviewed, taken, undone. Each move is a conditional UPDATE."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import case, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import Conflict
from portal.imports.models import ImportBatch, ImportMapping, TempBeneficiary
from portal.jobs.models import Job

MOVES = {
    "CHECKING": ("UPLOADED", "REVIEW", "FAILED"),
    "REVIEW": ("CHECKING", "TAKING"),
    "TAKING": ("REVIEW",),
    "TAKEN": ("TAKING", "UNDOING"),
    "UNDOING": ("TAKEN",),
    "UNDONE": ("UNDOING",),
    "FAILED": ("CHECKING",),
}
"""To which state a batch may come from which."""


@dataclass(frozen=True)
class StoredFile:
    """A file kept under a name of our own, so that what somebody called it reaches no path."""

    path: Path
    size: int
    digest: str


def uploads_in(instance: Path) -> Path:
    """Where uploaded files wait, outside of anything that is served."""
    return instance / "uploads"


def store_file(source: BinaryIO, directory: Path, suffix: str) -> StoredFile:
    """Keep the content of `source` in `directory` under a made-up name with `suffix` (such as ".csv")."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / f"{uuid4()}{suffix}"
    with path.open("xb") as target:
        shutil.copyfileobj(source, target, 2**20)
    digest = sha256()
    with path.open("rb") as stored:
        while piece := stored.read(2**20):
            digest.update(piece)
    return StoredFile(path, path.stat().st_size, digest.hexdigest())


def create_batch(
    session: Session, file: StoredFile, file_name: str, inspection: dict[str, Any], *, created_by: int | None
) -> UUID:
    """A new batch for a stored file that could be read."""
    uuid: UUID = session.scalars(
        insert(ImportBatch)
        .values(
            file_name=file_name,
            file_path=str(file.path),
            file_size=file.size,
            file_hash=file.digest,
            inspection=inspection,
            sheet=inspection.get("sheet"),
            created_by=created_by,
        )
        .returning(ImportBatch.uuid)
    ).one()
    return uuid


def choose_sheet(session: Session, batch: UUID, inspection: dict[str, Any]) -> None:
    """Take another sheet of the workbook, as `inspection` found it; what was chosen for the old one is dropped.

    A batch under review is as if just uploaded. Raises Conflict when it has moved on.
    """
    taken = session.execute(
        update(ImportBatch)
        .where(ImportBatch.uuid == batch, ImportBatch.state.in_(("UPLOADED", "REVIEW", "FAILED")))
        .values(state="UPLOADED", inspection=inspection, sheet=inspection.get("sheet"), mapping=None)
        .returning(ImportBatch.uuid)
    ).first()
    if taken is None:
        raise Conflict("This import has moved on meanwhile. Reload the page to see where it stands.")


def choose_mapping(
    session: Session,
    batch: UUID,
    mapping: dict[str, Any],
    *,
    shape: str,
    group_name: str | None,
    project: UUID | None,
    chosen_by: int | None,
) -> None:
    """Fix how the batch's columns are read and where its people go, and remember the mapping for this shape: without
    its part "mapping", in which the first values of each column stand."""
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.uuid == batch)
        .values(mapping=mapping, group_name=group_name, project_id=project)
    )
    memory = {name: value for name, value in mapping.items() if name != "mapping"}
    remember = upsert(ImportMapping).values(shape=shape, mapping=memory, updated_by=chosen_by)
    session.execute(
        remember.on_conflict_do_update(
            index_elements=[ImportMapping.shape],
            set_={"mapping": memory, "updatedBy": chosen_by, "updatedAt": func.now()},
        )
    )


def move(session: Session, batch: UUID, to: str, **values: Any) -> None:
    """Bring a batch to the state `to`, with other columns' new `values`.

    Raises Conflict when it is in no state from which that may be: somebody else was first, or the page is old.
    """
    moved = session.execute(
        update(ImportBatch)
        .where(ImportBatch.uuid == batch, ImportBatch.state.in_(MOVES[to]))
        .values(state=to, updated_at=func.now(), **values)
        .returning(ImportBatch.uuid)
    ).first()
    if moved is None:
        raise Conflict("This import has moved on meanwhile. Reload the page to see where it stands.")


REOPENED = {"CHECKING": "UPLOADED", "TAKING": "REVIEW", "UNDOING": "TAKEN"}
"""Where a batch goes back to when the job at work on it was cancelled or failed."""


def reopen(session: Session, batch: UUID) -> None:
    """Bring a batch whose job ended without success back to where it can be worked on.

    Raises Conflict while the job is at work, and when there is nothing to reopen.
    """
    at_work = exists().where(Job.uuid == ImportBatch.job_id, Job.state.in_(("QUEUED", "RUNNING")))
    moved = session.execute(
        update(ImportBatch)
        .where(ImportBatch.uuid == batch, ImportBatch.state.in_(REOPENED), ~at_work)
        .values(state=case(REOPENED, value=ImportBatch.state), updated_at=func.now())
        .returning(ImportBatch.uuid)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def choose_rows(session: Session, batch: UUID, *, take: bool, verdict: str | None, row: int | None) -> int:
    """Choose which rows to take: one `row` by its number, or all of a `verdict`; how many changed.

    Rows that cannot be taken stay out whatever is asked: invalid ones, and possible duplicates whose phone or
    wallet is somebody else's.
    """
    blocked = TempBeneficiary.reasons.bool_op("@>")(
        func.jsonb_build_array(func.jsonb_build_object("blocking", True))
    )
    statement = (
        update(TempBeneficiary)
        .where(
            TempBeneficiary.batch_id == batch,
            TempBeneficiary.take.is_distinct_from(take),
            TempBeneficiary.verdict != "INVALID",
        )
        .values(take=take)
        .execution_options(synchronize_session=False)
    )
    if take:
        statement = statement.where((TempBeneficiary.verdict != "DUPLICATE") | func.coalesce(~blocked, True))
    if verdict:
        statement = statement.where(TempBeneficiary.verdict == verdict)
    if row is not None:
        statement = statement.where(TempBeneficiary.row_number == row)
    return rows_changed(session.execute(statement))


def discard(session: Session, batch: UUID) -> Path | None:
    """Forget a batch that was never taken, its rows and its file. Returns the file, to be removed after the commit.

    Raises Conflict when it was taken: what brought people in is kept.
    """
    path = session.execute(
        delete(ImportBatch)
        .where(ImportBatch.uuid == batch, ImportBatch.state.in_(("UPLOADED", "CHECKING", "REVIEW", "FAILED")))
        .returning(ImportBatch.file_path)
    ).first()
    if path is None:
        raise Conflict("An import whose people were taken stays on record. You can undo it instead.")
    return Path(path.file_path) if path.file_path else None


def lock_batch(session: Session, batch: UUID, states: Iterable[str]) -> ImportBatch:
    """The batch, held against others until the transaction ends. Raises Conflict when it is in none of `states`."""
    found: ImportBatch | None = session.scalar(
        select(ImportBatch)
        .where(ImportBatch.uuid == batch, ImportBatch.state.in_(tuple(states)))
        .with_for_update()
    )
    if found is None:
        raise Conflict("This import has moved on meanwhile. Reload the page to see where it stands.")
    return found
