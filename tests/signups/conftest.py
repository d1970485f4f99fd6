"""Requests for an account, and somebody who decides about them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.signups.models import SignUp
from portal.signups.operations.asking import open_sign_ups
from tests.factories import add_user_with, enter_as

WORDS = {
    "name": "Sita Tharu",
    "email": "Sita.Tharu@Example.org",
    "phone": "9812345678",
    "organisation": "Relief Nepal",
    "reason": "I register people in Bardiya.",
}


@pytest.fixture
def open_form(session: Session) -> None:
    """The public form takes requests."""
    open_sign_ups(session, True)
    session.commit()


@pytest.fixture
def admin(client: FlaskClient, session: Session) -> FlaskClient:
    """The browser of an admin."""
    return enter_as(client, session, add_user_with(session, "asha", "Admin"))


AskedFor = Callable[..., SignUp]


@pytest.fixture
def asked(session: Session) -> AskedFor:
    """A request that waits; each has another address."""
    number = 0

    def ask(**facts: Any) -> SignUp:
        nonlocal number
        number += 1
        email = facts.pop("email", f"asks{number}@example.org")
        data = {**WORDS, "email": email, "phone": None}
        sign_up = SignUp(user_identifier=email, data=data, **facts)
        session.add(sign_up)
        session.commit()
        return sign_up

    return ask
