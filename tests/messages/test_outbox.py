"""Writing a message down: with the caller's transaction, sealed, to one receiver, on one line."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.core.places import instance_directory
from portal.core.secrets import open_sealed
from portal.jobs.models import Job
from portal.messages.addresses import masked
from portal.messages.models import Message
from portal.messages.operations.outbox import Address, send
from tests.messages.post import CANARY, PHONE, SITA


def test_a_message_and_its_job_stand_or_fall_with_the_callers_transaction(session: Session) -> None:
    session.begin_nested()
    send(session, SITA, "Your code", CANARY, "code", None)
    assert (session.query(Message).count(), session.query(Job).count()) == (1, 1)
    session.rollback()
    assert (session.query(Message).count(), session.query(Job).count()) == (0, 0)
    kept = send(session, SITA, "Your code", CANARY, "code", None)
    session.commit()
    assert session.query(Message).one().uuid == kept.uuid
    assert session.query(Job).one().uuid == kept.job


def test_F1_a_job_that_sends_names_the_message_and_nothing_of_it(session: Session) -> None:
    message = send(session, SITA, "Your code", CANARY, "code", None)
    job = session.query(Job).one()
    assert job.arguments == {"message": str(message.uuid)}


def test_what_a_message_says_is_sealed_in_the_database(session: Session) -> None:
    message = send(session, SITA, "Your code", CANARY, "code", None)
    row = session.execute(text("SELECT to_jsonb(m)::text FROM tbl_messages m")).scalar_one()
    assert "482913" not in row
    assert "Sita" not in row
    assert open_sealed(instance_directory(), message.body or "") == CANARY


def test_the_audit_log_knows_that_a_message_was_written_but_not_to_whom_or_what(session: Session) -> None:
    message = send(session, SITA, "Your code", CANARY, "code", None)
    logged = session.execute(
        text("SELECT action, after::text FROM tbl_audit_log WHERE \"tableName\" = 'tbl_messages'")
    ).one()
    assert logged.action == "INSERT"
    assert '"to": "(hidden)"' in logged.after
    assert "sita" not in logged.after
    assert (message.body or "?") not in logged.after


@pytest.mark.parametrize("subject", ["Code\r\nBcc: all@example.org", "Code\nX: y", "Code\x00", "a" * 201])
def test_a_subject_that_is_not_one_line_is_refused(session: Session, subject: str) -> None:
    with pytest.raises(Refusal, match="one line"):
        send(session, SITA, subject, CANARY, "code", None)
    assert session.query(Message).count() == 0


@pytest.mark.parametrize("subject", [None, "", "   "])
def test_an_email_without_a_subject_is_refused_and_an_sms_has_none(
    session: Session, subject: str | None
) -> None:
    with pytest.raises(Refusal, match="subject"):
        send(session, SITA, subject, CANARY, "code", None)
    assert send(session, PHONE, subject, CANARY, "code", None).subject is None
    assert send(session, PHONE, "Left away", CANARY, "code", None).subject is None


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001])
def test_a_message_that_says_nothing_or_too_much_is_refused(session: Session, body: str) -> None:
    with pytest.raises(Refusal):
        send(session, SITA, "Your code", body, "code", None)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "sita",
        "@example.org",
        "sita@",
        "sita@example.org\r\nBcc: all@example.org",
        "sita@example.org\n",
        "sita@example.org,all@example.org",
        "Sita <sita@example.org>",
        "sita@a@example.org",
        "sita\x00@example.org",
        "sita@example.org\u2028",
        "s" * 250 + "@example.org",
    ],
)
def test_what_is_not_exactly_one_email_address_is_refused(to: str) -> None:
    with pytest.raises(Refusal):
        Address("EMAIL", to)


@pytest.mark.parametrize("to", ["sita@example.org", "o'brien+x@example.org", "सीता@उदाहरण.org"])
def test_email_addresses_in_any_script_are_taken(to: str) -> None:
    assert Address("EMAIL", to).to == to


@pytest.mark.parametrize(
    "to", ["", "9812345678", "+977 981234567", "+9779812345678\n", "+०१२३४५६७८९", "tel:+9771"]
)
def test_what_is_not_exactly_one_phone_number_is_refused(to: str) -> None:
    with pytest.raises(Refusal):
        Address("SMS", to)
    assert Address("SMS", "+9779812345678").to == "+9779812345678"


def test_the_database_itself_refuses_a_line_break_in_a_head(session: Session) -> None:
    for column in ('"to"', "subject"):
        session.begin_nested()
        with pytest.raises(Exception, match="ck_tbl_messages_"):
            session.execute(
                text(
                    f"INSERT INTO tbl_messages (kind, purpose, body, \"to\") VALUES ('EMAIL', 'x', 'x', 'x@x');"
                    f"UPDATE tbl_messages SET {column} = E'a\\r\\nb'"
                )
            )
        session.rollback()


def test_F2_a_receiver_is_shown_in_part() -> None:
    assert masked("EMAIL", "sita.tharu@example.org") == "s•••@example.org"
    assert masked("SMS", "+9779812345678") == "+977••••678"
    assert masked("EMAIL", None) is None
