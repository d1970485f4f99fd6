"""The vendor's desk among a million payments: its pages against what they ask, and what each of them weighs.

The vendor is the one who was paid most often. A way in is made for the measurement and taken away after it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from bench.asked import asked_by, in_turns, tell
from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.knowing import alone, browser_with, sessions_of
from bench.paid import pay_everybody
from bench.statements import portal_on

LATER = 5
"""KiB that a page may weigh after the first load."""
BUSIEST = """
SELECT s."vendorId", sum(s.number) FROM tbl_transaction_sums s JOIN tbl_users u ON u.uuid = s."vendorId"
GROUP BY 1 ORDER BY 2 DESC LIMIT 1
"""
NEWEST = 'SELECT uuid FROM tbl_transactions WHERE "vendorId" = :vendor ORDER BY id DESC LIMIT 1'
LET_IN = """
WITH way AS (
    INSERT INTO tbl_auth ("userId", service, "serviceId")
    SELECT id, 'EMAIL', 'bench@shops.example.org' FROM tbl_users WHERE uuid = :vendor RETURNING id, "userId"
), held AS (
    INSERT INTO tbl_users_roles ("userId", "roleId")
    SELECT way."userId", r.id FROM way, tbl_auth_roles r WHERE r.name = 'Vendor' ON CONFLICT DO NOTHING
)
SELECT id FROM way
"""
SHUT = """
DELETE FROM tbl_auth_sessions WHERE "authId" IN (SELECT id FROM tbl_auth WHERE "serviceId" = 'bench@shops.example.org');
DELETE FROM tbl_auth WHERE "serviceId" = 'bench@shops.example.org'
"""
AS_THE_VENDOR = "SELECT set_config('portal.vendor', %s, false)"
"""As in the vendor's own requests: the net of row-level security is part of what a page asks."""


def measure_desk(report: Report, ground: Ground) -> None:
    """The page rule for the pages that a vendor opens, and their weights."""
    pay_everybody(ground, ground.people)
    with portal_on(ground) as app, _vendor() as (vendor, number, token):
        addresses = _addresses(vendor)
        client = browser_with(app, token)
        asked = asked_by(alone(client), addresses)
        cookie = client.get_cookie("sid").value
        with served(ground) as server, ground.connect() as connection:
            connection.execute(AS_THE_VENDOR, [str(vendor)])
            browser = Browser(server.port).bring(f"sid={cookie}")
            took = in_turns(report, browser, connection, addresses, asked)
            weights = {name: len(browser.get(address)) for name, address in addresses.items()}
    report.heading(f"The desk of a vendor with {number:,} of {ground.people:,} payments")
    tell(report, took, asked)
    for name, weight in weights.items():
        report.figure(f"{name} weighs", weight / 1024, "KiB", target=f"at most {LATER}")


@contextmanager
def _vendor() -> Iterator[tuple[UUID, int, str]]:
    """The vendor's uuid, how many payments are theirs, and the token of a session of theirs."""
    from sqlalchemy import text

    from portal.core.db import db

    session = db.session()
    vendor, number = session.execute(text(BUSIEST)).one()
    _shut(session)
    account = session.execute(text(LET_IN), {"vendor": vendor}).scalar_one()
    session.commit()
    try:
        with sessions_of({"Vendor": account}) as tokens:
            yield vendor, int(number), tokens["Vendor"]
    finally:
        _shut(session)


def _shut(session: Any) -> None:
    """Take the way in away, also one that was left behind by a measurement that was cut off."""
    from sqlalchemy import text

    session.rollback()
    for statement in SHUT.split(";"):
        session.execute(text(statement))
    session.commit()


def _addresses(vendor: UUID) -> dict[str, str]:
    from sqlalchemy import text

    from portal.core.db import db
    from portal.core.keyset import LAST

    payment: Any = db.session.scalar(text(NEWEST), {"vendor": vendor})
    db.session.rollback()  # what waits in a transaction while others are measured is cut off
    return {
        "home": "/desk",
        "payments": "/desk/payments",
        "last page of payments": f"/desk/payments?at={LAST.token()}",
        "failed payments": "/desk/payments?status=FAILED",
        "payments of a week": "/desk/payments?since=2026-03-01&until=2026-03-07",
        "one payment": f"/desk/payments/{payment}",
    }
