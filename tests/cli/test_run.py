"""`portal run` as a newcomer has it: started for real, broken, interrupted; nothing may be left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import psutil
import pytest

pytestmark = pytest.mark.database

PATIENCE = 60
"""Seconds after which something that should happen counts as never happening."""

RUN = [sys.executable, "-m", "portal.cli", "run", "--no-demo"]


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
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in", timeout=20) as page:
                return bool(page.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

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
        named = [process for process in self.processes() if process.cmdline()[1:4] == [*RUN[1:3], command]]
        return min(named, key=lambda process: process.create_time(), default=None)

    def database(self) -> psutil.Process:
        """PostgreSQL's main process."""
        return psutil.Process(int((self.instance / "pg" / "postmaster.pid").read_text().split()[0]))

    def wait(self) -> int:
        """The exit code, once it has ended."""
        return self.main.wait(PATIENCE)

    def end(self) -> None:
        """Whatever the test did, leave nothing."""
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()


@pytest.fixture
def start(memory: Path) -> Iterator[Callable[..., Portal]]:
    started: list[Portal] = []
    with tempfile.TemporaryDirectory(prefix="portal-run-", dir=memory, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)

        def start(command: list[str] = RUN, name: str = "one") -> Portal:
            (Path(folder) / name).mkdir(exist_ok=True)
            started.append(Portal(Path(folder) / name, command))
            return started[-1]

        yield start
        for portal in started:
            portal.end()


def test_ctrl_c_under_make_ends_everything_and_a_second_start_keeps_the_data(
    start: Callable[..., Portal], tmp_path: Path
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f".PHONY: run\nrun:\n\t@{' '.join(RUN)}\n")
    portal = start(["make", "--file", str(makefile), "run"])
    assert re.search(rf"http://127\.0\.0\.1:{portal.port}\b", portal.log.read_text())
    born = (portal.instance / "pg" / "PG_VERSION").stat().st_mtime
    os.killpg(portal.main.pid, signal.SIGINT)
    portal.wait()
    assert portal.processes() == []
    again = start()
    assert (again.instance / "pg" / "PG_VERSION").stat().st_mtime == born
    again.main.send_signal(signal.SIGTERM)
    assert again.wait() == 0
    assert again.processes() == []


def test_whatever_is_killed_comes_back(start: Callable[..., Portal]) -> None:
    portal = start()
    for command in ("web", "worker"):
        killed = portal.process(command)
        assert killed
        killed.kill()
        until(lambda name=command, old=killed: portal.process(name) not in (None, old), command)  # type: ignore[misc]
    until(portal.answers, "web server killed")
    portal.database().kill()
    until(portal.answers, "database killed")
    assert portal.database().is_running()
    portal.main.send_signal(signal.SIGINT)
    assert portal.wait() == 0
    assert portal.processes() == []


def test_when_it_is_killed_itself_its_children_end_too(start: Callable[..., Portal]) -> None:
    portal = start()
    portal.main.kill()
    portal.wait()
    until(lambda: portal.processes() == [], "children live on")


def test_a_taken_port_is_named_and_nothing_is_started(memory: Path) -> None:
    with socket.socket() as taken, tempfile.TemporaryDirectory(dir=memory) as instance:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "PORTAL_INSTANCE": instance, "PORT": port}
        ended = subprocess.run(RUN, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use." in ended.stderr
        assert list(Path(instance).iterdir()) == []


def test_a_database_of_the_users_own_that_does_not_answer_is_told_in_a_sentence(memory: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "PORT": str(free_port())}
    with tempfile.TemporaryDirectory(dir=memory) as instance:
        environment = {**os.environ, **nowhere, "PORTAL_INSTANCE": instance}
        ended = subprocess.run(RUN, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert "Error: The database in DATABASE_URL does not answer" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert not (Path(instance) / "pg").exists()


def test_commands_are_found_by_the_names_of_their_files() -> None:
    said = subprocess.run([*RUN[:3], "--help"], capture_output=True, text=True, check=True).stdout
    assert {"run", "web", "worker"} <= set(re.findall(r"^  ([a-z-]+)", said, re.MULTILINE))
    wrong = subprocess.run([*RUN[:3], "no-such"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
