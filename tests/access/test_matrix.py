"""Every route × method × kind of person, against a matrix written by hand: matrix.txt.

To mend a failure: a route that is new gets its line, one that is gone loses it. Where a cell differs, think who the
page is for, by the roles' rules and the decisions, and change whichever of program and matrix is wrong; never copy the
program's answer without thinking.
"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.access.asking import ask, routes
from tests.access.matrix import COLUMNS, kind_of, read_matrix
from tests.access.world import World

pytestmark = pytest.mark.database

PARTS = {
    "assets", "audit", "auth", "beneficiaries", "bulk", "desk", "duplicates", "erasing", "grievances", "groups",
    "health", "home",
    "imports", "intake", "jobs", "maps", "messages", "offramp", "projects", "payouts", "reconciliation", "signups",
    "staff",
    "stats", "tokens", "transactions", "users", "vendors",
}  # fmt: skip
"""The blueprints, so that the walk is shared among the workers of a run."""


def test_C2_the_matrix_has_a_line_for_each_route_and_method_and_no_other(app: Flask) -> None:
    missing = sorted(set(routes(app)) - set(read_matrix()))
    needless = sorted(set(read_matrix()) - set(routes(app)))
    assert missing == [], "add a line for each to tests/access/matrix.txt: who may get in?"
    assert needless == [], "take these lines out of tests/access/matrix.txt: there are no such routes"


def test_C2_every_part_of_the_portal_is_walked(app: Flask) -> None:
    assert {endpoint.partition(".")[0] for _, endpoint in routes(app)} == PARTS, "name it in PARTS"


@pytest.mark.parametrize("part", sorted(PARTS))
def test_C2_everybody_gets_where_the_matrix_says_and_nowhere_else(
    app: Flask, session: Session, world: World, part: str
) -> None:
    matrix = read_matrix()
    differing = []
    for line, rules in sorted(routes(app).items()):
        if not line[1].startswith(f"{part}."):
            continue
        for rule in rules:
            for column in COLUMNS:
                got = kind_of(line[0], ask(app, world, line[0], rule, column))
                if got != matrix[line][column]:
                    differing.append(
                        f"{' '.join(line)} ({rule}) {column}: {matrix[line][column]}, but is {got}"
                    )
    assert not differing, "\n".join(differing)
