"""Approving and rejecting: the moves there are, who may make them, and one decision however many decide at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Ability, Rule
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.person import Person
from portal.messages.models import Message
from portal.signups.models import SignUp
from portal.signups.operations import deciding
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import role_named
from tests.factories import add_project, add_user_with, enter_as
from tests.signups.conftest import AskedFor


def role_id(session: Session, name: str) -> int:
    return session.scalars(select(Role.id).where(Role.name == name)).one()


def user_of(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def test_approving_makes_a_user_with_the_roles_and_tells_them(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked(email="sita@example.org")
    project = add_project(session, "Flood")
    session.commit()
    answer = admin.post(
        f"/sign-ups/{sign_up.uuid}/approve",
        data={
            "roles": [role_id(session, "Officer"), role_id(session, "Viewer")],
            "until": "2099-01-01T12:00",
            "projects": [str(project.uuid)],
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/sign-ups/{sign_up.uuid}")
    user = user_of(session, "sita@example.org")
    assert user
    assert user.name == "Sita Tharu"
    held = session.scalars(select(UserRole).where(UserRole.user_id == user.id)).all()
    assert {one.role_id for one in held} == {role_id(session, "Officer"), role_id(session, "Viewer")}
    assert {one.expiry for one in held} == {dt.datetime(2099, 1, 1, 12, tzinfo=dt.UTC)}
    assert all(one.conditions == {"projects": [str(project.uuid)]} for one in held)
    assert session.scalars(select(Auth.service_id).where(Auth.user_id == user.id)).all() == [
        "sita@example.org"
    ]
    assert (sign_up.status, sign_up.user_id) == ("APPROVED", user.id)
    assert sign_up.approved_at
    message = session.query(Message).one()
    assert (message.to, message.user_id, message.kind) == ("sita@example.org", user.id, "EMAIL")


def test_approving_where_the_address_is_taken_fails_with_why_and_can_be_tried_again(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked(email="known@example.org")
    known = add_user_with(session, "known", "Viewer")
    roles = {"roles": [role_id(session, "Viewer")]}
    for _time in range(2):
        assert admin.post(f"/sign-ups/{sign_up.uuid}/approve", data=roles).status_code == 303
        assert sign_up.status == "FAILED"
    page = admin.get(f"/sign-ups/{sign_up.uuid}").text
    assert "Somebody with this e-mail address is a user already." in page
    assert session.query(User).count() == 2
    assert session.query(Message).count() == 0
    session.execute(text("UPDATE tbl_users SET email = 'moved@example.org' WHERE id = :id"), {"id": known.id})
    session.execute(
        text('UPDATE tbl_auth SET "serviceId" = \'moved@example.org\' WHERE "userId" = :id'), {"id": known.id}
    )
    session.commit()
    assert admin.post(f"/sign-ups/{sign_up.uuid}/approve", data=roles).status_code == 303
    assert (sign_up.status, sign_up.failed_reason) == ("APPROVED", None)
    assert user_of(session, "known@example.org")


def test_a_failed_request_is_not_approved_once_its_words_are_forgotten(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked(status="FAILED", failed_reason="Somebody else has this address.")
    sign_up.data = sign_up.user_identifier = None
    session.commit()
    people = session.scalar(select(func.count()).select_from(User))
    answer = admin.post(f"/sign-ups/{sign_up.uuid}/approve", data={"roles": [role_id(session, "Viewer")]})
    assert answer.status_code == 409
    assert "no longer kept" in answer.text
    assert sign_up.status == "FAILED"
    assert session.scalar(select(func.count()).select_from(User)) == people


def test_rejecting_tells_the_person_why(admin: FlaskClient, session: Session, asked: AskedFor) -> None:
    sign_up = asked(email="sita@example.org")
    assert admin.post(f"/sign-ups/{sign_up.uuid}/reject", data={"reason": " "}).status_code == 422
    assert sign_up.status == "PENDING"
    answer = admin.post(f"/sign-ups/{sign_up.uuid}/reject", data={"reason": "We do not know you."})
    assert answer.status_code == 303
    assert (sign_up.status, sign_up.rejected_reason) == ("REJECTED", "We do not know you.")
    message = session.query(Message).one()
    assert (message.to, message.purpose, message.user_id) == ("sita@example.org", "sign-up-rejected", None)
    assert "We do not know you." in admin.get(f"/sign-ups/{sign_up.uuid}").text
    assert user_of(session, "sita@example.org") is None


def test_approving_without_a_role_says_so_at_its_field(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked()
    for data in ({}, {"roles": ["999999"]}, {"roles": ["x"]}):
        answer = admin.post(f"/sign-ups/{sign_up.uuid}/approve", data=data)
        assert answer.status_code == 422
        assert "roles-error" in answer.text
    past = {"roles": [role_id(session, "Viewer")], "until": "2001-01-01T00:00"}
    answer = admin.post(f"/sign-ups/{sign_up.uuid}/approve", data=past)
    assert answer.status_code == 422
    assert "until-error" in answer.text
    assert sign_up.status == "PENDING"


def test_C9_nobody_approves_with_a_role_they_may_not_grant(
    client: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked(email="sita@example.org")
    rules = [Rule("read", "SignUp"), Rule("update", "SignUp"), Rule("read", "Role"), Rule("read", "Stat")]
    enter_as(client, session, add_user_with(session, "clerk", None, rules))
    answer = client.post(f"/sign-ups/{sign_up.uuid}/approve", data={"roles": [role_id(session, "Admin")]})
    assert answer.status_code == 422
    assert "You cannot give or take the role Admin" in answer.text
    assert sign_up.status == "PENDING"
    assert user_of(session, "sita@example.org") is None
    taken = asked(email="clerk@example.org")
    client.post(f"/sign-ups/{taken.uuid}/approve", data={"roles": [role_id(session, "Admin")]})
    assert taken.status == "PENDING", "who may not decide so does not move it either"
    small = Role(name="Small", is_system=False)
    session.add(small)
    session.flush()
    session.execute(
        text("INSERT INTO tbl_auth_permissions (\"roleId\", action, subject) VALUES (:role, 'read', 'Stat')"),
        {"role": small.id},
    )
    session.commit()
    assert client.post(f"/sign-ups/{sign_up.uuid}/approve", data={"roles": [small.id]}).status_code == 303
    assert sign_up.status == "APPROVED"


@pytest.mark.parametrize("role", ["Manager", "Approver", "Supervisor", "Officer", "Vendor", "Viewer"])
def test_sign_ups_are_closed_to_all_but_admins(
    client: FlaskClient, session: Session, asked: AskedFor, role: str
) -> None:
    sign_up = asked()
    enter_as(client, session, add_user_with(session, "bimal", role))
    roles = {"roles": [role_id(session, "Viewer")], "reason": "No."}
    assert client.get("/sign-ups").status_code == 403
    assert client.get(f"/sign-ups/{sign_up.uuid}").status_code == 403
    assert client.post(f"/sign-ups/{sign_up.uuid}/approve", data=roles).status_code == 403
    assert client.post(f"/sign-ups/{sign_up.uuid}/reject", data=roles).status_code == 403
    assert client.post("/sign-ups/form", data={"open": "yes"}).status_code == 403
    assert client.get("/sign-up").status_code in (302, 303, 404)
    assert sign_up.status == "PENDING"


def test_who_may_only_read_decides_nothing(client: FlaskClient, session: Session, asked: AskedFor) -> None:
    sign_up = asked()
    enter_as(client, session, add_user_with(session, "reader", None, [Rule("read", "SignUp")]))
    page = client.get(f"/sign-ups/{sign_up.uuid}")
    assert page.status_code == 200
    assert "/approve" not in page.text
    assert "/reject" not in page.text
    assert client.post(f"/sign-ups/{sign_up.uuid}/reject", data={"reason": "No."}).status_code == 403
    assert sign_up.status == "PENDING"


def test_C3_a_request_one_may_not_see_and_none_answer_alike(
    client: FlaskClient, session: Session, asked: AskedFor
) -> None:
    hidden = asked()
    rules = [Rule(action, "SignUp", conditions={"status": "FAILED"}) for action in ("read", "update")]
    enter_as(client, session, add_user_with(session, "chandra", None, rules))
    for path, ask in (("", client.get), ("/approve", client.post), ("/reject", client.post)):
        answers = [ask(f"/sign-ups/{uuid}{path}") for uuid in (hidden.uuid, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert str(hidden.uuid) not in client.get("/sign-ups").text


@pytest.mark.parametrize(
    ("status", "approve", "reject"), [("APPROVED", 409, 409), ("REJECTED", 409, 409), ("FAILED", 303, 409)]
)
def test_E4_only_the_listed_moves_are_made(
    admin: FlaskClient, session: Session, asked: AskedFor, status: str, approve: int, reject: int
) -> None:
    sign_up = asked(status=status, rejected_reason="no", failed_reason="no")
    assert admin.post(f"/sign-ups/{sign_up.uuid}/reject", data={"reason": "No."}).status_code == reject
    assert sign_up.status == status
    roles = {"roles": [role_id(session, "Viewer")]}
    assert admin.post(f"/sign-ups/{sign_up.uuid}/approve", data=roles).status_code == approve


def test_E4_the_database_itself_refuses_every_other_move(session: Session, asked: AskedFor) -> None:
    allowed = {
        ("PENDING", "APPROVED"),
        ("PENDING", "REJECTED"),
        ("PENDING", "FAILED"),
        ("FAILED", "APPROVED"),
    }
    states = ("PENDING", "APPROVED", "REJECTED", "FAILED")
    made = set()
    for before in states:
        for after in states:
            sign_up = asked(status=before, rejected_reason="no", failed_reason="no")
            session.begin_nested()
            try:
                session.execute(
                    text(
                        'UPDATE tbl_users_signups SET status = CAST(:after AS "SignupStatus") WHERE id = :id'
                    ),
                    {"after": after, "id": sign_up.id},
                )
            except DBAPIError:
                session.rollback()
            else:
                made.add((before, after))
    assert made == allowed | {(state, state) for state in states}


@pytest.mark.parametrize("column", ["rejectedReason", "failedReason"])
def test_a_request_is_not_turned_down_without_a_reason(
    session: Session, asked: AskedFor, column: str
) -> None:
    sign_up = asked()
    status = column.removesuffix("Reason").upper()
    with pytest.raises(DBAPIError, match="does not move"):
        session.execute(
            text(
                f"UPDATE tbl_users_signups SET status = '{status}', \"{column}\" = '' WHERE id = {sign_up.id}"
            )
        )


def test_E1_of_many_admins_who_decide_at_once_one_does(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        admin = add_user_with(session, "asha", "Admin")
        uuid = uuid4()
        session.add(
            SignUp(
                uuid=uuid,
                user_identifier="sita@example.org",
                data={"name": "Sita", "email": "sita@example.org"},
            )
        )
        session.commit()
        person = Person(
            id=admin.id,
            uuid=admin.uuid,
            name="Asha",
            email=None,
            role_names=("Admin",),
            ability=Ability([Rule("manage", "all")], {}),
            preferences={},
            token="",
            session_id=0,
            session_uuid=uuid,
        )
    together = Barrier(8)

    def decide(number: int) -> bool:
        with committed_app.app_context():
            session = db.session()
            role = role_named(session, "Viewer")
            assert role
            together.wait(30)
            try:
                if number % 2:
                    deciding.reject(session, uuid, "No.")
                else:
                    assert deciding.approve(session, person, uuid, [role])
                session.commit()
            except Conflict:
                session.rollback()
                return False
            return True

    committed_app.extensions["portal_pool"].resize(0, 10)
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(decide, range(8))) == [False] * 7 + [True]
    with committed_app.app_context():
        session = db.session()
        found = session.query(SignUp).one()
        users = session.query(User).filter_by(email="sita@example.org").count()
        assert (found.status, users) in {("APPROVED", 1), ("REJECTED", 0)}
        moves = session.execute(
            text(
                "SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_users_signups' AND action = 'UPDATE'"
            )
        ).scalar_one()
        assert moves == 1
