"""Deeds that no trigger can see are on record too: coming, going, failing to come in, being refused."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.users.models import User
from tests.audit.conftest import Opened
from tests.auth.people import PASSWORD, WRONG, person_in

pytestmark = pytest.mark.database


@pytest.fixture
def asha(app: Any, session: Session) -> User:
    return person_in(session, app.extensions["portal_passwords"], "asha", "Viewer")


def deeds(session: Session, action: str) -> list[AuditEntry]:
    return list(
        session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    )


def sign_in(client: FlaskClient, who: str, password: str) -> int:
    return client.post(
        "/sign-in", data={"identifier": f"{who}@example.org", "password": password}
    ).status_code


def test_G1_coming_and_going_are_on_record_under_the_persons_name(
    session: Session, client: FlaskClient, asha: User
) -> None:
    assert sign_in(client, "asha", PASSWORD) == 303
    assert client.post("/sign-out").status_code == 303
    for action in ("SIGN_IN", "SIGN_OUT"):
        (entry,) = deeds(session, action)
        assert (entry.actor, entry.record_id) == (asha.uuid, str(asha.uuid))
        assert entry.request_id


def test_G1_each_failure_to_come_in_is_on_record_known_or_not(
    session: Session, client: FlaskClient, asha: User
) -> None:
    for who, password in (("asha", WRONG), ("nobody", WRONG), ("asha", WRONG)):
        assert sign_in(client, who, password) == 422
    known = str(session.scalar(select(Auth.id).where(Auth.user_id == asha.id)))
    entries = deeds(session, "SIGN_IN_FAILED")
    assert [entry.record_id for entry in entries] == [known, None, known]
    assert {entry.actor for entry in entries} == {None}
    assert "nobody" not in str([entry.details for entry in entries])


def test_G1_the_right_password_of_a_locked_account_is_a_failure_too(
    session: Session, client: FlaskClient, asha: User
) -> None:
    for _ in range(5):
        sign_in(client, "asha", WRONG)
    assert sign_in(client, "asha", PASSWORD) == 422
    assert len(deeds(session, "SIGN_IN_FAILED")) == 6
    assert deeds(session, "SIGN_IN") == []


def test_G1_who_was_refused_is_on_record_with_what_they_wanted(session: Session, opened: Opened) -> None:
    client = opened("Viewer")
    assert client.get("/audit").status_code == 403
    assert client.post("/beneficiaries/export", data={"purpose": "x"}).status_code == 403
    told = [entry.details for entry in deeds(session, "DENIED")]
    assert told == [
        {"action": "read", "subject": "AuditEntry", "endpoint": "audit.list_entries"},
        {"action": "export", "subject": "Beneficiary", "endpoint": "beneficiaries.download_beneficiaries"},
    ]
    assert all(entry.actor for entry in deeds(session, "DENIED"))


def test_G1_who_passes_is_not_recorded_as_refused(
    session: Session, opened: Opened, client: FlaskClient
) -> None:
    assert opened(Rule("read", "AuditEntry")).get("/audit").status_code == 200
    assert client.get("/audit").status_code == 303, (
        "who is not signed in is asked to, and was refused nothing"
    )
    assert deeds(session, "DENIED") == []
