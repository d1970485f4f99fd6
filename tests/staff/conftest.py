"""Browsers of those who look after users, and people to look after."""

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import User
from tests.factories import add_user_with, enter_as

SignedInAs = Callable[..., FlaskClient]
KEEPER = [Rule(action, "User") for action in ("read", "create", "update", "delete")] + [
    Rule("read", "Role"),
    Rule("read", "Project"),
    Rule("read", "Beneficiary"),
]
"""The rules of somebody who looks after users, and may themselves not do much."""


@pytest.fixture
def signed_in_as(app: Flask, session: Session) -> SignedInAs:
    """`signed_in_as("Manager")`, or `signed_in_as(*KEEPER)` for somebody with just these rules."""
    numbers = count(1)

    def opened(*who: str | Rule) -> FlaskClient:
        role = next((one for one in who if isinstance(one, str)), None)
        rules = [one for one in who if isinstance(one, Rule)]
        return enter_as(
            app.test_client(), session, add_user_with(session, f"keeper{next(numbers)}", role, rules)
        )

    return opened


@pytest.fixture
def chief(session: Session) -> User:
    """An administrator."""
    return add_user_with(session, "chief", "Admin")


@pytest.fixture
def admin(app: Flask, session: Session, chief: User) -> FlaskClient:
    """Their browser."""
    return enter_as(app.test_client(), session, chief)


@pytest.fixture
def keeper(signed_in_as: SignedInAs) -> FlaskClient:
    """The browser of somebody who looks after users and may not do much else."""
    return signed_in_as(*KEEPER)


@pytest.fixture
def asha(session: Session) -> User:
    """A viewer, who is looked after."""
    return add_user_with(session, "asha", "Viewer")
