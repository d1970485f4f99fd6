"""The list of vendors among a hundred thousand: its pages against their statements and an empty page."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.pages import EMPTY, run
from bench.statements import portal_on

LIST = "/vendors"
QUERIES: dict[str, dict[str, str]] = {
    "page 1": {},
    "by name": {"sort": "name"},
    "suspended": {"state": "SUSPENDED"},
    "in a project": {"project": ""},
    "a name": {"q": "measured shop 4711"},
    "a phone": {"q": "+977960004711"},
}
PLANT = """
INSERT INTO tbl_users (uuid, name, phone)
SELECT md5('measured ' || n)::uuid, 'Measured shop ' || n, '+9779' || lpad((600000000 + n)::text, 9, '0')
FROM generate_series(1, %(shops)s) n
"""
VENDORS = """
INSERT INTO tbl_vendors (uuid, name, location, wallet, state, "stateReason", "createdAt")
SELECT md5('measured ' || n)::uuid, '', 'Ward ' || n %% 33, '0x' || lpad(to_hex(n), 40, '0'),
    CASE WHEN n %% 50 = 0 THEN 'SUSPENDED' WHEN n %% 10 = 0 THEN 'PENDING' ELSE 'APPROVED' END, 'Made up',
    now() - n * interval '1 minute'
FROM generate_series(1, %(shops)s) n
"""
PARTS = """
INSERT INTO tbl_projects_vendors ("projectId", "vendorId")
SELECT p.uuid, md5('measured ' || n)::uuid FROM generate_series(1, %(shops)s) n
JOIN tbl_projects p ON p.status = 'ACTIVE' AND (hashint4(n) + p.id) %% 3 = 0
"""


def measure_vendors(report: Report, ground: Ground, shops: int) -> None:
    """The page rule for the list of vendors: as it opens, in another order, filtered and searched."""
    project = _plant(ground, shops)
    queries = {
        name: {**query, "project": project} if "project" in query else query
        for name, query in QUERIES.items()
    }
    asked = {name: _statements(ground, query) for name, query in queries.items()}
    with served(ground) as server, ground.connect() as connection:
        browser = Browser(server.port).sign_in(ground.password)
        things = {"empty": partial(browser.get, EMPTY)}
        for name, query in queries.items():
            things[name] = partial(browser.get, f"{LIST}?{urlencode(query)}")
            things[f"{name}: sql"] = partial(_run_all, connection, asked[name])
        took = report.in_turns(things, each=7)
        report.heading(f"The list of vendors, {shops:,} of them (signed in, permissions and audit on)")
        report.figure("an empty page", took["empty"], "ms")
        for name in queries:
            report.figure(name, took[name], "ms")
            report.say(f"  its statements {took[f'{name}: sql']:.2f} ms")
            ratio = took[name] / (took[f"{name}: sql"] + took["empty"])
            report.figure(f"{name} / (its statements + an empty page)", ratio, target="at most 6")


def _run_all(connection: object, statements: list[tuple[str, Any]]) -> None:
    for statement in statements:
        run(connection, statement)


def _plant(ground: Ground, shops: int) -> str:
    """See to it that there are so many vendors; the uuid of a project in which a third of them works."""
    with ground.connect() as connection:
        if not connection.execute(
            "SELECT 1 FROM tbl_vendors WHERE name LIKE 'Measured shop %' LIMIT 1"
        ).fetchone():
            print(f"Making {shops:,} vendors up, once …", flush=True)
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = 0")
                for statement in (PLANT, VENDORS, PARTS):
                    connection.execute(statement, {"shops": shops})
            connection.execute("VACUUM ANALYZE tbl_users")
            connection.execute("VACUUM ANALYZE tbl_vendors")
            connection.execute("VACUUM ANALYZE tbl_projects_vendors")
        found = connection.execute(
            "SELECT uuid::text FROM tbl_projects WHERE status = 'ACTIVE' ORDER BY id LIMIT 1"
        )
        row = found.fetchone()
    if row is None:
        raise LookupError("the crowd has no project")
    return str(row[0])


def _statements(ground: Ground, query: dict[str, str]) -> list[tuple[str, Any]]:
    """What a page of the list asks the database about vendors."""
    from uuid import UUID

    from sqlalchemy import event

    from portal.core.abilities import Ability, Rule
    from portal.core.db import db
    from portal.vendors.queries.listing import NEWEST, SORTS, VendorFilter, count_vendors, page_of_vendors
    from portal.vendors.states import VendorState

    sent: list[tuple[str, Any]] = []
    chosen = VendorFilter(
        q=query.get("q", ""),
        project=UUID(query["project"]) if "project" in query else None,
        state=VendorState(query["state"]) if "state" in query else None,
    )
    with portal_on(ground):
        everything = Ability((Rule("manage", "all"),))
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _u, sql, values, *_r: sent.append((sql, values))
        )
        page_of_vendors(db.session(), chosen, everything, SORTS.get(query.get("sort", ""), NEWEST))
        count_vendors(db.session(), chosen, everything)
        db.session.remove()
    return sent
