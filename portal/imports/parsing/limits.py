"""The bounds within which a file is read, and the fence around the process that reads it."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

MIB = 1024 * 1024

ADDRESS_SPACE = 700 * MIB  # what a process of at most 512 MiB resident may map
PRIVATE_DATA = 480 * MIB
INSPECT_CPU = 8  # seconds; a person waits for it
STREAM_CPU = 120  # seconds; a job waits for it
INSPECT_WALL = 20.0  # seconds, for a machine that is busy with other things
STREAM_STALL = 60.0  # seconds without a block

MAX_FILE = 512 * MIB
MAX_WORKBOOK = 100 * MIB
MAX_UNPACKED = 200 * MIB
MAX_ENTRIES = 2_000  # parts of a workbook; pictures and many sheets make some hundred
RATIO_FROM = 8 * MIB  # parts smaller than this may be packed as tightly as they like
MAX_RATIO = 200
MAX_SHEETS = 300
MAX_ROWS = 1_048_576  # a spreadsheet's own
MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000
MAX_STRINGS = 3_000_000
MAX_CELL = 131_072  # characters

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def confine(cpu_seconds: int) -> None:
    """Fence this process in for good: memory, processor time, no core, no files written, no network.

    The network is closed where the system lets an ordinary process do so; the rest always holds.
    """
    _close_network()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_DATA, PRIVATE_DATA)
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    _limit(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    _, present = resource.getrlimit(which)
    wanted = soft if hard is None else hard
    if present != resource.RLIM_INFINITY:
        soft, wanted = min(soft, present), min(wanted, present)
    resource.setrlimit(which, (soft, wanted))


def _close_network() -> None:
    """A network of its own with nothing in it."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USER | _NEW_NET)
