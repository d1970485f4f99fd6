"""How a provider's file moves on: held by the job at work on it, brought back, given up, forgotten. Each kind of file
is a table of its own, with the columns that `Reconciliation` has."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, select, true, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, sentence
from portal.core.keeping import remove_unnamed
from portal.jobs.models import Job

MOVED_ON = sentence("This file has moved on meanwhile. Reload the page to see where it stands.")
UNDONE = ("UPLOADED", "REVIEW")
"""In these states a file has changed nothing."""

F = TypeVar("F")


@dataclass(frozen=True)
class Moves(Generic[F]):
    """The files of one kind: the table of them, that of their rows and its column that names the file; to which state
    one comes from which (`to`), where it goes back to when the job at work on it did not end well (`back`), and what is
    said to who would give up one by which something was changed (`stays`)."""

    file: type[F]
    row: Any
    of: Any
    to: Mapping[str, tuple[str, ...]]
    back: Mapping[str, str]
    stays: str

    def move(self, session: Session, uuid: UUID, to: str, **values: Any) -> None:
        """Bring it to the state `to`. Raises Conflict when it is in none from which that may be."""
        file: Any = self.file
        if not self._moved(session, uuid, file.state.in_(self.to[to]), state=to, **values):
            raise Conflict(MOVED_ON)

    def hold(self, session: Session, uuid: UUID, state: str, *, job: UUID | None) -> F:
        """The one that a job works on, held until the transaction ends. Raises Conflict where it is another's."""
        file: Any = self.file
        own = true() if job is None else file.job_id == job
        found: F | None = session.scalar(
            select(file)
            .where(file.uuid == uuid, file.state == state, own)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is None:
            raise Conflict(MOVED_ON)
        return found

    def go_back(self, session: Session, uuid: UUID) -> None:
        """After a job that did not end well: where one can go on. Raises Conflict while a job is at work."""
        file: Any = self.file
        at_work = select(Job.uuid).where(Job.uuid == file.job_id, Job.state.in_(("QUEUED", "RUNNING")))
        for state, before in self.back.items():
            if self._moved(session, uuid, file.state == state, ~at_work.exists(), state=before):
                return
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")

    def give_up(self, session: Session, uuid: UUID) -> Path | None:
        """Forget a file by which nothing was changed; its path, to be removed after the commit. Else Conflict."""
        file: Any = self.file
        gone = session.execute(
            delete(file).where(file.uuid == uuid, file.state.in_(UNDONE)).returning(file.file_path)
        ).first()
        if gone is None:
            raise Conflict(self.stays)
        return Path(gone.file_path) if gone.file_path else None

    def forget(self, session: Session, keep: dt.timedelta) -> int:
        """Forget what files held that were taken so long ago, and give up those that were left lying; how many. What
        came of each of their rows stays."""
        file: Any = self.file
        long_ago = func.now() - keep
        kept = session.scalars(
            update(file)
            .where(file.state == "DONE", file.done_at < long_ago, file.inspection.is_not(None))
            .values(inspection=None, file_path=None, words={})
            .returning(file.uuid)
            .execution_options(synchronize_session=False)
        ).all()
        session.execute(
            update(self.row)
            .where(self.of.in_(kept))
            .values(given=None, reason=None)
            .execution_options(synchronize_session=False)
        )
        left = session.scalars(
            delete(file)
            .where(file.state.in_(UNDONE), file.created_at < long_ago)
            .returning(file.uuid)
            .execution_options(synchronize_session=False)
        ).all()
        return len(kept) + len(left)

    def remove_files(self, session: Session, folder: Path) -> int:
        """Remove the files that no row names any more; how many."""
        file: Any = self.file
        return remove_unnamed(folder, session.scalars(select(file.file_path)))

    def _moved(self, session: Session, uuid: UUID, *conditions: Any, **values: Any) -> bool:
        file: Any = self.file
        moved = session.scalar(
            update(file)
            .where(file.uuid == uuid, *conditions)
            .values(updated_at=func.now(), **values)
            .returning(file.uuid)
            .execution_options(synchronize_session=False)
        )
        return moved is not None
