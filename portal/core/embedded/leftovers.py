"""What a server that was killed leaves behind, and how it is cleared away so that the next one starts."""

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil


def postmaster(data: Path) -> int | None:
    """The process that runs the server on this folder, or None where it is dead or a name left behind."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        runs = _lives(process) and process.name() == "postgres" and _works_in(process, data)
        return pid if runs else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def clear(data: Path) -> None:
    """End the orphans of a server that is no more, and unlink its pid file where that would mislead the next.

    Orphans hold the shared memory, and PostgreSQL will not start beside them. A pid file with a plainly dead
    process stays: PostgreSQL tidies up after that better itself. One that names a zombie, or a process that
    has the number by now, would count as a running server for ever.
    """
    orphans = [process for process in psutil.process_iter(["name"]) if _is_server_process(process, data)]
    for how, patience in ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 10.0)):
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(how)
        deadline = time.monotonic() + patience
        while (
            orphans := [process for process in orphans if _lives(process)]
        ) and time.monotonic() < deadline:
            time.sleep(0.02)
    pid_file = data / "postmaster.pid"
    try:
        misleads = psutil.pid_exists(int(pid_file.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return
    if misleads:
        pid_file.unlink()
        for lock in data.glob(".s.PGSQL.*.lock"):
            lock.unlink()


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_server_process(process: psutil.Process, data: Path) -> bool:
    try:
        return process.info["name"] == "postgres" and _works_in(process, data)
    except psutil.Error:
        return False


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return Path(process.cwd()) == data
    except psutil.AccessDenied:
        # Root in a container may not look into another user's process: the command line is open to all.
        words = process.cmdline()
        orphaned = process.ppid() == 1 and words[0].startswith("postgres: ")
        return str(data) in words or orphaned
