"""Every route × method × kind of person, against a matrix written by hand: matrix.txt.

To mend a failure: a route that is new gets its line, one that is gone loses it. Where a cell differs, think who the
page is for, by the roles' rules and the decisions, and change whichever of program and matrix is wrong; never copy the
program's answer without thinking.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.core.db import db
from portal.core.embedded import Server
from tests.access.matrix import COLUMNS, Line, kind_of, read_matrix
from tests.access.world import World, make_world
from tests.conftest import FreshContextClient, make_app
from tests.conftest import _clone as clone

pytestmark = pytest.mark.database

PARTS = {
    "assets", "audit", "auth", "beneficiaries", "bulk", "desk", "duplicates", "erasing", "grievances", "groups",
    "health", "home",
    "imports", "intake", "jobs", "maps", "messages", "offramp", "projects", "payouts", "reconciliation", "signups", "staff",
    "stats", "transactions", "users", "vendors",
}  # fmt: skip
"""The blueprints, so that the walk is shared among the workers of a run."""


@pytest.fixture(scope="session")
def inhabited(server: Server, template: str) -> Iterator[tuple[Flask, World]]:
    """The portal over a database in which the world lies, once for all parts that a worker walks."""
    for url in clone(server, template, f"world_{uuid4().hex}"):
        app = make_app(url)
        app.test_client_class = FreshContextClient
        with app.app_context():
            world = make_world(app, db.session())
        yield app, world
        app.extensions["portal_pool"].close()


@pytest.fixture
def app(inhabited: tuple[Flask, World]) -> Flask:
    """The portal over the world; what a test does in its `session` is rolled back."""
    return inhabited[0]


@pytest.fixture
def world(inhabited: tuple[Flask, World]) -> World:
    """The world."""
    return inhabited[1]


def routes(app: Flask) -> dict[Line, list[Rule]]:
    """Method and endpoint → the addresses it has."""
    found: dict[Line, list[Rule]] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.setdefault((method, rule.endpoint), []).append(rule)
    return found


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
                got = probe(app, world, line[0], rule, column)
                if got != matrix[line][column]:
                    differing.append(
                        f"{' '.join(line)} ({rule}) {column}: {matrix[line][column]}, but is {got}"
                    )
    assert not differing, "\n".join(differing)


def probe(app: Flask, world: World, method: str, rule: Rule, column: str) -> str:
    """Ask as somebody of a column, and undo what came of it."""
    address = app.url_map.bind("localhost").build(rule.endpoint, world.values(rule, column), method=method)
    undone = db.engine.begin_nested()  # type: ignore[attr-defined]
    try:
        return kind_of(method, browser(app, world, column).open(address, method=method, buffered=True))
    finally:
        undone.rollback()


def browser(app: Flask, world: World, column: str) -> FlaskClient:
    """A browser of somebody of a column."""
    client, token = app.test_client(), world.people[column].token
    if token:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client
