"""A project and a person to change."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.audit.reading import run

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
