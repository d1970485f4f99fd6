"""The SQL behind the pages of the list, as the program itself sends it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.ground import Ground

COMMON, RARE = "sita", "zzyx"
FILTERED = {"gender": "FEMALE", "banked_status": "BANKED"}
DEEP = 500


@dataclass
class Asked:
    """A page of the list: the query of its address, and its statements with their values."""

    query: dict[str, str]
    page: tuple[str, Any]
    count: tuple[str, Any]


def rare_name(ground: Ground) -> str:
    """The last word of the name that the fewest people bear, among those of a sample."""
    with ground.connect() as connection:
        row = connection.execute(
            """SELECT name FROM (SELECT name FROM tbl_beneficiaries_pii TABLESAMPLE SYSTEM (2) LIMIT 20000) sample
            GROUP BY name ORDER BY count(*), length(name) DESC LIMIT 1"""
        ).fetchone()
    return str(row[0]) if row else RARE


@contextmanager
def portal_on(ground: Ground) -> Iterator[Any]:
    """The program in this process, with an application context."""
    ground.address()
    before = os.environ.get("PORTAL_INSTANCE")
    os.environ["PORTAL_INSTANCE"] = str(ground.instance)
    os.environ["PORTAL_LOG_LEVEL"] = "WARNING"
    os.environ.pop("DATABASE_URL", None)
    from portal import create_app

    try:
        app = create_app()
        with app.app_context():
            yield app
    finally:
        if before is None:
            os.environ.pop("PORTAL_INSTANCE", None)
        else:
            os.environ["PORTAL_INSTANCE"] = before


def statements(ground: Ground) -> dict[str, Asked]:
    """What each page of the list asks the database, by what the page is called in the report."""
    from sqlalchemy import event

    from portal.beneficiaries.queries.columns import DEFAULT
    from portal.beneficiaries.queries.filters import PeopleFilter
    from portal.beneficiaries.queries.people import NEWEST, SORTS, count_people, page_of_people
    from portal.core.abilities import Ability, Rule
    from portal.core.db import db
    from portal.core.enums import BankedStatus, Gender
    from portal.core.keyset import FIRST, LAST, PAGE_SIZE, Position

    sent: list[tuple[str, Any]] = []
    rare = rare_name(ground)
    with portal_on(ground):
        everything = Ability((Rule("manage", "all"),))
        row = db.session.execute(page_key(NEWEST.keys, (DEEP - 1) * PAGE_SIZE - 1)).first()
        ordinal = (DEEP - 1) * PAGE_SIZE + 1
        deep = Position("after", NEWEST.name, tuple(row), 0, ordinal) if row else FIRST
        narrowed = PeopleFilter(gender=(Gender.FEMALE,), banked_status=(BankedStatus.BANKED,))
        pages = {
            "page 1": (PeopleFilter(), NEWEST, FIRST, {}),
            f"page {DEEP}": (PeopleFilter(), NEWEST, deep, {"at": deep.token()}),
            "last page": (PeopleFilter(), NEWEST, LAST, {"at": LAST.token()}),
            "filtered page": (narrowed, NEWEST, FIRST, FILTERED),
            "by name": (PeopleFilter(), SORTS["name"], FIRST, {"sort": "name"}),
            "common name": (PeopleFilter(q=COMMON), NEWEST, FIRST, {"q": COMMON}),
            "rare name": (PeopleFilter(q=rare), NEWEST, FIRST, {"q": rare}),
        }
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _u, sql, values, *_r: sent.append((sql, values))
        )
        asked = {}
        for name, (chosen, sort, position, query) in pages.items():
            sent.clear()
            page_of_people(db.session(), chosen, everything, DEFAULT, sort, position)
            count_people(db.session(), chosen, everything)
            asked[name] = Asked(query, sent[0], sent[-1])
        db.session.remove()
    return asked


def page_key(keys: Any, offset: int) -> Any:
    """The sort key of the row at `offset` among those who are not deleted, newest first."""
    from sqlalchemy import select

    from portal.beneficiaries.models import Beneficiary

    return (
        select(*keys)
        .where(Beneficiary.deleted_at.is_(None))
        .order_by(*(key.desc() for key in keys))
        .offset(offset)
        .limit(1)
    )
