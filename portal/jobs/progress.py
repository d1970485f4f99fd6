"""How a piece of work tells how far it is, and learns that it should stop."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, extract, func
from sqlalchemy.orm import Session

from portal.jobs.lost import is_passing
from portal.jobs.operations import runs
from portal.jobs.queries import Run

PAUSE = 0.5
"""Seconds between two notes of the same step: often enough to watch, seldom enough to cost nothing."""


class Cancelled(Exception):
    """Somebody asked to cancel the work."""


class Interrupted(Exception):
    """The worker is asked to end; another will begin the job anew."""


class Superseded(Exception):
    """The job was given to another run while this one was silent. What this one did must be rolled back."""


class Progress:
    """How far a piece of work is. This one only remembers, and tells `show` where one is given.

    So work that usually runs as a job can also run without one: on the command line, or in a test.
    """

    def __init__(self, show: Callable[["Progress"], None] | None = None) -> None:
        self.name: str | None = None
        self.done = 0
        self.total: int | None = None
        self.finished = False
        self.result: dict[str, Any] | None = None
        self.job: UUID | None = None
        """Which job this is the progress of; None where the work runs without one."""
        self._show = show

    def step(self, name: str, total: int | None = None) -> None:
        """A new part of the work begins, called `name` (English, translated where it is shown)."""
        self.name, self.done, self.total = name, 0, total
        self._tell(now=True)

    def advance(self, done: int, total: int | None = None) -> None:
        """So many rows of the step are done, of `total` where that is known by now.

        May be called for each row. Raises Cancelled, Interrupted or Superseded when the work must stop: let
        them pass, they roll back what the work has not committed.
        """
        self.done = done
        if total is not None:
            self.total = total
        self._tell(now=False)

    def finish_with(self, session: Session, result: dict[str, Any] | None = None) -> None:
        """Mark the work as done, with its result, in the transaction of its effect, just before the commit.

        Then a worker that dies leaves both or neither, and no effect comes twice. Raises Cancelled or
        Superseded when the effect must not come at all.
        """
        self.finished, self.result = True, result

    def _tell(self, *, now: bool) -> None:
        if self._show is not None:
            self._show(self)


class JobProgress(Progress):
    """The progress of a job: written to its row, in short transactions on a connection of its own."""

    def __init__(self, run: Run, engine: Engine, told_to_stop: Callable[[], bool]) -> None:
        super().__init__()
        self.run = run
        self.job = run.job
        self._engine = engine
        self._told_to_stop = told_to_stop
        self._next = 0.0

    def finish_with(self, session: Session, result: dict[str, Any] | None = None) -> None:
        """See `Progress.finish_with`."""
        if not runs.succeed(session, self.run, result, unless_cancelled=True):
            raise Cancelled if runs.note(session, self.run) else Superseded
        super().finish_with(session, result)

    def _tell(self, *, now: bool) -> None:
        at = time.monotonic()
        if self.finished:  # the work's own transaction holds the job's row now
            return
        if at < self._next and not now:
            return
        self._next = at + PAUSE
        values: dict[str, Any] = {"done": self.done, "total": self.total}
        if now:
            began = func.jsonb_build_object("stepBegan", extract("epoch", func.now()))
            values |= {"step": self.name, "result": began}
        self._obey(self._write(values))

    def _write(self, values: dict[str, Any]) -> bool | None:
        """Whether to cancel; None when superseded. That the database is away is the work's to notice."""
        try:
            with Session(self._engine) as session, session.begin():
                return runs.note(session, self.run, **values)
        except Exception as error:
            if is_passing(error):
                return False
            raise

    def _obey(self, to_cancel: bool | None) -> None:
        if to_cancel is None:
            raise Superseded
        if to_cancel:
            raise Cancelled
        if self._told_to_stop():
            raise Interrupted
