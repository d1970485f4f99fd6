"""A project and a person to change."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from tests.audit.reading import run
from tests.factories import add_user_with, enter_as

Opened = Callable[..., FlaskClient]

CANARY = "canary-5e1f"
"""Stands where a secret or something personal would, so that it can be looked for."""


@pytest.fixture
def project(session: Session) -> UUID:
    """A project, made by nobody in particular."""
    made = run(
        session, "INSERT INTO tbl_projects (name, type) VALUES ('Flood relief', 'CASH') RETURNING uuid"
    )
    return UUID(str(made.scalar_one()))


@pytest.fixture
def person(session: Session) -> int:
    """The id of somebody with personal data, all of it the canary."""
    made = run(session, "INSERT INTO tbl_beneficiaries (\"walletAddress\") VALUES ('0xAb') RETURNING id")
    key = int(made.scalar_one())
    run(
        session,
        'INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone, email, extras)'
        " VALUES (:key, :canary, :canary, :canary, jsonb_build_object('govtIDNumber', CAST(:canary AS text)))",
        key=key,
        canary=CANARY,
    )
    return key


@pytest.fixture
def opened(app: Flask, session: Session) -> Opened:
    """`opened("Admin")`, or with rules: the browser of somebody new."""

    def enter(*who: str | Rule, name: str | None = None) -> FlaskClient:
        role = next((one for one in who if isinstance(one, str)), None)
        rules = [one for one in who if isinstance(one, Rule)]
        user = add_user_with(session, name or f"reader{uuid4().hex[:6]}", role, rules)
        return enter_as(app.test_client(), session, user)

    return enter
