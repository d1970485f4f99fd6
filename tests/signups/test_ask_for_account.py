"""The public form: who may use it, what it takes, and that it tells nobody who has an account."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.signups.models import SignUp
from portal.signups.operations.asking import open_sign_ups
from portal.signups.views.asking import FOR_EMAIL_MOST, FROM_ADDRESS_MOST
from tests.auth.people import statements
from tests.factories import add_user_with, enter_as
from tests.signups.conftest import WORDS


def sign_ups(session: Session) -> list[SignUp]:
    return list(session.query(SignUp).order_by(SignUp.id))


def test_the_form_is_closed_until_somebody_opens_it(client: FlaskClient, session: Session) -> None:
    assert client.get("/sign-up").status_code == 404
    assert client.post("/sign-up", data=WORDS).status_code == 404
    assert "/sign-up" not in client.get("/sign-in").text
    assert sign_ups(session) == []
    open_sign_ups(session, True)
    session.commit()
    assert client.get("/sign-up").status_code == 200
    assert "/sign-up" in client.get("/sign-in").text
    open_sign_ups(session, False)
    session.commit()
    assert client.post("/sign-up", data=WORDS).status_code == 404


@pytest.mark.usefixtures("open_form")
def test_a_request_waits_with_what_was_written(client: FlaskClient, session: Session) -> None:
    answer = client.post("/sign-up", data=WORDS)
    assert (answer.status_code, answer.location) == (303, "/sign-up/thanks")
    assert client.get("/sign-up/thanks").status_code == 200
    [found] = sign_ups(session)
    assert found.status == "PENDING"
    assert found.user_identifier == "sita.tharu@example.org"
    asked = {**WORDS, "email": "sita.tharu@example.org", "phone": "+9779812345678"}
    assert found.data == {**asked, "language": "en"}


@pytest.mark.usefixtures("open_form")
def test_who_asks_twice_waits_once(client: FlaskClient, session: Session) -> None:
    for email in ("sita@example.org", " SITA@example.org"):
        assert client.post("/sign-up", data={**WORDS, "email": email}).location == "/sign-up/thanks"
    assert len(sign_ups(session)) == 1


@pytest.mark.usefixtures("open_form")
def test_A2_a_known_address_and_an_unknown_one_are_answered_alike(
    client: FlaskClient, session: Session
) -> None:
    add_user_with(session, "known", "Viewer")
    seen, sent = [], []
    for email in ("known@example.org", "stranger@example.org"):
        with statements() as asked:
            answer = client.post("/sign-up", data={**WORDS, "email": email})
        page = client.get(answer.location)
        seen.append((answer.status_code, answer.data, dict(answer.headers).get("Location"), page.data))
        sent.append(len(asked))
    assert seen[0] == seen[1]
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "Enter your name."),
        ("name", "x" * 201, "longer than 200"),
        ("name", "a\x00b", "character"),
        ("email", "", "Enter your e-mail address."),
        ("email", "sita", "no e-mail address"),
        ("email", "sita@example.org\r\nBcc: all@example.org", "e-mail address"),
        ("phone", "12", "no phone number"),
        ("phone", "not a number", "no phone number"),
        ("organisation", "", "Enter the organisation"),
        ("reason", "", "Say what you need"),
        ("reason", "x" * 2001, "longer than 2000"),
    ],
)
@pytest.mark.usefixtures("open_form")
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client: FlaskClient, session: Session, field: str, value: str, said: str
) -> None:
    answer = client.post("/sign-up", data={**WORDS, field: value})
    assert answer.status_code == 422
    assert said in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    kept = [word for name, word in WORDS.items() if name != field]
    assert all(word in answer.text for word in kept)
    assert sign_ups(session) == []


@pytest.mark.usefixtures("open_form")
def test_C7_nothing_but_the_forms_fields_gets_into_a_request(client: FlaskClient, session: Session) -> None:
    extra = {"status": "APPROVED", "approvedBy": "1", "userId": "1", "roles": "1", "isVerified": "1"}
    client.post("/sign-up", data={**WORDS, **extra})
    [found] = sign_ups(session)
    assert found.status == "PENDING"
    assert (found.approved_by, found.user_id) == (None, None)
    assert set(found.data or ()) == {*WORDS, "language"}


@pytest.mark.usefixtures("open_form")
def test_A5_only_so_many_requests_are_taken_from_one_place(client: FlaskClient) -> None:
    for number in range(FROM_ADDRESS_MOST):
        assert client.post("/sign-up", data={**WORDS, "email": f"a{number}@example.org"}).status_code == 303
    refused = client.post("/sign-up", data={**WORDS, "email": "last@example.org"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("open_form")
def test_A5_only_so_many_requests_are_taken_for_one_address(client: FlaskClient) -> None:
    for _time in range(FOR_EMAIL_MOST):
        assert client.post("/sign-up", data=WORDS).status_code == 303
    assert client.post("/sign-up", data=WORDS).status_code == 429
    assert client.post("/sign-up", data={**WORDS, "email": "another@example.org"}).status_code == 303


@pytest.mark.usefixtures("open_form")
def test_who_is_signed_in_needs_no_account(client: FlaskClient, session: Session) -> None:
    enter_as(client, session, add_user_with(session, "asha", "Viewer"))
    assert client.get("/sign-up").location == "/"


@pytest.mark.usefixtures("open_form")
def test_the_audit_log_learns_of_a_request_but_not_whose(client: FlaskClient, session: Session) -> None:
    client.post("/sign-up", data=WORDS)
    logged = session.execute(
        text("SELECT after::text FROM tbl_audit_log WHERE \"tableName\" = 'tbl_users_signups'")
    ).scalar_one()
    assert "sita" not in logged.lower()
    assert "Bardiya" not in logged
