"""A provider's statement: kept, its columns and words fixed; and how it moves on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import cast, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.errors import sentence
from portal.imports.operations.batches import StoredFile
from portal.offramp.statements import OfframpStatement, StatementRow
from portal.offramp.stating import Target
from portal.reconciliation.meanings import Meaning, plain
from portal.reconciliation.operations.moving import Moves

STATEMENTS = Moves(
    OfframpStatement,
    StatementRow,
    StatementRow.statement_id,
    to={
        "CHECKING": ("UPLOADED", "REVIEW"),
        "REVIEW": ("CHECKING", "APPLYING"),
        "APPLYING": ("REVIEW",),
        "DONE": ("APPLYING",),
    },
    back={"CHECKING": "UPLOADED", "APPLYING": "REVIEW"},
    stays=sentence("By this statement requests were changed: it stays on record."),
)


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
    STATEMENTS.move(
        session, uuid, "CHECKING", columns=columns, since=since, until=until, job_id=job, counts=None
    )


def tell_words(session: Session, uuid: UUID, words: Mapping[str, Meaning], *, job: UUID) -> None:
    """Say what words of the provider mean, and have the file compared again."""
    told = {plain(word): str(meaning) for word, meaning in words.items()}
    STATEMENTS.move(
        session, uuid, "CHECKING", words=OfframpStatement.words.op("||")(told), job_id=job, counts=None
    )
