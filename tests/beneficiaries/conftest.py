"""Browsers of people with roles, over a registry that each test fills itself."""

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Rule
from tests.factories import add_beneficiary, add_user_with, enter_as

SignedInAs = Callable[..., FlaskClient]
PHONE, GOVT_ID = "+9779801234567", "77-1234"
EXTRAS = {
    "children": 3,
    "members": ["Ram", "Maya"],
    "widow": True,
    "since": "2026-02-03",
    "house": {"rooms": 2},
    "diary": {"told": "x" * 2_001},
}
"""The last one has no row: it is too long for one."""


@pytest.fixture
def signed_in_as(app: Flask, session: Session) -> SignedInAs:
    """`signed_in_as("Manager")`, or `signed_in_as(Rule("read", "Beneficiary"))` for somebody with just these rules."""
    numbers = count(1)

    def opened(*who: str | Rule) -> FlaskClient:
        name = f"user{next(numbers)}"
        role = next((one for one in who if isinstance(one, str)), None)
        rules = [one for one in who if isinstance(one, Rule)]
        return enter_as(app.test_client(), session, add_user_with(session, name, role, rules))

    return opened


@pytest.fixture
def manager(signed_in_as: SignedInAs) -> FlaskClient:
    """The browser of a manager, who reads, imports and exports people."""
    return signed_in_as("Manager")


@pytest.fixture
def viewer(signed_in_as: SignedInAs) -> FlaskClient:
    """The browser of a viewer, who sees no personal data."""
    return signed_in_as("Viewer")


@pytest.fixture
def sita(session: Session) -> Beneficiary:
    """Somebody with most facts, and with extras of which one has no row."""
    return add_beneficiary(
        session,
        "Sita Tharu",
        PHONE,
        email="sita@example.org",
        govt_id=GOVT_ID,
        age=40,
        location="Gulariya",
        notes="Met at home",
        extras=dict(EXTRAS),
    )
