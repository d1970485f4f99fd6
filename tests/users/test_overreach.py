"""Who reaches for more than they may do is refused, told so, and on record."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.users.models import User
from tests.factories import add_user_with, enter_as
from tests.staff.conftest import KEEPER
from tests.users.role_forms import role_called, typed

pytestmark = pytest.mark.database


@pytest.fixture
def keeper(session: Session) -> User:
    """Somebody who looks after users and roles, and may do nothing else."""
    return add_user_with(session, "keeper", None, [*KEEPER, Rule("create", "Role"), Rule("read", "Role")])


def denied(session: Session, answer: TestResponse) -> list[Any]:
    """What the request that got this answer left in the log as denied."""
    own = AuditEntry.request_id == answer.headers["X-Request-Id"]
    return [
        entry.details for entry in session.scalars(select(AuditEntry).where(own)) if entry.action == "DENIED"
    ]


def test_G1_giving_a_role_that_may_do_more_than_oneself_is_on_record(
    session: Session, client: FlaskClient, keeper: User
) -> None:
    enter_as(client, session, keeper)
    asha = add_user_with(session, "asha", None)
    role = role_called(session, "Manager")
    answer = client.post(f"/users/{asha.uuid}/roles/give", data={"role": role.id})
    assert answer.status_code == 422
    (details,) = denied(session, answer)
    assert details["endpoint"] == "staff.give_role"
    assert details["action"]
    assert details["subject"]


def test_G1_writing_a_rule_that_allows_more_than_oneself_may_is_on_record(
    session: Session, client: FlaskClient, keeper: User
) -> None:
    enter_as(client, session, keeper)
    answer = client.post("/roles/new", data=typed("Sly", ["manage:all"]))
    assert answer.status_code == 422
    assert denied(session, answer) == [{"action": "manage", "subject": "all", "endpoint": "users.new_role"}]


def test_G1_reaching_for_ones_own_roles_is_on_record(
    session: Session, client: FlaskClient, keeper: User
) -> None:
    enter_as(client, session, keeper)
    role = role_called(session, "Viewer")
    answer = client.post(f"/users/{keeper.uuid}/roles/{role.id}/take")
    assert answer.status_code == 422
    assert denied(session, answer) == [{"action": "update", "subject": "Role", "endpoint": "staff.take_role"}]


def test_what_was_only_mistyped_is_not(session: Session, client: FlaskClient, keeper: User) -> None:
    enter_as(client, session, keeper)
    answer = client.post("/roles/new", data=typed("", []))
    assert answer.status_code == 422
    assert denied(session, answer) == []
