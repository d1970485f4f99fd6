"""`portal run` as a newcomer has it: started for real, broken, interrupted; nothing may be left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from portal.cli._children import STOP_SIGNALS
from tests.cli.conftest import Start
from tests.cli.whole_program import COMMAND, PATIENCE, RUN, free_port, until

pytestmark = pytest.mark.database


def test_what_is_killed_comes_back_ctrl_c_under_make_ends_all_and_a_second_start_keeps_the_data(
    start: Start, tmp_path: Path
) -> None:
    """One life after the other, since each start takes its time; the last ends when it is killed itself."""
    makefile = tmp_path / "Makefile"
    makefile.write_text(f".PHONY: run\nrun:\n\t@{' '.join(RUN)}\n")
    portal = start(["make", "--file", str(makefile), "run"])
    assert re.search(rf"http://127\.0\.0\.1:{portal.port}\b", portal.log.read_text())
    born = (portal.instance / "pg" / "PG_VERSION").stat().st_mtime
    for command in ("web", "worker"):
        killed = portal.process(command)
        assert killed
        killed.kill()
        until(lambda name=command, old=killed: portal.process(name) not in (None, old), command)  # type: ignore[misc]
    until(portal.answers, "web server killed")
    portal.database().kill()
    until(portal.answers, "database killed")
    assert portal.database().is_running()
    os.killpg(portal.main.pid, signal.SIGINT)
    portal.wait()
    assert portal.processes() == []

    again = start()
    assert again.status("/messages/demo-outbox") == 404
    assert (again.instance / "pg" / "PG_VERSION").stat().st_mtime == born
    again.main.kill()
    again.wait()
    until(lambda: again.processes() == [], "children live on")


def test_only_a_demo_shows_what_its_messages_say_and_a_signal_ends_it_well(start: Start) -> None:
    """The other half stands above: a portal without the demo does not."""
    portal = start([*COMMAND, "run"])
    assert portal.status("/messages/demo-outbox") == 200
    portal.main.send_signal(signal.SIGTERM)
    assert portal.wait() == 0
    assert portal.processes() == []


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_whatever_signal_says_stop_its_children_end_first_and_it_ends_well(number: signal.Signals) -> None:
    program = (
        "from portal.cli import _children as c; c.supervise([c.Child('sleeper', ['sleep', '600'])], int)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as keeper:
        until(lambda: bool(psutil.Process(keeper.pid).children()), "no child")
        (child,) = psutil.Process(keeper.pid).children()
        keeper.send_signal(number)
        assert keeper.wait(PATIENCE) == 0
    assert not child.is_running()


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
