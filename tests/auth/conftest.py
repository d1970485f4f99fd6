"""People who can sign in, cheaply: the cost of passwords is cut, everything else is as in use."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.auth.client.providers import VARIABLES
from portal.auth.passwords import Passwords, passwords_at
from portal.core.enums import Service
from portal.users.models import User
from tests.auth.people import person_in
from tests.auth.services import Running, our_service, register, settings

AddPerson = Callable[..., User]


@pytest.fixture(scope="session")
def cheap_passwords() -> Passwords:
    """Hashing that takes no time. Never outside tests: it can be broken."""
    return passwords_at({"memory": 8, "rounds": 1, "lanes": 1})


@pytest.fixture
def app(app: Flask, cheap_passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal, hashing cheaply."""
    monkeypatch.setitem(app.extensions, "portal_passwords", cheap_passwords)
    return app


@pytest.fixture
def add_person(session: Session, cheap_passwords: Passwords) -> AddPerson:
    """Add somebody who may sign in: `add_person("asha", "Admin")` is asha@example.org with PASSWORD."""
    return lambda name, role="Viewer", **facts: person_in(session, cheap_passwords, name, role, **facts)


@pytest.fixture
def asha(add_person: AddPerson) -> User:
    """An administrator."""
    return add_person("asha", "Admin")


@pytest.fixture
def bimal(add_person: AddPerson) -> User:
    """A viewer."""
    return add_person("bimal", "Viewer")


@pytest.fixture(scope="session")
def running_service() -> Iterator[Running]:
    """Another service, listening on this machine."""
    with our_service() as service:
        yield service


@pytest.fixture
def service(app: Flask, running_service: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A service with which we are registered as with all those that ask for no key file."""
    running_service.behave()
    kinds = [kind for kind in Service if kind in VARIABLES and kind is not Service.APPLE]
    monkeypatch.setitem(app.extensions, "portal_providers", {})
    register(app, settings(running_service, *kinds))
    return running_service
