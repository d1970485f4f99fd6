"""How far a piece of work is, on one line of the terminal."""

import sys
import time

from portal.jobs.progress import Progress

WIDTH = 30
PAUSE = 0.1
"""Seconds between two drawings of the line."""


class Bar:
    """Draws a `Progress` (`Progress(Bar())`) on the error stream; silent where that is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = 0.0
        self._name: str | None = None

    def __call__(self, progress: Progress) -> None:
        """Draw how far it is: with a bar where the end is known, with a count where it is not."""
        if not self._shown or (progress.name == self._name and time.monotonic() < self._next):
            return
        self._name, self._next = progress.name, time.monotonic() + PAUSE
        self._write(f"{progress.name}  {drawn(progress.done, progress.total)}")

    def clear(self) -> None:
        """Take the line away, so that the next words begin where it stood."""
        if self._shown and self._name is not None:
            self._write("")
            self._name = None

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{line}")
        sys.stderr.flush()


def drawn(done: int, total: int | None) -> str:
    """`done` of `total` rows as a bar with its share; only the count where the total is unknown or too low."""
    if total and done <= total:
        filled = WIDTH * done // total
        return f"[{'█' * filled}{'·' * (WIDTH - filled)}] {100 * done // total:3d} %  {done:,} of {total:,}"
    return f"{done:,}" if done else ""
