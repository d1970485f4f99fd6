"""Groups: adding all whom a filter finds against the bare statement that would do it, and the list of groups."""

import statistics
from functools import partial
from typing import Any
from uuid import UUID

from bench.browser import Browser
from bench.figures import Report, timed
from bench.ground import Ground, served
from bench.statements import portal_on

BARE = """INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId")
SELECT %s, b.uuid FROM tbl_beneficiaries b WHERE b."deletedAt" IS NULL AND b.gender = 'FEMALE' LIMIT %s"""
EMPTY = "/healthz"
LIST = "/groups"


def measure_groups(report: Report, ground: Ground, count: int) -> None:
    """Women, as many as `count`, into a new group, in no project and in one; then the list. All is rolled back."""
    report.heading(f"Groups: {count:,} of {ground.people:,} people into one")
    with portal_on(ground):
        from portal.core.db import db

        session = db.session()
        ways = {
            "bare": partial(_bare, session, count),
            "ours": partial(_ours, session, count, assigned=False),
            "ours, assigned": partial(_ours, session, count, assigned=True),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(report.rounds):
            for name, way in ways.items():
                times[name].append(timed(way))
                session.rollback()
        took = {name: statistics.median(some) for name, some in times.items()}
        for name, seconds in took.items():
            report.figure(name, seconds, "s")
        report.figure(
            f"adding {count:,} to a group / bare INSERT … SELECT",
            took["ours"] / took["bare"],
            target="at most 2",
        )
    _list(report, ground)


def _list(report: Report, ground: Ground) -> None:
    with served(ground) as server, portal_on(ground):
        from portal.core.abilities import Ability, Rule
        from portal.core.db import db
        from portal.groups.queries.listing import GroupFilter, count_groups, count_members, page_of_groups

        session, all_of_it = db.session(), Ability((Rule("manage", "all"),))

        def ask() -> None:
            """What the page asks, each time anew."""
            page = page_of_groups(session, GroupFilter(), all_of_it)
            count_groups(session, GroupFilter(), all_of_it)
            count_members(session, [row.uuid for row in page.rows], all_of_it)

        browser = Browser(server.port).sign_in(ground.password)
        things = {"sql": ask, "page": partial(browser.get, LIST), "empty": partial(browser.get, EMPTY)}
        took = report.in_turns(things)
        report.figure("list of groups", took["page"], "ms")
        report.figure("its statements", took["sql"], "ms")
        ratio = took["page"] / (took["sql"] + took["empty"])
        report.figure("list of groups / (its statements + an empty page)", ratio, target="at most 6")
        session.rollback()


def _group(session: Any) -> UUID:
    from portal.groups.operations.groups import GroupFacts, make_group

    return make_group(session, GroupFacts("Measured")).uuid


def _bare(session: Any, count: int) -> None:
    connection = session.connection().connection
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tbl_grouped_beneficiaries DISABLE TRIGGER USER")
        cursor.execute(BARE, [_group(session), count])


def _ours(session: Any, count: int, *, assigned: bool) -> None:
    from portal.beneficiaries.operations.membership import add_people_to_group
    from portal.beneficiaries.queries.filters import PeopleFilter
    from portal.core.abilities import Ability, Rule
    from portal.core.enums import Gender
    from portal.groups.operations.assigning import assign_group
    from portal.groups.queries.reach import reachable
    from portal.projects.models import Project

    group = _group(session)
    if assigned:
        project = Project(name="Measured", type="CVA")
        session.add(project)
        session.flush()
        assign_group(session, group, project.uuid)
    women = reachable(PeopleFilter(gender=(Gender.FEMALE,)), Ability((Rule("manage", "all"),)))
    if add_people_to_group(session, group, women.limit(count)) != count:
        raise LookupError("the crowd has too few women")
