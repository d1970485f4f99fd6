"""A provider's file: kept, its columns and words fixed; and how it moves on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import cast, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.errors import sentence
from portal.imports.operations.batches import StoredFile
from portal.reconciliation.meanings import Meaning, Target, plain
from portal.reconciliation.models import Reconciliation, ReconciliationRow
from portal.reconciliation.operations.moving import Moves

RESULTS = Moves(
    Reconciliation,
    ReconciliationRow,
    ReconciliationRow.reconciliation_id,
    to={
        "CHECKING": ("UPLOADED", "REVIEW"),
        "REVIEW": ("CHECKING", "MARKING"),
        "MARKING": ("REVIEW",),
        "DONE": ("MARKING",),
    },
    back={"CHECKING": "UPLOADED", "MARKING": "REVIEW"},
    stays=sentence("By this file payments were marked: it stays on record."),
)


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
    RESULTS.move(session, uuid, "CHECKING", columns=columns, job_id=job, counts=None)


def tell_words(session: Session, uuid: UUID, words: Mapping[str, Meaning], *, job: UUID) -> None:
    """Say what words of the provider mean, and have the file checked again."""
    told = {plain(word): str(meaning) for word, meaning in words.items()}
    RESULTS.move(
        session, uuid, "CHECKING", words=Reconciliation.words.op("||")(told), job_id=job, counts=None
    )
