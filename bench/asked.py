"""Pages against what they ask the database: written down while the program answers in this process, then asked alone.

The statement that finds the person belongs to every page and is left out, as are counts that are kept while nobody
writes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from bench.browser import Browser
from bench.figures import Report
from bench.pages import EMPTY

EACH = 5
Statements = list[tuple[str, Any]]


def asked_by(browser: Any, addresses: Mapping[str, str]) -> dict[str, Statements]:
    """What each page asks when `browser`, one of this process, asks for it a second time."""
    asked = {}
    with _written_down() as sent:
        for name, address in addresses.items():
            browser.get(address)
            sent.clear()
            if browser.get(address).status_code != 200:
                raise RuntimeError(address)
            asked[name] = [
                one for one in sent if "tokenHash" not in one[0] and one[0].startswith(("SELECT", "WITH"))
            ]
    return asked


def in_turns(
    report: Report,
    browser: Browser,
    connection: Any,
    addresses: Mapping[str, str],
    asked: Mapping[str, Statements],
) -> dict[str, float]:
    """Milliseconds of each page, under "page: sql" of its statements, and under "empty" of an empty page."""
    things: dict[str, Callable[[], object]] = {"empty": partial(browser.get, EMPTY)}
    for name, address in addresses.items():
        things[name] = partial(browser.get, address)
        things[f"{name}: sql"] = partial(_ask, connection, asked[name])
    return report.in_turns(things, EACH)


def tell(report: Report, took: Mapping[str, float], asked: Mapping[str, Statements]) -> None:
    """The page rule for each page."""
    report.figure("an empty page", took["empty"], "ms")
    for name, statements in asked.items():
        sql = took[f"{name}: sql"]
        report.say(f"{name}: {took[name]:.1f} ms, its {len(statements)} statements {sql:.1f} ms")
        report.figure(
            f"{name} / (its SQL + an empty page)", took[name] / (sql + took["empty"]), target="at most 6"
        )


@contextmanager
def _written_down() -> Iterator[Statements]:
    from sqlalchemy import event

    from portal.core.db import db

    sent: Statements = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        sent.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def _ask(connection: Any, statements: Statements) -> None:
    for sql, values in statements:
        connection.execute(sql, values).fetchall()
