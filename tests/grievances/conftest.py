"""Cases in two projects, and browsers of people with roles."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.projects.models import Project
from portal.users.models import User
from tests.beneficiaries.conftest import SignedInAs, signed_in_as
from tests.factories import add_project, add_user_with, enter_as
from tests.jobs.conftest import desk

__all__ = ["SignedInAs", "desk", "signed_in_as"]

BrowserOf = Callable[[User], FlaskClient]


@pytest.fixture
def here(session: Session) -> Project:
    """A project that runs."""
    return add_project(session, "Winter Cash")


@pytest.fixture
def supervisor(session: Session) -> User:
    """Who looks after cases, sensitive ones included."""
    return add_user_with(session, "Sita Supervisor", "Supervisor")


@pytest.fixture
def reporter(session: Session) -> User:
    """In whose name cases are written down."""
    return add_user_with(session, "Rama Reporter", "Viewer")


@pytest.fixture
def browser_of(app: Flask, session: Session) -> BrowserOf:
    """A browser in which that user is signed in."""
    return lambda user: enter_as(app.test_client(), session, user)
