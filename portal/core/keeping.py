"""Files that people hand in: kept outside of what is served, under made-up names, and never opened by us."""

import os
import time
from collections.abc import Collection, Iterable
from pathlib import Path

FRESH = 86_400
"""Seconds for which a file may lie without a row that names it: it is written before its row is committed."""


def keep(path: Path, content: bytes) -> None:
    """Write a new file, readable by nobody else, and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def forget(folder: Path, names: Iterable[str]) -> None:
    """Delete files whose rows are gone, or never came."""
    for name in names:
        (folder / Path(name).name).unlink(missing_ok=True)


def remove_unnamed(folder: Path, paths: Iterable[str | None]) -> int:
    """Delete the files in `folder` that none of the rows' `paths` leads to any more; how many.

    So a file goes after the commit that forgot it, and a crash in between leaves nothing behind for good.
    """
    gone = unnamed(folder, {Path(path).name for path in paths if path})
    forget(folder, gone)
    return len(gone)


def unnamed(folder: Path, named: Collection[str]) -> list[str]:
    """The files that no row names, a day after they were written: what a process left that was killed between writing
    a file and committing its row."""
    if not folder.is_dir():
        return []
    return [
        path.name
        for path in folder.iterdir()
        if path.name not in named and path.is_file() and time.time() - path.stat().st_mtime > FRESH
    ]
