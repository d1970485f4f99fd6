"""The fake Kotani Pay as a process of its own, and how tests tell it what to do wrong and read its book."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.offramp.fake_kotani import BASE, KEY, SECRET

ROOT = Path(__file__).parents[2]
LOOPBACK = {"PORTAL_OFFRAMP_LOOPBACK": "yes", "PORTAL_OFFRAMP_SECONDS": 1.0}
"""The configuration with which the portal speaks to it, and does not wait for it for long."""


@dataclass(frozen=True)
class KotaniProcess:
    """One running fake."""

    port: int

    @property
    def settings(self) -> dict[str, Any]:
        """A provider's configuration that leads to it, its secrets in clear."""
        return {
            "baseUrl": f"http://127.0.0.1:{self.port}{BASE}",
            "apiKey": KEY,
            "currency": "KES",
            "callbackSecret": SECRET,
        }

    def rule(self, **rules: Any) -> None:
        """Change how it behaves: `seed`, `share` of conversations in which something goes wrong, `failures` (share of
        payments), `delay` [from, to] seconds until they settle, `hang` seconds of silence, `url` for callbacks and the
        `secret` that signs them, `refuse` with these words."""
        self._control({"rules": rules})

    def go_wrong(self, what: str, *faults: str) -> None:
        """Let these faults happen, one a time, the next times that it is asked for a `quote`, a `request`, to
        `execute`, for a `status`, or sends a `callback`; an empty one is none."""
        self._control({"faults": {what: faults}})

    def book(self) -> list[dict[str, Any]]:
        """What it took, in the order in which it did."""
        return cast(list[dict[str, Any]], self._get("/control/book"))

    def seen(self) -> list[str]:
        """What it was asked, as `POST /path`."""
        return cast(list[str], self._get("/control/seen"))

    def callbacks(self) -> Sequence[tuple[bytes, Mapping[str, str]]]:
        """Callbacks that it would have sent since this was last asked, where it has no `url`."""
        return [(one["body"].encode(), one["headers"]) for one in self._get("/control/callbacks")]

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def _control(self, content: Any) -> None:
        told = urllib.request.Request(f"http://127.0.0.1:{self.port}/control", json.dumps(content).encode())
        with urllib.request.urlopen(told, timeout=10):
            return


@contextmanager
def running_kotani() -> Iterator[KotaniProcess]:
    """A fake that runs until the block ends, however that ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.offramp.fake_kotani"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            yield KotaniProcess(int(process.stdout.readline()))
        finally:
            process.kill()
