"""`portal run` as a newcomer has it: started for real, broken, interrupted; nothing may be left behind."""

import os
import re
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.cli.conftest import Start
from tests.cli.whole_program import COMMAND, RUN, free_port, until

pytestmark = pytest.mark.database


def test_ctrl_c_under_make_ends_everything_and_a_second_start_keeps_the_data(
    start: Start, tmp_path: Path
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
    assert again.status("/messages/demo-outbox") == 404
    assert (again.instance / "pg" / "PG_VERSION").stat().st_mtime == born
    again.main.send_signal(signal.SIGTERM)
    assert again.wait() == 0
    assert again.processes() == []


def test_whatever_is_killed_comes_back(start: Start) -> None:
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


def test_only_a_demo_shows_what_its_messages_say(start: Start) -> None:
    """The other half stands above: a portal without the demo does not."""
    assert start([*COMMAND, "run"]).status("/messages/demo-outbox") == 200


def test_when_it_is_killed_itself_its_children_end_too(start: Start) -> None:
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
    said = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    assert {"run", "web", "worker"} <= set(re.findall(r"^  ([a-z-]+)", said, re.MULTILINE))
    wrong = subprocess.run([*COMMAND, "no-such"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
