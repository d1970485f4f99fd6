"""Workers as processes that start at once: forked from one that has read the portal's code already.

They are processes of their own all the same, with a number to send signals to and nothing shared with the test.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.jobs.worker_process"])


class Worker:
    """A worker over the database at `url`, which is thought gone after `silence` seconds; it speaks into `log`."""

    def __init__(self, url: str, silence: float, log: Path, environment: Mapping[str, str]) -> None:
        self._process = FORKS.Process(
            target=_be_one, args=(url, silence, log, dict(environment)), daemon=True
        )
        self._process.start()

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()

    def poll(self) -> int | None:
        """Its exit code (of a signal: less than 0), or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code, once it has ended; None where it runs on after `timeout` seconds."""
        self._process.join(timeout)
        return self._process.exitcode


def _be_one(url: str, silence: float, log: Path, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with log.open("a", buffering=1) as said:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(said.fileno(), stream.fileno())
        sys.stdout = sys.stderr = said
        from tests.jobs.worker_process import main

        main(url, silence)
