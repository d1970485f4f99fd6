"""The latest seals, written down outside the database, where who can change the database cannot follow.

One line of JSON a seal in `audit-seals.log` of the instance folder. A log that was cut at its end, or sealed
anew as a whole, is consistent in itself; only this file tells.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.audit.models import AuditSeal

FILE = "audit-seals.log"
TAIL = 4_096
"""More bytes than the longest line has."""


@dataclass(frozen=True)
class Noted:
    """A seal as it was written down: its number, its hash in hexadecimal digits, and its last entry."""

    number: int
    hash: str
    to_id: int


def outside_log(instance: Path) -> Path:
    """Where an installation keeps its seals' log."""
    return instance / FILE


def last_noted(path: Path) -> int:
    """The number of the last seal in the file; 0 where there is none."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return _last_number(file)


def note(path: Path, seals: Sequence[AuditSeal]) -> int:
    """Write down the seals that are not in the file yet; returns how many. Several programs may do so at once."""
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _last_number(file)
        new = [seal for seal in seals if seal.number > known]
        file.write(b"".join(_line(seal) for seal in new))
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def noted(path: Path) -> Iterator[Noted]:
    """All seals in the file. A line that is none raises ValueError with its number."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                entry: dict[str, Any] = json.loads(line)
                yield Noted(int(entry["seal"]), str(entry["hash"]), int(entry["to"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(number) from error


def _line(seal: AuditSeal) -> bytes:
    entry = {
        "seal": seal.number,
        "hash": seal.hash.hex(),
        "to": seal.to_id,
        "entries": seal.row_count,
        "at": seal.sealed_at.isoformat(),
    }
    return json.dumps(entry).encode() + b"\n"


def _last_number(file: IO[bytes]) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    lines = file.read().splitlines()
    try:
        return int(json.loads(lines[-1])["seal"]) if lines else 0
    except (ValueError, KeyError, TypeError):
        return 0
