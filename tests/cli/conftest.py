"""Portals to start, and to be sure that they end."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.whole_program import RUN, Portal

Start = Callable[..., Portal]


def starter(memory: Path) -> Iterator[Start]:
    """A function that starts a portal in a folder of its own; all that it started end with it."""
    started: list[Portal] = []
    with tempfile.TemporaryDirectory(prefix="portal-run-", dir=memory, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)

        def start(command: list[str] = RUN) -> Portal:
            instance = Path(folder) / "instance"
            instance.mkdir(exist_ok=True)
            started.append(Portal(instance, command))
            return started[-1]

        yield start
        for portal in started:
            portal.end()


@pytest.fixture
def start(memory: Path) -> Iterator[Start]:
    """Start a portal; a second start finds the first one's data."""
    yield from starter(memory)


@pytest.fixture(scope="module")
def portal(memory: Path) -> Iterator[Portal]:
    """A running portal, for tests that leave it running."""
    for start in starter(memory):
        yield start()
