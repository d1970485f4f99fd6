"""A browser before the real program: web server and worker as processes, over a database of their own.

The database is the browser tests' in common and keeps what they write: each test adds its own people and rows.
"""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.embedded import Server
from portal.core.enums import Service
from tests.auth.people import PASSWORD, person_in
from tests.auth.services import Running, independent_service, settings
from tests.browser import chromium
from tests.browser.looks import Looks
from tests.conftest import SECRET, _clone, make_app
from tests.factories import add_user_with, enter_as

expect.set_options(timeout=15_000)
_number = count(1)


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
    processes: dict[str, subprocess.Popen[bytes]]
    start: Callable[[str], subprocess.Popen[bytes]]

    @property
    def worker(self) -> subprocess.Popen[bytes]:
        """Who does the background work."""
        return self.processes["worker"]

    def replace_worker(self) -> None:
        """Kill the worker in the middle of whatever it does, and start another one."""
        self.worker.kill()
        self.worker.wait(20)
        self.processes["worker"] = self.start("worker")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While nobody does the background work, what waits for it can be looked at."""
        self.worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.worker.send_signal(signal.SIGCONT)

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

    def add_wallet(self, name: str, address: str) -> None:
        """Add a viewer who signs in by this wallet."""
        with self.session() as session:
            user = person_in(session, self.app.extensions["portal_passwords"], name, "Viewer")
            session.add(Auth(user_id=user.id, service=Service.WALLET, service_id=address))
            session.commit()

    def cookie_of(self, role: str | None, rules: Iterable[Rule] = ()) -> dict[str, Any]:
        """Add somebody, with a role or with rules of their own, and sign them in: the cookie for a browser."""
        client = self.app.test_client()
        with self.session() as session:
            user = add_user_with(session, f"user{next(_number)}", role, rules)
            user.name = "Asha Demo"
            enter_as(client, session, user)
        cookie = client.get_cookie("sid")
        assert cookie
        return {"name": "sid", "value": cookie.value, "url": self.url, "httpOnly": True, "sameSite": "Lax"}


@pytest.fixture(scope="session")
def provider() -> Iterator[Running]:
    """Another service to sign in by, which the program knows in the place of Google."""
    with independent_service() as service:
        yield service


@pytest.fixture(scope="session")
def live(server: Server, template: str, instance: Path, memory: Path, provider: Running) -> Iterator[Live]:
    """The program, served as in use: granian and a worker."""
    log = instance / "live.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for database in _clone(server, template, f"live_{os.getpid()}"):
        environment = {
            **os.environ,
            **settings(provider, Service.GOOGLE),
            "DATABASE_URL": database,
            "PORTAL_SECRET_KEY": SECRET,
            "PORTAL_DEMO_OUTBOX": "true",
            "PORTAL_PASSWORD_COST": '{"memory": 8, "rounds": 1, "lanes": 1}',
            "PORTAL_OFFRAMP_LEASE": "10",
            "PORTAL_OFFRAMP_PAUSE": "1",
            "PORT": str(port),
        }

        def start(what: str, environment: dict[str, str] = environment) -> subprocess.Popen[bytes]:
            with log.open("a") as out:
                return subprocess.Popen(
                    [sys.executable, "-m", "portal.cli", what], env=environment, stdout=out, stderr=out
                )

        processes = {what: start(what) for what in ("web", "worker")}
        app = make_app(database)
        _load_demo(app)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", log)
            yield Live(f"http://127.0.0.1:{port}", app, processes, start)
        finally:
            app.extensions["portal_pool"].close()
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait(20)


def _load_demo(app: Flask) -> None:
    """The demo's people and projects; nobody signs in with the hash given here."""
    from portal.core.db import db
    from portal.demo.loading import load_demo

    with app.app_context():
        load_demo(db.session(), "no hash", dt.datetime.now(dt.UTC))
        db.session.execute(
            text("ANALYZE")
        )  # as autovacuum would, which is off here: joins took seconds without
        db.session.commit()


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


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained of during a test; a test that provokes a complaint clears it away."""
    return []


@pytest.fixture(autouse=True)
def no_faults(browser: Browser, faults: list[str]) -> Iterator[list[str]]:
    """Whatever breaks the content security policy, or a script that fails, fails the test.

    It names the browser for tests that do not: pytest would do those apart, and modules have things in common.
    """
    yield faults
    assert faults == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], faults: list[str]
) -> Callable[..., BrowserContext]:
    """Another browser, as `new_context(java_script_enabled=False)`; `page` has one too. All of them are watched."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        watch(context, faults)
        return context

    return make


def watch(context: BrowserContext, faults: list[str]) -> None:
    """Collect the errors on the console of a browser; an answer of 4xx, which is no error of ours, is not one."""
    context.set_default_timeout(15_000)

    def note(kind: str, text: str) -> None:
        if "Content Security Policy" in text or (kind == "error" and "Failed to load resource" not in text):
            faults.append(text)

    context.on("console", lambda said: note(said.type, said.text))
    context.on("weberror", lambda error: faults.append(str(error.error)))


@pytest.fixture
def enter(live: Live, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Put somebody new into this test's browser, past the page to sign in: `enter("Officer")`."""

    def enter(role: str | None = "Admin", rules: Iterable[Rule] = (), into: Page | None = None) -> None:
        browser: BrowserContext = into.context if into else request.getfixturevalue("context")
        browser.add_cookies([live.cookie_of(role, rules)])  # type: ignore[list-item]

    return enter


@pytest.fixture
def without_script(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser that runs no JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser of `either_page` runs JavaScript: what a page then brings by itself is waited for."""
    runs: bool = request.param
    return runs


@pytest.fixture
def either_page(request: pytest.FixtureRequest, script: bool) -> Page:
    """The same test twice: in a browser with JavaScript, and in one without."""
    found: Page = request.getfixturevalue("page" if script else "without_script")
    return found


@pytest.fixture
def sign_in(live: Live, page: Page) -> Callable[..., str]:
    """Have somebody new sign in in this test's page: `sign_in("asha", "Admin")`; the email address."""

    def sign_in(name: str, role: str = "Admin", **facts: Any) -> str:
        email = live.add_person(name, role, **facts)
        page.goto("/sign-in")
        page.fill("input[name=identifier]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        return email

    return sign_in


@pytest.fixture
def look_over(page: Page) -> Callable[[str], None]:
    """Hold the page as it stands against WCAG 2.2 AA and the phone's width, in every look: see `Looks`."""
    return Looks(page).over
