"""A bulk action on all whom a filter finds: its dry run against the list's own count, and the work itself against
the bare statement that would do it without log, permissions, list of changes or count."""

import statistics
from functools import partial
from typing import Any
from uuid import UUID

from bench.figures import Report, timed
from bench.ground import Ground
from bench.statements import portal_on

EACH = 7

BARE = """INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId")
SELECT %s, b.uuid FROM tbl_beneficiaries b WHERE b."deletedAt" IS NULL AND b.gender = 'FEMALE'
  AND (b."birthDate" IS NOT NULL AND b."birthDate"::date <= (current_date - make_interval(18))::date
       AND b."birthDate"::date > (current_date - make_interval(%s))::date
    OR b."birthDate" IS NULL AND b.age BETWEEN 18 AND %s)"""
PATIENT = "SET LOCAL statement_timeout = '600s'"
UNLOGGED = "ALTER TABLE tbl_grouped_beneficiaries DISABLE TRIGGER USER"


def measure_bulk(report: Report, ground: Ground, count: int) -> None:
    """Women from 18 years on, as many as `count`; everything is rolled back."""
    with portal_on(ground):
        from portal.core.abilities import Ability, Rule
        from portal.core.db import db
        from portal.core.keyset import COUNT_LIMIT

        session = db.session()
        everything = Ability((Rule("manage", "all"),))
        chosen, found = _women(session, everything, count)
        report.heading(f"A bulk action on {found:,} of {ground.people:,} people")
        order, action = _order(session, chosen)
        things = {
            "capped count": partial(_count, session, chosen, everything, COUNT_LIMIT),
            "dry run": partial(_try, session, order, everything, exactly=False),
            "exact count": partial(_count, session, chosen, everything, None),
            "exact dry run": partial(_try, session, order, everything, exactly=True),
        }
        took = report.in_turns(things, EACH)
        for name, ms in took.items():
            report.figure(name, ms, "ms")
        report.figure("dry run / capped count", took["dry run"] / took["capped count"], target="at most 2")
        report.figure(
            "exact dry run / exact count", took["exact dry run"] / took["exact count"], target="at most 2"
        )
        session.rollback()
        times: dict[str, list[float]] = {"bare": [], "ours": []}
        for number in range(report.rounds):
            order, action = _order(session, chosen)
            times["ours"].append(timed(partial(_carry_out, session, action, order, everything)))
            session.rollback()
            group = _group(session)
            bare = partial(_bare, session, group, chosen.age_to + 1, chosen.age_to)
            times["bare"].append(timed(bare))
            session.rollback()
            with ground.connect() as connection:
                connection.execute("VACUUM tbl_grouped_beneficiaries")
            report.say(f"round {number + 1}: ours {times['ours'][-1]:.2f} s, bare {times['bare'][-1]:.2f} s")
        middle = {name: statistics.median(some) for name, some in times.items()}
        report.figure(
            f"adding {found:,} to a group / bare INSERT … SELECT",
            middle["ours"] / middle["bare"],
            target="at most 2",
        )


def _women(session: Any, ability: Any, count: int) -> tuple[Any, int]:
    """A filter that finds about so many, and how many it finds."""
    from portal.beneficiaries.queries.filters import PeopleFilter
    from portal.core.enums import Gender

    found, chosen = 0, PeopleFilter()
    for oldest in range(20, 120, 2):
        chosen = PeopleFilter(gender=(Gender.FEMALE,), age_from=18, age_to=oldest)
        found = _count(session, chosen, ability, None)
        if found >= count:
            break
    return chosen, found


def _count(session: Any, chosen: Any, ability: Any, limit: int | None) -> int:
    from sqlalchemy import func, select

    from portal.beneficiaries.queries.people import chosen_people

    people = chosen_people(chosen, ability, counting=True)
    if limit is not None:
        people = people.limit(limit + 1)
    return int(session.scalar(select(func.count()).select_from(people.subquery())) or 0)


def _try(session: Any, order: Any, ability: Any, *, exactly: bool) -> None:
    from portal.bulk.queries.verdicts import try_order

    try_order(session, order, ability, exactly=exactly)


def _group(session: Any) -> UUID:
    from sqlalchemy import text

    made = session.scalar(text("INSERT INTO tbl_beneficiaries_group (name) VALUES ('bench') RETURNING uuid"))
    return UUID(str(made))


def _order(session: Any, chosen: Any) -> tuple[Any, UUID]:
    """The action of adding the people to a new group, and its uuid; not committed."""
    from sqlalchemy import text

    from portal.bulk.kinds import Kind
    from portal.bulk.operations.drafts import draft
    from portal.bulk.orders import Order

    user = session.scalar(text("SELECT min(id) FROM tbl_users"))
    action = draft(session, Kind.JOIN_GROUP, chosen, created_by=user)
    return Order(Kind.JOIN_GROUP, chosen, group=_group(session)), action


def _carry_out(session: Any, action: UUID, order: Any, ability: Any) -> None:
    """What the job does before it commits: count by verdict, change, list what was changed."""
    from portal.bulk.operations.doing import carry_out
    from portal.bulk.queries.verdicts import try_order

    session.connection().connection.driver_connection.execute(PATIENT)
    try_order(session, order, ability, exactly=True)
    carry_out(session, action, order, ability, action)


def _bare(session: Any, group: UUID, before: int, oldest: int) -> None:
    connection = session.connection().connection.driver_connection
    connection.execute(PATIENT)
    connection.execute(UNLOGGED)
    connection.execute(BARE, [group, before, oldest])
