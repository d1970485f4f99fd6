"""Sending: once, again after a pause where that may help, not at all where nobody can; and what is kept after it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict
from portal.jobs import operations as jobs
from portal.jobs.queries import Run
from portal.jobs.runner import run_job
from portal.messages.operations import sending, upkeep
from portal.messages.operations.outbox import send
from tests.messages.post import PHONE, SITA, Desk

MINUTE = dt.timedelta(minutes=1)


def minutes_to_wait(desk: Desk, uuid: UUID) -> int:
    [(seconds,)] = desk.ask(
        'SELECT extract(epoch FROM "nextAttemptAt" - now())::float / 60 FROM tbl_messages WHERE uuid = %s',
        uuid,
    )
    return int(seconds + 0.5)


def test_a_message_is_sent_once_and_its_words_are_forgotten_at_once(desk: Desk) -> None:
    uuid = desk.write()
    assert desk.work_off() == 1
    message = desk.message(uuid)
    assert (message["state"], message["attempts"], message["body"]) == ("SENT", 1, None)
    assert message["purgedAt"]
    assert message["sentAt"]
    assert message["to"] == "sita.tharu@example.org"
    desk.look_around()
    assert desk.work_off() == 0
    assert len(desk.mailbox.mails) == 1
    assert desk.ask("SELECT state FROM tbl_jobs") == [("SUCCEEDED",)]


def test_two_runs_of_one_message_send_it_once(desk: Desk) -> None:
    """Whatever brings a second job about: only the one that the message names sends it."""
    uuid = desk.write()
    with desk.app.app_context():
        jobs.start("messages.send", {"message": str(uuid)}, created_by=None)
        db.session.commit()
    waiting = desk.ask('SELECT uuid, "queueJobId" FROM tbl_jobs')
    assert len(waiting) == 2
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: run_job(desk.app, Run(*job), lambda: False), waiting))
    assert len(desk.mailbox.mails) == 1
    assert desk.message(uuid)["attempts"] == 1


@pytest.mark.parametrize("done", ["""state = 'SENT', "sentAt" = now()""", "state = 'FAILED'"])
def test_the_job_of_a_message_that_is_done_has_nothing_to_send_any_more(desk: Desk, done: str) -> None:
    uuid = desk.write()
    [(job,)] = desk.ask("SELECT uuid FROM tbl_jobs")
    with desk.app.app_context():
        assert sending.claim(db.session(), uuid, job) is not None
        db.session.rollback()
        desk.ask(f"UPDATE tbl_messages SET {done}")
        assert sending.claim(db.session(), uuid, job) is None


def test_a_message_whose_job_waits_gets_no_second_one(desk: Desk) -> None:
    desk.write()
    desk.look_around()
    assert desk.ask("SELECT count(*) FROM tbl_jobs") == [(1,)]


def test_a_passing_no_is_followed_by_more_attempts_with_growing_pauses_and_then_the_message_fails(
    desk: Desk,
) -> None:
    desk.mailbox.answer_at_data = "451 try later sita.tharu@example.org"
    uuid = desk.write()
    waits = []
    for attempt in range(1, 6):
        assert desk.work_off() == 1
        message = desk.message(uuid)
        assert message["attempts"] == attempt
        if attempt < 5:
            assert message["state"] == "QUEUED"
            waits.append(minutes_to_wait(desk, uuid))
            desk.look_around()
            assert desk.work_off() == 0, "not before its time"
            desk.let_time_pass(uuid)
            desk.look_around()
    assert waits == [1, 5, 30, 120]
    assert message["state"] == "FAILED"
    assert (message["lastError"], message["lastCode"]) == ("The mail server refuses this message.", 451)
    desk.let_time_pass(uuid)
    desk.look_around()
    assert desk.work_off() == 0


def test_a_message_that_is_taken_at_the_second_attempt_is_sent(desk: Desk) -> None:
    desk.gateway.status = 503
    uuid = desk.write(PHONE)
    desk.work_off()
    assert desk.state(uuid) == "QUEUED"
    desk.gateway.status = 202
    desk.let_time_pass(uuid)
    desk.look_around()
    desk.work_off()
    message = desk.message(uuid)
    assert (message["state"], message["attempts"], message["lastError"]) == ("SENT", 2, None)


def test_a_lasting_no_fails_the_message_at_once(desk: Desk) -> None:
    desk.mailbox.answer_at_rcpt = "550 no such user sita.tharu@example.org"
    uuid = desk.write()
    desk.work_off()
    message = desk.message(uuid)
    assert (message["state"], message["attempts"], message["lastCode"]) == ("FAILED", 1, 550)
    assert message["lastError"] == "The mail server refuses this receiver."
    assert desk.ask("SELECT state, error FROM tbl_jobs") == [("FAILED", message["lastError"])]


def test_what_was_interrupted_while_being_sent_is_sent_again_by_the_same_job(desk: Desk) -> None:
    uuid = desk.write()
    [(job, number)] = desk.ask('SELECT uuid, "queueJobId" FROM tbl_jobs')
    desk.ask("UPDATE tbl_messages SET state = 'SENDING', attempts = 1")
    run_job(desk.app, Run(job, number), lambda: False)
    assert desk.state(uuid) == "SENT"
    assert desk.message(uuid)["attempts"] == 2


@pytest.mark.parametrize("job", ["DELETE FROM tbl_jobs", "UPDATE tbl_jobs SET state = 'FAILED'"])
def test_a_message_whose_job_is_gone_is_found_again(desk: Desk, job: str) -> None:
    uuid = desk.write()
    desk.ask("UPDATE tbl_messages SET state = 'SENDING', attempts = 1")
    desk.look_around()
    assert desk.state(uuid) == "SENDING", "its job still waits"
    desk.ask(job)
    desk.look_around()
    message = desk.message(uuid)
    assert (message["state"], message["lastError"]) == (
        "QUEUED",
        "The attempt was interrupted, so nobody knows whether it went out.",
    )
    assert minutes_to_wait(desk, uuid) == 1
    desk.let_time_pass(uuid)
    desk.look_around()
    assert desk.work_off() == 1
    assert desk.state(uuid) == "SENT"


def test_a_message_interrupted_five_times_fails(desk: Desk) -> None:
    uuid = desk.write()
    desk.ask("UPDATE tbl_messages SET state = 'SENDING', attempts = 5")
    desk.ask("UPDATE tbl_jobs SET state = 'FAILED'")
    desk.look_around()
    assert desk.state(uuid) == "FAILED"


def test_cancelling_the_job_stops_the_message(desk: Desk) -> None:
    uuid = desk.write()
    desk.ask("UPDATE tbl_jobs SET state = 'CANCELLED'")
    desk.look_around()
    assert desk.state(uuid) == "FAILED"
    assert desk.message(uuid)["lastError"] == "Somebody cancelled the job that was to send it."
    assert desk.work_off() == 0


def test_a_message_waits_where_nothing_is_set_up_and_goes_out_once_it_is(desk: Desk) -> None:
    url = desk.app.config.pop("PORTAL_SMTP_URL")
    uuid = desk.write()
    desk.work_off()
    desk.look_around()
    assert desk.work_off() == 0
    assert (desk.state(uuid), desk.message(uuid)["attempts"]) == ("QUEUED", 0)
    [(error,)] = desk.ask("SELECT error FROM tbl_jobs")
    assert "PORTAL_SMTP_URL" in error
    desk.app.config["PORTAL_SMTP_URL"] = url
    desk.look_around()
    desk.work_off()
    assert desk.state(uuid) == "SENT"


def test_a_message_nobody_needs_any_more_is_not_sent(desk: Desk) -> None:
    late = desk.write(good_until=dt.datetime.now(dt.UTC) - MINUTE)
    in_time = desk.write(good_until=dt.datetime.now(dt.UTC) + MINUTE)
    desk.work_off()
    assert (desk.state(late), desk.message(late)["body"]) == ("FAILED", None)
    assert desk.state(in_time) == "SENT"
    assert len(desk.mailbox.mails) == 1


def test_a_message_sealed_with_another_key_fails_and_says_so(desk: Desk) -> None:
    uuid = desk.write()
    desk.ask("UPDATE tbl_messages SET body = 'gAAAAABother'")
    desk.work_off()
    assert desk.state(uuid) == "FAILED"
    assert "another key" in desk.message(uuid)["lastError"]


def test_a_failed_message_is_sent_again_once_however_many_ask(desk: Desk) -> None:
    desk.mailbox.answer_at_rcpt = "550 no"
    uuid = desk.write()
    desk.work_off()
    desk.mailbox.answer_at_rcpt = "250 OK"

    def ask_again(_number: int) -> bool:
        with desk.app.app_context():
            try:
                sending.retry(db.session(), uuid)
                db.session.commit()
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask_again, range(4))) == [False, False, False, True]
    assert desk.work_off() == 1
    assert desk.state(uuid) == "SENT"
    assert len(desk.mailbox.mails) == 1


@pytest.mark.parametrize(
    "since",
    [
        """"goodUntil" = now() - interval '1 minute'""",
        """body = NULL, "purgedAt" = now()""",
        """"to" = NULL, body = NULL, "purgedAt" = now()""",
    ],
    ids=["its words ran out", "its words are forgotten", "its address is forgotten"],
)
def test_a_failed_message_that_nobody_could_use_or_read_is_not_sent_again(desk: Desk, since: str) -> None:
    uuid = desk.write(good_until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    desk.ask("UPDATE tbl_messages SET state = 'FAILED'")
    with desk.app.app_context():
        sending.retry(db.session(), uuid)
        db.session.rollback()
        desk.ask(f"UPDATE tbl_messages SET {since}")
        with pytest.raises(Conflict, match="no longer kept"):
            sending.retry(db.session(), uuid)


def test_F7_addresses_and_words_are_forgotten_in_time_and_not_before(desk: Desk) -> None:
    sent, waiting = desk.write(), desk.write(PHONE)
    desk.work_off()
    desk.gateway.status = 400
    failed = desk.write(PHONE)
    desk.work_off()
    desk.forget()
    assert desk.message(sent)["to"]
    assert desk.message(failed)["body"]
    days = """UPDATE tbl_messages SET "createdAt" = now() - %s * interval '1 day'"""
    desk.ask(days, 8)
    desk.forget()
    assert desk.message(failed)["body"] is None
    assert desk.message(failed)["to"]
    desk.ask(days, 31)
    desk.forget()
    assert desk.ask('SELECT count(*) FROM tbl_messages WHERE "to" IS NOT NULL') == [(0,)]
    assert desk.state(waiting) == "SENT"


def test_a_message_that_could_never_be_sent_is_given_up_and_forgotten(desk: Desk) -> None:
    del desk.app.config["PORTAL_SMS_URL"]
    uuid = desk.write(PHONE)
    desk.work_off()
    desk.ask("""UPDATE tbl_messages SET "createdAt" = now() - interval '31 days'""")
    desk.forget()
    message = desk.message(uuid)
    assert (message["state"], message["to"], message["body"]) == ("FAILED", None, None)
    with desk.app.app_context(), pytest.raises(Conflict, match="no longer kept"):
        sending.retry(db.session(), uuid)


def test_in_the_demo_what_cannot_leave_counts_as_sent_and_is_kept_for_an_hour(desk: Desk) -> None:
    del desk.app.config["PORTAL_SMTP_URL"]
    desk.app.config["PORTAL_DEMO_OUTBOX"] = True
    uuid = desk.write()
    desk.work_off()
    desk.forget()
    assert (desk.state(uuid), bool(desk.message(uuid)["body"])) == ("SENT", True)
    desk.ask("""UPDATE tbl_messages SET "sentAt" = now() - interval '61 minutes'""")
    desk.forget()
    assert desk.message(uuid)["body"] is None


def test_how_a_message_does_never_stands_in_anothers_way(committed_app: Flask) -> None:
    """A run whose message another job has taken over writes nothing."""
    with committed_app.app_context():
        session: Session = db.session()
        message = send(session, SITA, "Code", "482913", "code", None)
        session.commit()
        former = message.job
        assert former
        claimed = sending.claim(session, message.uuid, former)
        assert claimed
        message.job = jobs.start("messages.send", {}, created_by=None).uuid
        session.commit()
        sending.note_sent(session, message.uuid, former)
        sending.note_failure(session, message.uuid, former, "late", permanent=True)
        session.commit()
        session.refresh(message)
        assert message.state == "SENDING"
        assert sending.claim(session, message.uuid, former) is None


def test_an_old_message_whose_job_is_under_way_is_left_to_it(desk: Desk) -> None:
    uuid = desk.write()
    desk.ask("""UPDATE tbl_messages SET "createdAt" = now() - interval '31 days'""")
    desk.forget()
    assert desk.state(uuid) == "QUEUED"
    assert desk.message(uuid)["to"]
    desk.work_off()
    assert desk.state(uuid) == "SENT"


def test_F7_words_go_with_the_address_however_long_words_are_kept(desk: Desk) -> None:
    uuid = desk.write()
    desk.ask("""UPDATE tbl_messages SET state = 'SENT', "sentAt" = now()""")
    with desk.app.app_context():
        upkeep.forget(db.session(), dt.timedelta(days=30), dt.timedelta(days=365))
        db.session.commit()
    assert desk.message(uuid)["body"], "sent lately, so its words are kept"
    desk.ask("""UPDATE tbl_messages SET "createdAt" = now() - interval '31 days'""")
    with desk.app.app_context():
        upkeep.forget(db.session(), dt.timedelta(days=30), dt.timedelta(days=365))
        db.session.commit()
    message = desk.message(uuid)
    assert (message["to"], message["body"]) == (None, None)
