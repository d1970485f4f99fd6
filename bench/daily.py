"""The pages of the daily work on people, each against what it asks the database and an empty page.

The statements of a page are written down while the program answers in this process, and then asked by themselves; the
one that finds the person belongs to every page and is left out, as are counts that are kept while nobody writes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.knowing import signed_in
from bench.pages import EMPTY
from bench.statements import portal_on

EACH = 5
ABOUT = {
    "group": """SELECT b.uuid FROM tbl_beneficiaries_group b WHERE b."deletedAt" IS NULL
        ORDER BY (SELECT count(*) FROM tbl_grouped_beneficiaries m WHERE m."beneficiaryGroupId" = b.uuid) DESC
        LIMIT 1""",
    "other": """SELECT uuid FROM tbl_beneficiaries_group WHERE "deletedAt" IS NULL ORDER BY id DESC LIMIT 1""",
    "person": """SELECT uuid FROM tbl_beneficiaries WHERE "deletedAt" IS NULL ORDER BY id DESC LIMIT 1""",
    "pair": "SELECT uuid FROM tbl_duplicate_pairs ORDER BY score DESC, id DESC LIMIT 1",
}
"""What the pages are of: the largest group, the newest one, somebody, and the likeliest pair."""
PAGES = {
    "groups": "/groups",
    "group": "/groups/{group}",
    "members of a group": "/groups/{group}/members",
    "members found by name": "/groups/{group}/members?q=sita",
    "members without a valid phone": "/groups/{group}/members?lacks=VALID_PHONE",
    "readiness of a group": "/groups/{group}/readiness",
    "split of a group": "/groups/{group}/split?by=gender",
    "two groups compared": "/groups/compare?a={group}&b={other}",
    "a group's project": "/groups/{group}/projects/add",
    "bulk actions": "/bulk",
    "duplicates": "/duplicates",
    "a pair": "/duplicates/{pair}",
    "person": "/beneficiaries/{person}",
    "person's groups and projects": "/beneficiaries/{person}/memberships",
    "person's history": "/beneficiaries/{person}/history",
    "two districts": "/beneficiaries?location=morang,sunsari&gender=FEMALE&phone_status=SMART_PHONE&age_to=39",
    "end of a phone": "/beneficiaries?q=4567",
    "misspelt name": "/beneficiaries?q=shanti+tamnag&alike=yes",
}


def measure_daily(report: Report, ground: Ground) -> None:
    """The page rule for each page that there is something for."""
    with portal_on(ground) as app, ground.connect() as connection:
        about = {name: connection.execute(sql).fetchone() for name, sql in ABOUT.items()}
        known = {name: str(row[0]) for name, row in about.items() if row}
        addresses = {
            name: address.format(**known)
            for name, address in PAGES.items()
            if all(part in known for part in re.findall(r"{(\w+)}", address))
        }
        asked = _statements(app, addresses)
    with served(ground) as server, ground.connect() as connection:
        browser = Browser(server.port).sign_in(ground.password)
        things: dict[str, Callable[[], object]] = {"empty": partial(browser.get, EMPTY)}
        for name, address in addresses.items():
            things[name] = partial(browser.get, address)
            things[f"{name}: sql"] = partial(_ask, connection, asked[name])
        took = report.in_turns(things, EACH)
    report.heading(f"Pages of the daily work, {ground.people:,} people (signed in, permissions and audit on)")
    report.figure("an empty page", took["empty"], "ms")
    for name in addresses:
        sql = took[f"{name}: sql"]
        report.say(f"{name}: {took[name]:.1f} ms, its {len(asked[name])} statements {sql:.1f} ms")
        report.figure(
            f"{name} / (its SQL + an empty page)", took[name] / (sql + took["empty"]), target="at most 6"
        )


def _statements(app: Any, addresses: dict[str, str]) -> dict[str, list[tuple[str, Any]]]:
    """What each page asks when it is asked for a second time."""
    with signed_in(app) as browser, _written_down() as sent:
        asked = {}
        for name, address in addresses.items():
            browser.get(address)
            sent.clear()
            if browser.get(address).status_code != 200:
                raise RuntimeError(address)
            asked[name] = [
                one for one in sent if "tokenHash" not in one[0] and one[0].startswith(("SELECT", "WITH"))
            ]
        return asked


@contextmanager
def _written_down() -> Iterator[list[tuple[str, Any]]]:
    from sqlalchemy import event

    from portal.core.db import db

    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        sent.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def _ask(connection: Any, statements: list[tuple[str, Any]]) -> None:
    for sql, values in statements:
        connection.execute(sql, values).fetchall()
