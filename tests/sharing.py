"""Which worker of a run does which test: each the next one, except where tests share what is dear to start."""

from pathlib import PurePath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

FIRST_HALF = {
    "account",
    "audit",
    "frame",
    "import",
    "pages",
    "person",
    "roles",
    "second_factor",
    "sessions",
    "sign_ups",
    "users",
}
"""Subjects of browser tests that take as long as all the others: two workers start the program and a browser."""

TOGETHER = {"test_web", "test_worker", "test_embedded", "test_abilities_agree"}
"""Files whose tests have a process or a database in common."""


def share_of(nodeid: str) -> str:
    """What is done by one worker: a half of the browser's tests, a file, or the one test."""
    file = PurePath(nodeid.partition("::")[0])
    if "browser" in file.parts:
        return f"browser {1 if file.stem.removeprefix('test_') in FIRST_HALF else 2}"
    return file.stem if file.stem in TOGETHER else nodeid


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """What is biggest goes first, so that workers end together."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """The way of sharing for `pytest -n`."""
    return Sharing(config, log)
