"""The list of transactions with its totals, at a million: against its SQL and an empty page."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.pages import EMPTY, run
from bench.paid import pay_everybody
from bench.statements import portal_on

LIST = "/transactions"


def measure_transactions(report: Report, many: Ground) -> None:
    """The page rule for the list. Totals are kept while nobody writes, as counts are, so they are told apart."""
    pay_everybody(many, many.people)
    asked = _statements(many)
    with served(many) as server, many.connect() as connection:
        browser = Browser(server.port).sign_in(many.password)
        things = {"empty": partial(browser.get, EMPTY)}
        for name, (query, page, totals) in asked.items():
            things[name] = partial(browser.get, f"{LIST}?{urlencode(query)}" if query else LIST)
            things[f"{name}: page"] = partial(run, connection, page)
            things[f"{name}: totals"] = partial(run, connection, totals)
        took = report.in_turns(things, each=7)
        report.heading(f"The list of {many.people:,} transactions (signed in, permissions and audit on)")
        report.figure("an empty page", took["empty"], "ms")
        for name in asked:
            report.figure(name, took[name], "ms")
            page, totals = took[f"{name}: page"], took[f"{name}: totals"]
            report.say(f"  its SQL {page:.2f} ms, its totals {totals:.2f} ms")
            ratio = took[name] / (page + totals + took["empty"])
            report.figure(f"{name} / (its SQL + an empty page)", ratio, target="at most 6")


def _statements(ground: Ground) -> dict[str, tuple[dict[str, str], Any, Any]]:
    """Of each page its address, its statement and that of its totals, as the program sends them."""
    from sqlalchemy import event, text

    from portal.core.abilities import Ability, Rule
    from portal.core.db import db
    from portal.core.enums import TransactionStatus
    from portal.core.keyset import FIRST, LAST
    from portal.transactions.queries.columns import DEFAULT
    from portal.transactions.queries.filters import TransactionFilter
    from portal.transactions.queries.listing import NEWEST, page_of_transactions
    from portal.transactions.queries.totals import totals_of

    sent: list[tuple[str, Any]] = []
    everything = Ability((Rule("manage", "all"),))
    with portal_on(ground):
        session = db.session()
        project, vendor = (
            session.scalar(text(f'SELECT "{column}" FROM tbl_transactions ORDER BY id DESC LIMIT 1'))
            for column in ("projectId", "vendorId")
        )
        failed = TransactionStatus.FAILED
        filters = {
            "page 1": ({}, TransactionFilter(), FIRST),
            "last page": ({"at": LAST.token()}, TransactionFilter(), LAST),
            "of a status": ({"status": "FAILED"}, TransactionFilter(status=(failed,)), FIRST),
            "of a project": ({"project": str(project)}, TransactionFilter(project=project), FIRST),
            "of a vendor": ({"vendor": str(vendor)}, TransactionFilter(vendor=vendor), FIRST),
            "of some days": (
                {"created_from": "2026-03-01", "created_to": "2026-03-07"},
                TransactionFilter(created_from=_day(1), created_to=_day(7)),
                FIRST,
            ),
        }
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _u, sql, values, *_r: sent.append((sql, values))
        )
        wanted = [*DEFAULT, "currency"]
        asked = {}
        for name, (query, chosen, position) in filters.items():
            sent.clear()
            page_of_transactions(session, chosen, everything, wanted, NEWEST, position)
            totals_of(session, chosen, everything)
            asked[name] = (query, sent[0], sent[-1])
        db.session.remove()
    return asked


def _day(number: int) -> dt.date:
    return dt.date(2026, 3, number)
