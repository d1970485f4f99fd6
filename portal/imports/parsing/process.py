"""Starting the reading process and listening to it; it may die, this side may not."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.imports.parsing import frames
from portal.imports.parsing.errors import FileRefused, damaged, too_big, too_slow

_HOME = str(Path(__file__).resolve().parents[3])  # where the package `portal` lies
_PIECE = 1024 * 1024
log = logging.getLogger(__name__)


class ReadingProcess:
    """One child with one request. Use as a context manager: leaving it ends the child, whatever it is
    doing."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-s", "-m", "portal.imports.parsing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={
                "PYTHONPATH": os.pathsep.join([_HOME, *filter(None, sys.path)])
            },  # no secret of this process
            close_fds=True,
        )
        self._request = json.dumps(request).encode()

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Kill the child if it still runs, and free what it holds."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()

    def listen(self, patience: float, deadline: float | None = None) -> Iterator[frames.Frame]:
        """The child's frames, up to and with its result.

        Raises FileRefused for a refusal, for a child that died, and for one that says nothing for `patience`
        seconds or has not ended by `deadline` (of time.monotonic).
        """
        self._ask()
        buffer = frames.FrameBuffer()
        while True:
            piece = self._read(patience, deadline)
            if not piece:
                raise self._obituary()
            buffer.feed(piece)
            while frame := self._next(buffer):
                if frame.kind == frames.REFUSED:
                    said = json.loads(frame.body)
                    raise FileRefused(said["message"], **said["params"])
                if frame.kind == frames.FAULT:
                    log.error("reading a file failed: %s", frame.body.decode("utf-8", "replace"))
                    raise damaged()
                yield frame
                if frame.kind == frames.RESULT:
                    return

    def _next(self, buffer: frames.FrameBuffer) -> frames.Frame | None:
        try:
            return buffer.next()
        except ValueError as fault:
            raise damaged() from fault

    def _ask(self) -> None:
        pipe = self._child.stdin
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(self._request)
            pipe.close()
        except BrokenPipeError:
            log.error("the reading process did not start")

    def _read(self, patience: float, deadline: float | None) -> bytes:
        """The next piece of output; empty when the child has closed it."""
        pipe = self._child.stdout
        if pipe is None:
            return b""
        wait = patience if deadline is None else min(patience, max(deadline - time.monotonic(), 0))
        poll = select.poll()
        poll.register(pipe, select.POLLIN | select.POLLHUP)
        if not poll.poll(wait * 1000):
            raise too_slow()
        return os.read(pipe.fileno(), _PIECE)

    def _obituary(self) -> FileRefused:
        """Why the child died without a word."""
        code = self._child.wait()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return too_slow()
        if code == -signal.SIGABRT:  # what the workbook reader does when memory is refused
            return too_big()
        log.error("the reading process ended with %s", code)
        return damaged()
