"""The page of a request: what somebody wrote about themselves, and that it was looked at."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from tests.auth.people import statements
from tests.factories import add_user_with, enter_as
from tests.signups.conftest import AskedFor


def looks(session: Session) -> list[AuditEntry]:
    return list(
        session.scalars(select(AuditEntry).where(AuditEntry.action == "READ").order_by(AuditEntry.id))
    )


def test_F3_looking_at_what_somebody_wrote_is_on_record(
    client: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked()
    reader = add_user_with(session, "reader", None, [Rule("read", "SignUp")])
    enter_as(client, session, reader)
    page = client.get(f"/sign-ups/{sign_up.uuid}")
    assert "Relief Nepal" in page.text
    (entry,) = looks(session)
    assert (entry.actor, entry.table_name, entry.record_id) == (
        reader.uuid,
        "tbl_users_signups",
        str(sign_up.uuid),
    )
    assert entry.request_id == page.headers["X-Request-Id"]
    fields = ["email", "name", "organisation", "reason"]
    assert {**(entry.details or {}), "fields": sorted((entry.details or {})["fields"])} == {
        "rows": 1,
        "fields": fields,
        "endpoint": "signups.show_sign_up",
    }


def test_F3_a_form_that_is_refused_shows_it_once_more_and_says_so(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked()
    answer = admin.post(f"/sign-ups/{sign_up.uuid}/reject", data={"reason": ""})
    assert (answer.status_code, "Relief Nepal" in answer.text) == (422, True)
    (entry,) = looks(session)
    assert (entry.details or {})["endpoint"] == "signups.reject_sign_up"


def test_F3_who_sees_nothing_of_it_has_looked_at_nothing(
    client: FlaskClient, session: Session, admin: FlaskClient, asked: AskedFor
) -> None:
    sign_up = asked()
    sign_up.data = None
    session.commit()
    assert "no longer kept" in admin.get(f"/sign-ups/{sign_up.uuid}").text
    assert admin.get("/sign-ups").status_code == 200
    sign_up = asked()
    enter_as(client, session, add_user_with(session, "other", None, [Rule("read", "Role")]))
    assert client.get(f"/sign-ups/{sign_up.uuid}").status_code == 403
    assert looks(session) == []


def test_show_sign_up_takes_seven_statements_whoever_else_asked(
    admin: FlaskClient, session: Session, asked: AskedFor
) -> None:
    sign_up = asked()
    for _one in range(5):
        asked()
    address = f"/sign-ups/{sign_up.uuid}"
    with statements() as sent:
        assert admin.get(address).status_code == 200
    # who reads, the request, who decided, the roles to give, their rules, the projects, that they looked
    assert len(sent) == 7, sent
