"""Child processes that are kept alive together and end together."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 30.0
"""Seconds between two starts of a child that keeps dying."""

TRUSTED_AFTER = 60.0
"""Seconds that a child must live for its earlier deaths to be forgotten."""

GRACE = 15.0
"""Seconds that children get to finish what they are doing before they are killed."""

TICK = 0.2


def say(text: str) -> None:
    """Tell the person at the keyboard, on the error stream, so that the output stays the output."""
    print(text, file=sys.stderr, flush=True)


class Child:
    """One program that shall run. It leads a session, so a Ctrl-C reaches it only through us, in order."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = [*_ends_with_us(), *command]
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._since = 0.0
        self._due = 0.0

    def keep_alive(self) -> None:
        """Start the program if it does not run and its pause is over."""
        now = time.monotonic()
        if self._process is not None and (code := self._process.poll()) is not None:
            self.kill()
            self._deaths = 1 if now - self._since > TRUSTED_AFTER else self._deaths + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self._deaths - 1))
            say(f"The {self.name} ended unexpectedly (code {code}); it starts again in {pause:.0f} s")
            self._process, self._due = None, now + pause
        if self._process is None and now >= self._due:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, start_new_session=True)
            self._since = now

    def ask_to_end(self) -> None:
        """Let it finish what it is doing."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def has_ended(self) -> bool:
        """Whether its main process is gone."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End it and everything it started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _ends_with_us() -> list[str]:
    """A prefix by which the kernel ends a child when we are killed, where the machine has such a command."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv and sys.platform == "linux" else []


def supervise(children: Sequence[Child], heal: Callable[[], None]) -> None:
    """Keep the children running until a signal says stop; a second one stops without grace.

    `heal` is called about once a second, for what the children themselves stand on.
    """
    signals: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        signals.append(number)

    for number in STOP_SIGNALS:
        signal.signal(number, remember)
    next_look = 0.0
    while not signals:
        if time.monotonic() >= next_look:
            heal()
            next_look = time.monotonic() + 1
        if not signals:
            for child in children:
                child.keep_alive()
        time.sleep(TICK)
    say("Stopping …")
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE
    while (
        time.monotonic() < deadline and len(signals) == 1 and not all(child.has_ended() for child in children)
    ):
        time.sleep(TICK)
    for child in children:
        child.kill()
