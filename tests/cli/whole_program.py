"""The whole program as processes, for tests that break it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil

PATIENCE = 60
"""Seconds after which something that should happen counts as never happening."""

COMMAND = [sys.executable, "-m", "portal.cli"]
RUN = [*COMMAND, "run", "--no-demo"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Portal:
    """A portal with its own instance folder and port, started by a command that leads a process group."""

    def __init__(self, instance: Path, command: list[str]) -> None:
        self.instance, self.port = instance, free_port()
        self.log = instance / "log"
        environment = {**os.environ, "PORTAL_INSTANCE": str(instance), "PORT": str(self.port)}
        with self.log.open("w") as log:
            self.main = subprocess.Popen(
                command, env=environment, cwd="/", stdout=log, stderr=log, start_new_session=True
            )
        until(self.answers, f"the portal does not answer\n{self.log.read_text()}")

    def answers(self) -> bool:
        """Whether the page to sign in comes; a command that ended instead is a failure with its words."""
        assert self.main.poll() is None, self.log.read_text()
        return self.status("/sign-in") == 200

    def status(self, path: str) -> int | None:
        """The status of a page, or None where nobody listens or the connection breaks off."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as page:
                return int(page.status)
        except HTTPError as error:
            return error.code
        except (URLError, ConnectionError, TimeoutError):
            return None

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this portal, PostgreSQL included, known by its folder."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mine = process.environ().get("PORTAL_INSTANCE") == str(self.instance)
                ours = mine or str(self.instance) in " ".join(process.cmdline())
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def process(self, command: str) -> psutil.Process | None:
        """The first process of one of the portal's commands, if it runs."""
        named = []
        for process in self.processes():
            with suppress(
                psutil.NoSuchProcess
            ):  # it may end, or be killed by the test, while it is looked at
                if process.cmdline()[1:4] == [*COMMAND[1:], command]:
                    named.append(process)
        return min(named, key=lambda process: process.create_time(), default=None)

    def database(self) -> psutil.Process:
        """PostgreSQL's main process."""
        return psutil.Process(int((self.instance / "pg" / "postmaster.pid").read_text().split()[0]))

    def wait(self) -> int:
        """The exit code, once it has ended."""
        return self.main.wait(PATIENCE)

    def end(self) -> None:
        """Whatever the test did, leave nothing: in order where it can, for a killed database leaves memory taken."""
        if self.main.poll() is None:
            self.main.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.main.wait(30)
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()
