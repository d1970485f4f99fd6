"""What is measured on: a crowd of made-up people in a database of its own, and a real server before it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg

from portal.core.db import libpq_url
from portal.core.embedded import Server


class Ground:
    """An instance of the portal with `people` made-up people, made when it is first used and kept."""

    def __init__(self, folder: Path, people: int) -> None:
        self.people = people
        self.instance = folder.resolve() / str(people)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "PORTAL_INSTANCE": str(self.instance),
        }

    @property
    def password(self) -> str:
        """The demo users' password."""
        return (self.instance / "demo_password").read_text().strip()

    def address(self) -> str:
        """The database's address; the crowd is there and the database runs until this process ends."""
        if not (self.instance / "demo_password").exists():
            print(f"Making {self.people:,} people up, once …", flush=True)
            self.instance.mkdir(parents=True, exist_ok=True)
            command = [sys.executable, "-m", "portal.cli", "demo", "--people", str(self.people)]
            subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        return libpq_url(Server(self.instance / "pg").ensure())

    def connect(self) -> psycopg.Connection:
        """A connection that prepares each statement at once."""
        return psycopg.connect(self.address(), prepare_threshold=0, autocommit=True)

    def postmaster(self) -> psutil.Process:
        """The database's first process, the parent of all the others."""
        return psutil.Process(int((self.instance / "pg" / "postmaster.pid").read_text().split()[0]))


@contextmanager
def served(
    ground: Ground, *command: str, ready: str = "/readyz", environment: Mapping[str, str] | None = None
) -> Iterator["Served"]:
    """A server, by default the portal's own as `portal run` starts it, until the block ends."""
    ground.address()
    port = free_port()
    line = [sys.executable, "-m", *(command or ("portal.cli", "web")), "--port", str(port)]
    process = subprocess.Popen(
        line,
        env={**ground.environment, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{ready}")
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(20)


class Served:
    """A running server."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        self.port = port
        self.process = process

    def cpu(self) -> float:
        """Seconds of computing that the server's processes have used."""
        return sum(sum(one.cpu_times()[:2]) for one in [self.process, *self.process.children(recursive=True)])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
