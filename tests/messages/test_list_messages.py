"""The pages on messages: who sees them, what they show, and what they never show."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.messages.models import Message
from portal.messages.operations.outbox import send
from tests.auth.people import statements
from tests.factories import add_user_with, enter_as
from tests.messages.post import CANARY, PHONE, SITA

HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin(client: FlaskClient, session: Session) -> FlaskClient:
    """The browser of an admin."""
    return enter_as(client, session, add_user_with(session, "asha", "Admin"))


@pytest.fixture
def write(session: Session) -> Callable[..., Message]:
    """Write a message down, and bring it into a state."""

    def write(to: object = SITA, state: str = "QUEUED", **facts: object) -> Message:
        message = send(session, to, "Your code", CANARY, "code", None)  # type: ignore[arg-type]
        sets = {"SENT": '"sentAt" = now(), body = NULL, "purgedAt" = now(),'}.get(state, "")
        session.execute(
            text(f"UPDATE tbl_messages SET {sets} state = :state WHERE uuid = :uuid"),
            {"state": state, "uuid": message.uuid},
        )
        for name, value in facts.items():
            session.execute(
                text(f'UPDATE tbl_messages SET "{name}" = :value WHERE uuid = :uuid'),
                {"value": value, "uuid": message.uuid},
            )
        session.commit()
        session.expire_all()
        return message

    return write


def test_F2_list_messages_shows_receivers_in_part_and_never_the_words(
    admin: FlaskClient, write: Callable[..., Message]
) -> None:
    write()
    write(PHONE)
    page = admin.get("/messages").text
    assert "s•••@example.org" in page
    assert "+977••••678" in page
    for secret in ("sita.tharu", "981234", "482913"):
        assert secret not in page


@pytest.mark.parametrize("role", ["Manager", "Approver", "Supervisor", "Officer", "Vendor", "Viewer"])
def test_list_messages_is_closed_to_all_but_admins(
    client: FlaskClient, session: Session, write: Callable[..., Message], role: str
) -> None:
    message = write(state="FAILED")
    enter_as(client, session, add_user_with(session, "bimal", role))
    assert client.get("/messages").status_code == 403
    assert client.get(f"/messages/{message.uuid}").status_code == 403
    assert client.post(f"/messages/{message.uuid}/retry").status_code == 403
    assert message.state == "FAILED"


def test_list_messages_filters_by_state_kind_and_purpose(
    admin: FlaskClient, write: Callable[..., Message]
) -> None:
    queued, failed, sms = write(), write(state="FAILED"), write(PHONE, purpose="reset")

    def found(query: str) -> set[UUID]:
        page = admin.get(f"/messages?{query}", headers=HTMX).text
        assert "<html" not in page
        return {one.uuid for one in (queued, failed, sms) if str(one.uuid) in page}

    assert found("") == {queued.uuid, failed.uuid, sms.uuid}
    assert found("state=FAILED") == {failed.uuid}
    assert found("kind=SMS") == {sms.uuid}
    assert found("kind=EMAIL&state=QUEUED") == {queued.uuid}
    assert found("state=SENT") == set()


@pytest.mark.parametrize(
    "query", ["state=nonsense", "state=%00", "kind=1&kind=2", "at=zzz", "purpose=" + "x" * 5000]
)
def test_D10_what_nobody_offers_narrows_nothing(
    admin: FlaskClient, write: Callable[..., Message], query: str
) -> None:
    message = write()
    answer = admin.get(f"/messages?{query}")
    assert answer.status_code == 200
    assert str(message.uuid) in answer.text


def test_list_messages_has_pages(admin: FlaskClient, session: Session) -> None:
    session.execute(
        text(
            'INSERT INTO tbl_messages (kind, "to", subject, body, purpose)'
            " SELECT 'EMAIL', 'a' || n || '@example.org', 'x', 'x', 'code' FROM generate_series(1, 60) n"
        )
    )
    first = admin.get("/messages")
    assert first.text.count('href="/messages/') == 50
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert admin.get(following.replace("&amp;", "&")).text.count('href="/messages/') == 10


def test_list_messages_takes_as_many_statements_for_one_as_for_fifty(
    admin: FlaskClient, session: Session, write: Callable[..., Message]
) -> None:
    write()
    with statements() as for_one:
        admin.get("/messages")
    for _number in range(49):
        write()
    with statements() as for_fifty:
        assert admin.get("/messages").status_code == 200
    assert len(for_one) == len(for_fifty) == 4, for_fifty  # the person, the page, the count, what waits


def test_list_messages_says_plainly_what_is_missing(
    admin: FlaskClient, app: Flask, write: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    page = admin.get("/messages").text
    assert "E-mail cannot be sent" in page
    assert "PORTAL_SMTP_URL" in page
    assert "1 message waits for it." in page
    assert "PORTAL_SMS_URL" in page
    monkeypatch.setitem(app.config, "PORTAL_SMTP_URL", "smtp://mail.example.org")
    monkeypatch.setitem(app.config, "PORTAL_MAIL_FROM", "no-reply@example.org")
    page = admin.get("/messages").text
    assert "E-mail cannot be sent" not in page
    assert "SMS cannot be sent" in page


def test_show_message_says_why_it_failed_and_lets_it_be_sent_again(
    admin: FlaskClient, write: Callable[..., Message]
) -> None:
    message = write(
        state="FAILED", lastError="The mail server refuses this receiver.", lastCode=550, attempts=1
    )
    page = admin.get(f"/messages/{message.uuid}").text
    assert "The mail server refuses this receiver." in page
    assert "550" in page
    assert "sita.tharu" not in page
    assert "482913" not in page
    answer = admin.post(f"/messages/{message.uuid}/retry")
    assert (answer.status_code, answer.location) == (303, f"/messages/{message.uuid}")
    assert (message.state, message.attempts, message.last_error) == ("QUEUED", 0, None)
    assert admin.post(f"/messages/{message.uuid}/retry").status_code == 409


@pytest.mark.parametrize("state", ["QUEUED", "SENDING", "SENT"])
def test_a_message_that_has_not_failed_is_not_sent_again(
    admin: FlaskClient, write: Callable[..., Message], state: str
) -> None:
    message = write(state=state)
    assert admin.post(f"/messages/{message.uuid}/retry").status_code == 409
    assert message.state == state


def test_show_message_asks_for_itself_until_the_message_is_sent(
    admin: FlaskClient, write: Callable[..., Message]
) -> None:
    waiting = admin.get(f"/messages/{write().uuid}", headers=HTMX).text
    assert "<html" not in waiting
    assert 'hx-trigger="load delay:3s"' in waiting
    sent = admin.get(f"/messages/{write(state='SENT').uuid}", headers=HTMX).text
    assert "hx-trigger" not in sent


def test_C3_a_message_one_may_not_see_and_none_answer_alike(
    client: FlaskClient, session: Session, write: Callable[..., Message]
) -> None:
    hidden, shown = write(), write(PHONE)
    rules = [Rule(action, "Message", conditions={"kind": "SMS"}) for action in ("read", "update")]
    enter_as(client, session, add_user_with(session, "chandra", None, rules))
    assert client.get(f"/messages/{shown.uuid}").status_code == 200
    assert str(hidden.uuid) not in client.get("/messages").text
    for path, ask in (("", client.get), ("/retry", client.post)):
        answers = [ask(f"/messages/{uuid}{path}") for uuid in (hidden.uuid, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]


def test_who_may_read_messages_may_not_therefore_send_them_again(
    client: FlaskClient, session: Session, write: Callable[..., Message]
) -> None:
    message = write(state="FAILED")
    enter_as(client, session, add_user_with(session, "dipa", None, [Rule("read", "Message")]))
    page = client.get(f"/messages/{message.uuid}")
    assert page.status_code == 200
    assert "/retry" not in page.text
    assert client.post(f"/messages/{message.uuid}/retry").status_code == 403
    assert message.state == "FAILED"
