"""Adding a user: their facts, ways in, roles and invitation, all of it or nothing."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.enums import Gender, Service
from portal.messages.models import Message
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import role_named
from tests.auth.messages import letters
from tests.auth.people import PASSWORD, is_signed_in, sign_in
from tests.factories import add_project, add_user_with, enter_as

pytestmark = pytest.mark.database


def role_id(session: Session, name: str) -> int:
    found = role_named(session, name)
    assert found
    return found.id


def filled(session: Session, *roles: str, **more: Any) -> dict[str, Any]:
    facts = {"name": "Bimal Rai", "email": "Bimal@Example.org", "gender": "MALE"}
    return {**facts, "roles": [role_id(session, name) for name in roles or ("Viewer",)], **more}


def only_user_named(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.name == name)).one()


def test_somebody_is_added_with_everything(session: Session, admin: FlaskClient, chief: User) -> None:
    near = add_project(session, "Near")
    data = filled(
        session,
        "Viewer",
        "Officer",
        phone="+977 980-123-4567",
        notes="Speaks Maithili",
        until="2099-06-05T17:30",
        projects=[str(near.uuid)],
    )
    answer = admin.post("/users/new", data=data)
    user = only_user_named(session, "Bimal Rai")
    assert (answer.status_code, answer.location) == (303, f"/users/{user.uuid}")
    assert (user.email, user.phone, user.gender) == ("bimal@example.org", "+9779801234567", Gender.MALE)
    assert (user.notes, user.created_by) == ("Speaks Maithili", str(chief.uuid))
    ways = session.execute(select(Auth.service, Auth.service_id).where(Auth.user_id == user.id)).all()
    assert set(ways) == {(Service.EMAIL, "bimal@example.org"), (Service.PHONE, "+9779801234567")}
    held = session.scalars(select(UserRole).where(UserRole.user_id == user.id)).all()
    assert len(held) == 2
    for one in held:
        assert one.expiry == dt.datetime(2099, 6, 5, 17, 30, tzinfo=dt.UTC)
        assert (one.conditions, one.created_by) == ({"projects": [str(near.uuid)]}, chief.id)


def test_the_invitation_leads_to_a_password_and_in(app: Flask, session: Session, admin: FlaskClient) -> None:
    assert admin.post("/users/new", data=filled(session)).status_code == 303
    (letter,) = letters(session, "invitation")
    assert letter.to == "bimal@example.org"
    found = re.search(r"/invitation\?token=\S+", letter.body)
    assert found
    theirs = app.test_client()
    assert theirs.get(found[0]).status_code == 200
    token = found[0].partition("=")[2]
    answer = theirs.post(found[0], data={"token": token, "password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303, answer.text
    sign_in(theirs, "bimal")
    assert is_signed_in(theirs)


def test_without_an_e_mail_address_the_invitation_goes_to_the_phone(
    session: Session, admin: FlaskClient
) -> None:
    data = filled(session, email="", phone="9801234567")
    assert admin.post("/users/new", data=data).status_code == 303
    assert only_user_named(session, "Bimal Rai").phone == "+9779801234567"
    assert [one.to for one in letters(session, "invitation")] == ["+9779801234567"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"email": "", "phone": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "a\0@example.org"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "asha@example.org"}, "phone"),
        ({"roles": []}, "roles"),
        ({"roles": ["99999"]}, "roles"),
        ({"roles": ["x"]}, "roles"),
        ({"until": "2001-01-01T00:00"}, "until"),
        ({"until": "soon"}, "until"),
        ({"projects": [str(uuid4())]}, "projects"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_adds_nobody(
    session: Session, admin: FlaskClient, more: dict[str, Any], field: str
) -> None:
    add_project(session, "Near")
    answer = admin.post("/users/new", data=filled(session, **{"notes": "kept as typed", **more}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "kept as typed" in answer.text
    assert session.scalar(select(func.count()).select_from(User)) == 1
    assert letters(session) == []


@pytest.mark.parametrize("taken", [{"email": "ASHA@example.org "}, {"phone": "+9779801234567", "email": ""}])
def test_an_address_or_number_that_somebody_has_is_refused_at_its_field(
    session: Session, admin: FlaskClient, asha: User, taken: dict[str, str]
) -> None:
    asha.phone = "+9779801234567"
    session.commit()
    answer = admin.post("/users/new", data=filled(session, **taken))
    assert answer.status_code == 422
    assert "is a user already" in answer.text
    assert "Bimal Rai" in answer.text


def test_E9_somebody_new_may_have_the_address_of_who_was_deactivated(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    assert admin.post(f"/users/{asha.uuid}/deactivate", data={"reason": "Left"}).status_code == 303
    assert admin.post("/users/new", data=filled(session, email="asha@example.org")).status_code == 303


def test_C9_nobody_is_added_with_more_than_the_adder_may(session: Session, keeper: FlaskClient) -> None:
    answer = keeper.post("/users/new", data=filled(session, "Admin"))
    assert answer.status_code == 422
    assert "You cannot give or take the role Admin" in answer.text
    assert session.scalar(select(func.count()).where(User.name == "Bimal Rai")) == 0
    session.add(Role(name="Small"))
    session.commit()
    assert keeper.post("/users/new", data=filled(session, "Small")).status_code == 303


def test_C7_what_the_form_does_not_ask_for_is_not_taken(session: Session, admin: FlaskClient) -> None:
    strange = uuid4()
    more = {
        "uuid": str(strange),
        "created_by": "somebody",
        "createdBy": "somebody",
        "wallet": "0x0000000000000000000000000000000000000001",
        "extras": "{}",
        "is_locked": "1",
        "password": PASSWORD,
        "deleted_at": "2020-01-01",
    }
    assert admin.post("/users/new", data=filled(session, **more)).status_code == 303
    user = only_user_named(session, "Bimal Rai")
    assert user.uuid != strange
    assert (user.wallet, user.extras, user.deleted_at) == (None, None, None)
    assert user.created_by != "somebody"
    auth = session.scalars(select(Auth).where(Auth.user_id == user.id)).one()
    assert (auth.password_hash, auth.is_locked) == (None, False)


def key_on(page: str) -> str:
    """The key that the form's page holds."""
    found = re.search(r'name="once"[^>]*value="([0-9a-f-]{36})"', page)
    assert found, page
    return found[1]


def at_once(app: Flask, **more: Any) -> list[tuple[int, str | None]]:
    """Five who send the form at the same moment: status and way of each answer."""
    from portal.core.db import db

    number = 5
    gate = Barrier(number)
    with app.app_context():
        session = db.session()
        boss = add_user_with(session, "boss", "Admin")
        clients = [enter_as(app.test_client(), session, boss) for _ in range(number)]
        data = filled(session, phone="+9779801234567", **more)

    def shoot(client: FlaskClient) -> tuple[int, str | None]:
        gate.wait(10)
        answer = client.post("/users/new", data=data)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(number) as pool:
        return sorted(pool.map(shoot, clients), key=str)


@pytest.fixture
def added(committed_app: Flask) -> Callable[[], tuple[list[User], int]]:
    """Ask for all called Bimal Rai, and how many messages were written."""
    from portal.core.db import db

    def ask() -> tuple[list[User], int]:
        with committed_app.app_context():
            people = list(db.session.scalars(select(User).where(User.name == "Bimal Rai")))
            return people, db.session.scalar(select(func.count()).select_from(Message)) or 0

    return ask


def test_E2_a_form_that_is_sent_five_times_at_once_adds_one_user_and_answers_alike(
    committed_app: Flask, added: Callable[[], tuple[list[User], int]]
) -> None:
    answers = at_once(committed_app, once=str(uuid4()))
    (user,), messages = added()
    assert answers == [(303, f"/users/{user.uuid}")] * 5
    assert messages == 1


def test_E2_five_forms_for_the_same_person_at_once_add_one_user(
    committed_app: Flask, added: Callable[[], tuple[list[User], int]]
) -> None:
    answers = at_once(committed_app)
    assert [status for status, _way in answers] == [303, 422, 422, 422, 422]
    people, messages = added()
    assert (len(people), messages) == (1, 1)


def test_E2_a_form_sent_once_more_leads_to_the_user_it_has_added(
    session: Session, admin: FlaskClient
) -> None:
    data = filled(session, once=key_on(admin.get("/users/new").text))
    first, second = (admin.post("/users/new", data=data) for _ in range(2))
    user = only_user_named(session, "Bimal Rai")
    assert first.location == second.location == f"/users/{user.uuid}"
    assert len(letters(session, "invitation")) == 1


def test_E2_what_is_changed_before_it_is_sent_once_more_is_another_wish(
    app: Flask, session: Session, admin: FlaskClient
) -> None:
    data = filled(session, once=key_on(admin.get("/users/new").text))
    assert admin.post("/users/new", data=data).status_code == 303
    more = admin.post("/users/new", data={**data, "roles": [role_id(session, "Officer")]})
    assert (more.status_code, "is a user already" in more.text) == (422, True)
    assert key_on(more.text) == data["once"]
    other = admin.post("/users/new", data={**data, "email": "bina@example.org", "name": "Bina"})
    assert other.location == f"/users/{only_user_named(session, 'Bina').uuid}"
    boss = enter_as(app.test_client(), session, add_user_with(session, "boss", "Admin"))
    assert boss.post("/users/new", data=data).status_code == 422, "nobody comes by another one's key"
    assert admin.post("/users/new", data={**data, "once": "nonsense"}).status_code == 422


def test_somebody_who_never_came_in_is_invited_again(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    assert "Send an invitation" in admin.get(f"/users/{asha.uuid}").text
    assert admin.post(f"/users/{asha.uuid}/invite").status_code == 303
    assert [one.to for one in letters(session, "invitation")] == ["asha@example.org"]
    session.execute(update(Auth).where(Auth.user_id == asha.id).values(last_login_at=func.now()))
    session.commit()
    assert "Send an invitation" not in admin.get(f"/users/{asha.uuid}").text
    assert admin.post(f"/users/{asha.uuid}/invite").status_code == 409
    assert len(letters(session, "invitation")) == 1


def test_nobody_is_flooded_with_invitations(session: Session, admin: FlaskClient, asha: User) -> None:
    answers = [admin.post(f"/users/{asha.uuid}/invite") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "Retry-After" in answers[-1].headers
    assert len(letters(session, "invitation")) == 5


def test_A13_who_is_deactivated_cannot_use_the_invitation_they_have(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    assert admin.post(f"/users/{asha.uuid}/invite").status_code == 303
    (letter,) = letters(session, "invitation")
    found = re.search(r"/invitation\?token=\S+", letter.body)
    assert found
    assert app.test_client().get(found[0]).status_code == 200
    assert admin.post(f"/users/{asha.uuid}/deactivate", data={"reason": "Left"}).status_code == 303
    assert app.test_client().get(found[0]).status_code == 404
    assert admin.post(f"/users/{asha.uuid}/restore").status_code == 303
    assert app.test_client().get(found[0]).status_code == 404
