"""Who uses a server right now: locks that the kernel drops when a process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: dict[Path, tuple[int, int]] = {}
"""For each register: the process that signed it and the open file that carries its shared lock."""


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other thread or process is inside with the same lock, and keep them out."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sign(register: Path) -> None:
    """Count this process among the users, until `leave` or its end."""
    if _held.get(register, (0, 0))[0] != os.getpid():
        file = os.open(register, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_SH)
        _held[register] = (os.getpid(), file)


def leave(register: Path) -> bool:
    """Count this process no longer; whether it was the last. Call it inside `alone`.

    A forked child that never signed itself holds its parent's file: it leaves that alone and is not last.
    """
    process, file = _held.pop(register, (0, -1))
    if process != os.getpid():
        return False
    os.close(file)
    return unused(register)


def unused(register: Path) -> bool:
    """Whether no process at all is counted. Call it inside `alone`."""
    with register.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
