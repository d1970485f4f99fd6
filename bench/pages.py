"""The pages of the list: against their SQL and an empty page, against each other, and many at once."""

import threading
import time
from functools import partial
from urllib.parse import urlencode

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, Served, served
from bench.statements import Asked, statements

EMPTY = "/healthz"
LIST = "/beneficiaries"
CLIENTS = 8
SECONDS = 4.0
BY_THE_RULE = ("page 1", "page 500", "last page", "filtered page")


def measure_pages(report: Report, many: Ground, few: Ground) -> None:
    """The page rule, deep pages, searches, a hundred times fewer people, eight clients at once."""
    asked = statements(many)
    with served(many) as large, served(few) as small, many.connect() as connection:
        browser = Browser(large.port).sign_in(many.password)
        other = Browser(small.port).sign_in(few.password)
        things = {"empty": partial(browser.get, EMPTY)}
        for name, one in asked.items():
            things[name] = partial(browser.get, address(one))
            things[f"{name}: sql"] = partial(run, connection, one.page)
            things[f"{name}: count"] = partial(run, connection, one.count)
        things["few"] = partial(other.get, LIST)
        took = report.in_turns(things)
        report.heading(f"Pages of the list, {many.people:,} people (signed in, permissions and audit on)")
        report.figure("an empty page", took["empty"], "ms")
        for name in asked:
            report.figure(name, took[name], "ms")
            report.say(f"  its SQL {took[f'{name}: sql']:.2f} ms, its count {took[f'{name}: count']:.2f} ms")
        for name in BY_THE_RULE:
            least = took[f"{name}: sql"] + took["empty"]
            report.figure(f"{name} / (its SQL + an empty page)", took[name] / least, target="at most 6")
        for name in ("page 500", "last page"):
            report.figure(f"{name} / page 1", took[name] / took["page 1"], target="at most 1.5")
        report.figure("common name / page 1", took["common name"] / took["page 1"], target="at most 4")
        report.figure("rare name / page 1", took["rare name"] / took["page 1"])
        report.figure(
            f"page 1 of {many.people:,} / of {few.people:,} people",
            took["page 1"] / took["few"],
            target="at most 1.5",
        )
        _computing(report, large, browser)
        _many_at_once(report, many, large)


def address(one: Asked) -> str:
    """The address of a page of the list."""
    return f"{LIST}?{urlencode(one.query)}" if one.query else LIST


def run(connection: object, statement: tuple[str, object]) -> None:
    """Ask the database and fetch all it answers."""
    connection.execute(*statement).fetchall()  # type: ignore[attr-defined]


def _computing(report: Report, server: Served, browser: Browser) -> None:
    """How much the server itself computes for a page, without what the database does."""
    used: dict[str, list[float]] = {LIST: [], EMPTY: []}
    for _ in range(report.rounds):
        for url, times in ((LIST, 100), (EMPTY, 1500)):
            before = server.cpu()
            for _ in range(times):
                browser.get(url)
            used[url].append((server.cpu() - before) / times)
    page, empty = (sorted(used[url])[len(used[url]) // 2] * 1000 for url in (LIST, EMPTY))
    report.figure("computing for page 1", page, "ms")
    report.figure("computing for page 1 / for an empty page", page / empty, target="at most 15")


def _many_at_once(report: Report, ground: Ground, server: Served) -> None:
    done = [0] * CLIENTS
    browsers = [Browser(server.port).sign_in(ground.password) for _ in range(CLIENTS)]
    end = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        while time.monotonic() < end:
            browsers[number].get(LIST)
            done[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.figure(f"page 1, requests a second from {CLIENTS} clients", sum(done) / SECONDS, "/s")
