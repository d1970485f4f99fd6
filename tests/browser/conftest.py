"""A browser before the real program: web server and worker as processes, over a database of their own.

The database is the browser tests' in common and keeps what they write: each test adds its own people and rows.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from portal.core.embedded import Server
from tests.auth.people import PASSWORD, person_in
from tests.browser import chromium
from tests.conftest import SECRET, _clone, make_app

PHONE, DESK = 360, 1280
"""Widths in CSS pixels at which each page has to work."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as this machine has it, and silent towards the network."""
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage")
    return {
        **browser_type_launch_args,
        "executable_path": chromium.find(),
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)],
    }


@dataclass(frozen=True)
class Live:
    """The running program."""

    url: str
    app: Flask

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session whose commits the program sees."""
        from portal.core.db import db

        with self.app.app_context():
            yield db.session()

    def add_person(self, name: str, role: str = "Admin", **facts: Any) -> str:
        """Add somebody who may sign in with `PASSWORD`; the email address."""
        with self.session() as session:
            return (
                person_in(session, self.app.extensions["portal_passwords"], name, role, **facts).email or ""
            )


@pytest.fixture(scope="session")
def live(server: Server, template: str, instance: Path, memory: Path) -> Iterator[Live]:
    """The program, served as in use: granian and a worker."""
    log = instance / "live.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for database in _clone(server, template, f"live_{os.getpid()}"):
        environment = {**os.environ, "DATABASE_URL": database, "PORTAL_SECRET_KEY": SECRET, "PORT": str(port)}
        with log.open("w") as out:
            processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "portal.cli", what], env=environment, stdout=out, stderr=out
                )
                for what in ("web", "worker")
            ]
        app = make_app(database)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", log)
            yield Live(f"http://127.0.0.1:{port}", app)
        finally:
            app.extensions["portal_pool"].close()
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"the program did not start\n{log.read_text()}")


@pytest.fixture(scope="session")
def base_url(live: Live) -> str:
    """What a path in `page.goto("/path")` is relative to."""
    return live.url


@pytest.fixture(autouse=True)
def no_faults(context: BrowserContext) -> Iterator[list[str]]:
    """Whatever breaks the content security policy, or a script that fails, fails the test."""
    faults: list[str] = []
    context.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield faults
    assert faults == []


@pytest.fixture
def sign_in(live: Live, page: Page) -> Callable[..., str]:
    """Have somebody new sign in in this test's page: `sign_in("asha", "Admin")`; the email address."""

    def sign_in(name: str, role: str = "Admin", **facts: Any) -> str:
        email = live.add_person(name, role, **facts)
        page.goto("/sign-in")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        return email

    return sign_in


@pytest.fixture
def in_every_look(page: Page) -> Callable[[], Iterator[str]]:
    """Each size and theme in turn: `for look in in_every_look(): …` with names such as `360-dark`."""

    def looks() -> Iterator[str]:
        for width, height in ((PHONE, 780), (DESK, 900)):
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                yield f"{width}-{scheme}"

    return looks


@pytest.fixture
def look_over(page: Page, in_every_look: Callable[[], Iterator[str]]) -> Callable[[str], None]:
    """Hold the page as it stands against WCAG 2.2 AA and the phone's width, in every look.

    Where `PORTAL_SCREENSHOTS` names a folder, a picture of each look goes there: `<name>-360-dark.png`.
    """

    def look_over(name: str) -> None:
        folder = os.environ.get("PORTAL_SCREENSHOTS")
        for look in in_every_look():
            if folder:
                Path(folder).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(folder) / f"{name}-{look}.png", full_page=True)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{name}, {look}\n{found.generate_report()}"
            wider = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{name}, {look}: {wider} px wider than the window"

    return look_over
