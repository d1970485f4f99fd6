"""Asking the portal for every route it has, as somebody of a column, and undoing what came of it."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.core.db import db
from tests.access.matrix import Line
from tests.access.world import Values, World


def routes(app: Flask) -> dict[Line, list[Rule]]:
    """Method and endpoint → the addresses it has."""
    found: dict[Line, list[Rule]] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.setdefault((method, rule.endpoint), []).append(rule)
    return found


def ask(
    app: Flask, world: World, method: str, rule: Rule, column: str, values: Values | None = None
) -> TestResponse:
    """Ask as somebody of a column, for the record of theirs that the world has or for other values."""
    filled = world.values(rule, column) if values is None else values
    address = app.url_map.bind("localhost").build(rule.endpoint, filled, method=method)
    undone = db.engine.begin_nested()  # type: ignore[attr-defined]
    try:
        return browser(app, world, column).open(address, method=method, buffered=True)
    finally:
        undone.rollback()


def browser(app: Flask, world: World, column: str) -> FlaskClient:
    """A browser of somebody of a column."""
    client, token = app.test_client(), world.people[column].token
    if token:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client
