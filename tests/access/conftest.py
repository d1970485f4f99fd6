"""The portal over a database in which the world of the access matrix lies."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.embedded import Server
from tests.access.world import World, make_world
from tests.conftest import FreshContextClient, make_app
from tests.conftest import _clone as clone


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
