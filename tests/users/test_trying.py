"""Trying what somebody may do: the same answers as when they sign in, by which rules, to how many records."""

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.people import FACTS as FACTS_OF_A_PERSON
from portal.auth.queries.people import find_person
from portal.core.abilities import Rule
from portal.core.abilities.checking import FACTS
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.queries.held import ability_of, answers
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database


@pytest.fixture
def asha(session: Session) -> User:
    """An officer in one project of two people, with one of whom somebody forbids her to deal."""
    project = add_project(session, "North")
    add_beneficiary(session, "Young", projects=[project], age=5)
    add_beneficiary(session, "Grown", projects=[project], age=50)
    add_beneficiary(session, "Elsewhere")
    user = add_user_with(
        session, "asha", None, [Rule("read", "Beneficiary", True, {"age": {"$lt": 18}}, "Not children.")]
    )
    assign_role(session, user, "Officer", projects=[project.uuid])
    session.commit()
    return user


def row_of(page: str, what: str) -> str:
    """The words of the table's row about something."""
    found = re.search(rf'<th scope="row"[^>]*>{re.escape(what)}</th>(.*?)</tr>', page, re.DOTALL)
    assert found, what
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_it_says_what_they_may_to_how_many_and_by_which_rules(
    session: Session, client: FlaskClient, asha: User
) -> None:
    enter_as(client, session, add_user_with(session, "admin", "Admin"))
    page = client.get(f"/roles/try?user={asha.uuid}").text
    read = row_of(page, "Beneficiaries: See")
    assert read.startswith("some 1 Role of asha : may not read Beneficiary where")
    assert "Officer : may read Beneficiary · in 1 project" in read
    assert row_of(page, "Beneficiaries: Change").startswith(
        "some 2 Officer : may update Beneficiary · in 1 project"
    )
    assert row_of(page, "Personal data of beneficiaries: See").startswith("some 2")
    assert "Users: See" not in page
    whole = client.get(f"/roles/try?user={asha.uuid}&all=1").text
    assert row_of(whole, "Users: See") == "no — no rule allows it"


def test_what_is_shown_is_what_counts_when_they_sign_in(session: Session, asha: User) -> None:
    auth = session.query(Auth).filter_by(user_id=asha.id).one()
    person = find_person(session, start_session(session, auth.id, Visit(None, None)), "request")
    assert person is not None
    tried = ability_of(session, asha)
    assert tried.rules == person.ability.rules
    assert {rule.role for rule in tried.rules} == {"Officer", "Role of asha"}
    assert set(FACTS) == {*FACTS_OF_A_PERSON, "projects"}


def test_all_records_are_counted_in_one_statement(session: Session, asha: User) -> None:
    ability = ability_of(session, asha)
    asked = [
        (action, subject)
        for subject in ("Beneficiary", "Project", "Vendor", "Job")
        for action in ("read", "update")
    ]
    seen: list[Any] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
    found = {(one.subject, one.action): one for one in answers(session, ability, asked)}
    assert len(seen) == 1
    assert found["Beneficiary", "read"].records == 1
    assert found["Project", "read"].records == 1
    assert found["Vendor", "read"].records == 0
    assert (found["Project", "update"].allowed, found["Project", "update"].records) == (False, None)


def test_an_ended_role_is_named_and_gives_nothing(session: Session, client: FlaskClient) -> None:
    user = add_user_with(session, "bimal", "Viewer")
    assign_role(session, user, "Viewer", until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    session.commit()
    enter_as(client, session, add_user_with(session, "admin", "Admin"))
    page = client.get(f"/roles/try?user={user.uuid}").text
    assert "No role in force" in page
    assert "Ended" in page
    assert "Beneficiaries: See" not in page


def test_users_are_found_by_part_of_name_or_address(
    session: Session, client: FlaskClient, asha: User
) -> None:
    enter_as(client, session, add_user_with(session, "admin", "Admin"))
    page = client.get("/roles/try?q=ASH").text
    assert f"user={asha.uuid}" in page
    assert "admin@example.org" not in page
    assert "Nobody is called so" in client.get("/roles/try?q=100%25").text
    assert "Nobody is called so" in client.get("/roles/try?q=x%00y").text
    assert client.get("/roles/try?user=nonsense").status_code == 200


def test_C3_a_user_one_may_not_see_is_as_unknown_as_none(
    session: Session, client: FlaskClient, asha: User
) -> None:
    rules = [Rule("read", "Role"), Rule("read", "User", conditions={"email": "nobody@example.org"})]
    enter_as(client, session, add_user_with(session, "narrow", None, rules))
    assert client.get(f"/roles/try?user={asha.uuid}").status_code == 404
    assert "asha@example.org" not in client.get("/roles/try?q=asha").text


def test_C2_who_may_not_see_users_does_not_try_what_they_may(session: Session, client: FlaskClient) -> None:
    enter_as(client, session, add_user_with(session, "narrow", None, [Rule("read", "Role")]))
    assert client.get("/roles/try").status_code == 403
    assert "/roles/try" not in client.get("/roles").text
