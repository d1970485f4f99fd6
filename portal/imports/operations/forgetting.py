"""Forgetting what files held, some time after an import ended or was left lying."""

import datetime as dt
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.core.keeping import remove_unnamed
from portal.imports.models import ImportBatch, TempBeneficiary

ENDED = ("TAKEN", "UNDONE")
LEFT = ("UPLOADED", "REVIEW", "FAILED")
"""States in which a batch waits for somebody; one with a job at work is left alone."""


def forget_rows(session: Session, keep: dt.timedelta) -> int:
    """Remove the rows of imports that ended so long ago, and what was read of their files; returns how many imports.

    That there was one, of which file, by whom and what came of it stays. It can no longer be undone.
    """
    long_ago = func.now() - keep
    forgotten = session.scalars(
        update(ImportBatch)
        .where(
            ImportBatch.state.in_(ENDED),
            ImportBatch.updated_at < long_ago,
            ImportBatch.inspection.is_not(None),
        )
        .values(inspection=None, mapping=None, file_path=None, updated_at=ImportBatch.updated_at)
        .returning(ImportBatch.uuid)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        delete(TempBeneficiary)
        .where(TempBeneficiary.batch_id.in_(forgotten))
        .execution_options(synchronize_session=False)
    )
    return len(forgotten)


def forget_left(session: Session, keep: dt.timedelta) -> int:
    """Discard imports that were begun and then left alone for so long, with their rows; returns how many."""
    gone = session.scalars(
        delete(ImportBatch)
        .where(ImportBatch.state.in_(LEFT), ImportBatch.updated_at < func.now() - keep)
        .returning(ImportBatch.uuid)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def remove_files(session: Session, uploads: Path) -> int:
    """Remove the uploaded files that no import names any more, whoever left them there; returns how many."""
    return remove_unnamed(uploads, session.scalars(select(ImportBatch.file_path)))
