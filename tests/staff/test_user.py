"""One user's page, and editing them."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.db import libpq_url
from portal.core.enums import Gender, Service
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from tests.auth.people import statements
from tests.factories import add_project, add_user_with, enter_as
from tests.staff.conftest import SignedInAs

pytestmark = pytest.mark.database


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_page_shows_roles_ways_in_and_sessions(
    session: Session, admin: FlaskClient, chief: User, asha: User
) -> None:
    near = add_project(session, "Near")
    assign_role(session, asha, "Officer", by=chief.id, projects=[near.uuid])
    enter_as(admin.application.test_client(), session, asha)
    page = admin.get(f"/users/{asha.uuid}").text
    for word in ("Officer", "by <", "Near", "asha@example.org", "Unknown browser", "127.0.0.1", "No end"):
        assert word.replace("by <", "by Chief") in page
    assert "Never signed in" in page


def test_projects_that_the_reader_may_not_see_are_only_counted(
    session: Session, asha: User, signed_in_as: SignedInAs
) -> None:
    near, far = add_project(session, "Near"), add_project(session, "Far away")
    assign_role(session, asha, "Officer", projects=[near.uuid, far.uuid])
    session.commit()
    reader = signed_in_as(Rule("read", "User"), Rule("read", "Project", conditions={"uuid": str(near.uuid)}))
    page = reader.get(f"/users/{asha.uuid}").text
    assert "Near" in page
    assert "Far away" not in page
    assert "and 1 that you may not see" in page


def test_who_may_only_read_sees_no_button_and_is_refused(
    session: Session, asha: User, signed_in_as: SignedInAs
) -> None:
    reader = signed_in_as(Rule("read", "User"))
    page = reader.get(f"/users/{asha.uuid}")
    assert page.status_code == 200
    for word in ("Edit", "Deactivate", "Give a role", "Take away", "Sign out everywhere"):
        assert f"<span>{word}" not in page.text
    for path in ("edit", "deactivate", "roles/give", "second-factor/reset"):
        assert reader.get(f"/users/{asha.uuid}/{path}").status_code == 403
    for path in ("unlock", "sessions/end-all", "roles/1/take", "restore"):
        assert reader.post(f"/users/{asha.uuid}/{path}").status_code == 403
    assert reader.get("/users/new").status_code == 403


def test_C3_what_one_may_not_see_answers_as_what_is_not_there(
    session: Session, asha: User, signed_in_as: SignedInAs
) -> None:
    own = signed_in_as(
        *(
            Rule(action, "User", conditions={"uuid": "${user.uuid}"})
            for action in ("read", "update", "delete")
        )
    )
    for path in ("", "/edit", "/deactivate", "/restore", "/roles/give", "/second-factor/reset"):
        hidden, absent = own.get(f"/users/{asha.uuid}{path}"), own.get(f"/users/{uuid4()}{path}")
        assert hidden.status_code == absent.status_code == 404
    for path in ("unlock", "sessions/end-all", f"sessions/{uuid4()}/end", "roles/1/take"):
        assert own.post(f"/users/{asha.uuid}/{path}").status_code == 404


def test_a_page_costs_the_same_for_much_and_for_little(
    session: Session, admin: FlaskClient, chief: User, asha: User
) -> None:
    costs, path = [], f"/users/{asha.uuid}"
    for number in (1, 2):
        projects = [add_project(session, f"Project {number} {at}").uuid for at in range(number * 3)]
        assign_role(session, asha, ("Officer", "Manager")[number - 1], by=chief.id, projects=projects)
        for _ in range(number * 2):
            enter_as(admin.application.test_client(), session, asha)
        asha.created_by = str(chief.uuid)
        session.commit()
        with statements() as sent:
            assert admin.get(path).status_code == 200
        costs.append(len(sent))
    assert costs == [8, 8]


def test_facts_are_edited(session: Session, admin: FlaskClient, chief: User, asha: User) -> None:
    path = f"/users/{asha.uuid}/edit"
    page = admin.get(path).text
    answer = admin.post(
        path,
        data={"name": " Asha Rai ", "gender": "FEMALE", "notes": "On leave", "version": version_in(page)},
    )
    assert (answer.status_code, answer.location) == (303, f"/users/{asha.uuid}")
    assert (asha.name, asha.gender, asha.notes) == ("Asha Rai", Gender.FEMALE, "On leave")
    assert asha.updated_by == str(chief.uuid)
    assert "On leave" in admin.get(f"/users/{asha.uuid}").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Enter a name."),
        ("name", "x" * 201, "200"),
        ("name", "a\0b", "cannot be stored"),
        ("gender", "BIRD", "Not a valid choice"),
        ("notes", "x" * 5001, "5000"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_with_what_was_typed(
    admin: FlaskClient, asha: User, field: str, value: str, said: str
) -> None:
    data = {"name": "Asha", "gender": "FEMALE", "notes": "kept", field: value}
    answer = admin.post(f"/users/{asha.uuid}/edit", data={**data, "version": "x"})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert field == "notes" or "kept" in answer.text


def test_E5_an_edit_from_an_older_state_is_refused_with_both_values_and_can_be_sent_again(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    path = f"/users/{asha.uuid}/edit"
    old = version_in(admin.get(path).text)
    asha.name, asha.notes = "Saved by another", "theirs"
    session.commit()
    mine = {"name": "Typed by me", "gender": "UNKNOWN", "notes": "mine"}
    answer = admin.post(path, data={**mine, "version": old})
    assert answer.status_code == 409
    for word in ("Saved by another", "Typed by me", "theirs", "mine"):
        assert word in answer.text
    assert asha.name == "Saved by another"
    again = admin.post(path, data={**mine, "version": version_in(answer.text)})
    assert again.status_code == 303
    assert (asha.name, asha.notes) == ("Typed by me", "mine")


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "0" * 16}])
def test_E5_an_edit_without_its_version_is_refused(
    admin: FlaskClient, asha: User, version: dict[str, str]
) -> None:
    answer = admin.post(f"/users/{asha.uuid}/edit", data={"name": "New", "gender": "MALE", **version})
    assert answer.status_code == 409
    assert asha.name == "Asha"


def test_C7_an_edit_changes_only_what_the_form_shows(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    before = (asha.email, asha.phone, asha.wallet, asha.uuid, asha.created_by, asha.deleted_at, asha.extras)
    more = {
        "email": "mine@example.org",
        "phone": "+9779800000000",
        "wallet": "0x1",
        "uuid": str(uuid4()),
        "createdBy": "me",
        "deletedAt": "2026-01-01",
        "roles": "Admin",
        "extras": "{}",
        "id": "1",
    }
    path = f"/users/{asha.uuid}/edit"
    facts = {"name": "Asha", "gender": "MALE", "version": version_in(admin.get(path).text)}
    assert admin.post(path, data={**facts, **more}).status_code == 303
    after = (asha.email, asha.phone, asha.wallet, asha.uuid, asha.created_by, asha.deleted_at, asha.extras)
    assert after == before


def test_a_users_other_ways_in_stand_on_the_page(session: Session, admin: FlaskClient, asha: User) -> None:
    from portal.auth.models import Auth

    session.add(Auth(user_id=asha.id, service=Service.PHONE, service_id="+9779801234567"))
    session.add(Auth(user_id=asha.id, service=Service.GITHUB, service_id="4711"))
    session.commit()
    page = admin.get(f"/users/{asha.uuid}").text
    for word in ("Phone", "GitHub", "4711", "By code, no password"):
        assert word in page


def test_D2_what_a_user_is_called_is_shown_as_text(session: Session, admin: FlaskClient) -> None:
    user = add_user_with(session, "named", "Viewer")
    user.name = '<script>alert("x")</script>\r\n\x1b[31m'
    session.commit()
    for path in (f"/users/{user.uuid}", "/users", f"/users/{user.uuid}/edit"):
        assert "<script>alert" not in admin.get(path).text


def test_E5_of_two_edits_at_once_the_second_sees_the_first(committed_app: Flask, fresh_database: str) -> None:
    """Somebody else's change waits to be committed while the form is sent: the form must wait for it as well."""
    from portal.core.db import db

    app = committed_app
    with app.app_context():
        client = enter_as(app.test_client(), db.session(), add_user_with(db.session(), "boss", "Admin"))
        path = f"/users/{add_user_with(db.session(), 'asha', 'Viewer').uuid}/edit"
    facts = {"name": "Mine", "gender": "MALE", "version": version_in(client.get(path).text)}
    with psycopg.connect(libpq_url(fresh_database)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("UPDATE tbl_users SET name = 'Theirs' WHERE name = 'Asha'")
        sent = pool.submit(client.post, path, data=facts)
        while not other.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            assert not sent.done()
        other.commit()
        answer = sent.result(20)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
