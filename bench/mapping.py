"""The map: its page, its figures and its shapes, against their SQL and an empty page."""

from functools import partial
from typing import Any

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.pages import EMPTY, run
from bench.statements import portal_on

AREA = "27.6,85.2,27.8,85.4"
ADDRESSES = {
    "everybody": "/beneficiaries/map",
    "filtered": "/beneficiaries/map?gender=FEMALE",
    "a view": f"/beneficiaries/map/cells?view={AREA}&across=8",
    "list of an area": f"/beneficiaries?area={AREA}",
}


def measure_map(report: Report, many: Ground) -> None:
    """The page rule for the map. Figures are kept while nobody writes, so both are told: asked, and asked again."""
    asked = _statements(many)
    with served(many) as server, many.connect() as connection:
        browser = Browser(server.port).sign_in(many.password)
        things = {"empty": partial(browser.get, EMPTY)}
        for name, address in ADDRESSES.items():
            things[name] = partial(browser.get, address)
        for name, statement in asked.items():
            things[f"{name}: sql"] = partial(run, connection, statement)
        took = report.in_turns(things, each=7)
        report.heading(f"The map, {many.people:,} people (signed in, permissions and audit on)")
        report.figure("an empty page", took["empty"], "ms")
        for name in ADDRESSES:
            report.figure(name, took[name], "ms")
        for name in asked:
            least = took[f"{name}: sql"] + took["empty"]
            report.say(f"{name}: its SQL {took[f'{name}: sql']:.1f} ms")
            report.figure(f"{name} / (its SQL + an empty page)", took[name] / least, target="at most 6")


def _statements(ground: Ground) -> dict[str, tuple[str, Any]]:
    """What the map asks the database."""
    from sqlalchemy import event

    from portal.beneficiaries.queries.filters import PeopleFilter
    from portal.beneficiaries.queries.places import read_area
    from portal.core.abilities import Ability, Rule
    from portal.core.db import db
    from portal.core.enums import Gender
    from portal.maps.queries import closer, overview

    sent: list[tuple[str, Any]] = []
    view = read_area(AREA)
    if view is None:
        raise ValueError(AREA)
    with portal_on(ground):
        everything = Ability((Rule("manage", "all"),))
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _u, sql, values, *_r: sent.append((sql, values))
        )
        overview(db.session(), PeopleFilter(), everything)
        overview(db.session(), PeopleFilter(gender=(Gender.FEMALE,)), everything)
        closer(db.session(), PeopleFilter(), everything, view, 8)
        db.session.remove()
    return dict(zip(("everybody", "filtered", "a view"), sent, strict=True))
