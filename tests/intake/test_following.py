"""Coming back to a case by code and PIN: what the person reads, what they say, and who never gets there."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.operations import moving, noting
from portal.grievances.operations.story import Teller
from portal.intake.views.following import CASE_MOST, PLACE_MOST
from portal.users.models import User
from tests.factories import add_user_with
from tests.grievances.cases import category_named
from tests.intake.conftest import WORDS, Camp
from tests.intake.pages import fill_in, hidden, say

pytestmark = pytest.mark.database

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus


@pytest.fixture
def staff(session: Session) -> Teller:
    """Somebody who looks after cases, by a name that must never be read outside."""
    user = add_user_with(session, "nobodyknows", "Supervisor")
    session.execute(update(User).where(User.id == user.id).values(name="Kamala Secret"))
    session.commit()
    return Teller(user.id)


def events(camp: Camp, case: Grievance) -> list[tuple[str, bool]]:
    rows = camp.session.execute(
        select(GrievanceEvent.kind, GrievanceEvent.by_reporter)
        .where(GrievanceEvent.grievance_id == case.uuid)
        .order_by(GrievanceEvent.id)
    )
    return [(row.kind, row.by_reporter) for row in rows]


def test_code_and_pin_show_the_case_however_they_are_typed(camp: Camp) -> None:
    case, code, pin = camp.told()
    nepali = pin.translate({ord(str(figure)): chr(0x966 + figure) for figure in range(10)})
    for typed, secret in (
        (code, pin),
        (f" {code[:4].lower()}-{code[4:]} ", f"{pin[:3]} {pin[3:]}"),
        (code, nepali),
    ):
        page = camp.follow(typed, secret)
        assert page.status_code == 200
        assert "I asked twice." in page.text
        assert "We have received it." in page.text
    assert "Set-Cookie" not in page.headers
    assert case.code in page.text.replace(" ", "")


def test_a_wrong_pin_and_a_wrong_code_are_answered_alike(camp: Camp) -> None:
    _case, code, pin = camp.told()
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    pages = [camp.follow(*typed) for typed in ((code, wrong), ("22222222", pin), ("x", "y"))]
    assert {page.status_code for page in pages} == {422}

    def bare(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert len({bare(page.text) for page in pages}) == 1
    assert "do not belong together" in pages[0].text
    assert "asked twice" not in pages[0].text


def test_another_cases_pin_opens_nothing(camp: Camp) -> None:
    _one, code, _pin = camp.told()
    _two, _code, other = camp.told(words="Another complaint")
    assert camp.follow(code, other).status_code == 422


def test_a_case_without_a_pin_is_opened_by_none(camp: Camp) -> None:
    case, code, pin = camp.told()
    camp.session.execute(update(Grievance).where(Grievance.uuid == case.uuid).values(pin_hash=None))
    for typed in (pin, "", "None"):
        assert camp.follow(code, typed).status_code == 422


def test_what_is_gone_is_found_by_nobody(camp: Camp) -> None:
    case, code, pin = camp.told()
    page = camp.follow(code, pin)
    camp.session.execute(
        update(Grievance).where(Grievance.uuid == case.uuid).values(deleted_at=dt.datetime.now(dt.UTC))
    )
    camp.session.commit()
    assert camp.follow(code, pin).status_code == 422
    assert say(camp.browser, page, "words", words="Hello?").status_code == 400


def test_A5_guessing_at_one_case_ends_soon_even_with_the_right_pin(camp: Camp) -> None:
    _case, code, pin = camp.told()
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    for _time in range(CASE_MOST):
        assert camp.follow(code, wrong).status_code == 422
    refused = camp.follow(code, pin)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_A5_guessing_at_many_cases_from_one_place_ends_as_well(camp: Camp) -> None:
    _case, code, pin = camp.told()
    for number in range(PLACE_MOST):
        assert camp.follow(f"2222{number:04}", pin).status_code == 422
    assert camp.follow(code, pin).status_code == 429


def test_A5_who_shows_the_right_pin_may_come_as_often_as_they_like(camp: Camp) -> None:
    _case, code, pin = camp.told()
    for _time in range(CASE_MOST + 2):
        assert camp.follow(code, pin).status_code == 200


def test_the_person_reads_what_was_said_to_them_and_never_who_said_it(camp: Camp, staff: Teller) -> None:
    case, code, pin = camp.told()
    camp.session.execute(update(Grievance).where(Grievance.uuid == case.uuid).values(assignee_id=staff.user))
    moving.acknowledge(camp.session, case.uuid, staff, "We look into it.")
    noting.add_note(camp.session, case.uuid, staff, "Internal: the agent lies.", is_public=False)
    noting.add_note(camp.session, case.uuid, staff, "The bank was asked.", is_public=True)
    camp.session.commit()
    page = camp.follow(code, pin).text
    assert page.index("money never came") < page.index("We look into it.") < page.index("The bank was asked.")
    assert "Somebody is looking at it." in page
    for hidden_word in ("Internal", "Kamala", "Secret", "nobodyknows", "High", "Normal"):
        assert hidden_word not in page


def test_a_sensitive_case_is_its_own_reporters_and_looks_like_any_other(camp: Camp) -> None:
    about = str(category_named(camp.session, "Protection").uuid)
    case, code, pin = camp.told(about=about)
    assert case.is_sensitive
    page = camp.follow(code, pin).text
    assert "money never came" in page
    assert "ensitive" not in page


def test_an_answer_ends_the_waiting_and_is_told_once(camp: Camp, staff: Teller) -> None:
    case, code, pin = camp.told()
    moving.acknowledge(camp.session, case.uuid, staff, "We look into it.")
    noting.ask(camp.session, case.uuid, staff, "On which day?")
    camp.session.commit()
    page = camp.follow(code, pin)
    assert "We asked you something" in page.text
    assert "On which day?" in page.text
    for _time in range(2):
        told = say(camp.browser, page, "words", words="On Monday.")
        assert told.status_code == 200
        assert "What you wrote was passed on." in told.text
        assert "On Monday." in told.text
    assert camp.case(code).waiting_since is None
    assert events(camp, case)[-1] == ("ANSWERED", True)
    assert len([kind for kind, _own in events(camp, case) if kind == "ANSWERED"]) == 1


def test_something_to_add_is_a_note_of_the_person(camp: Camp) -> None:
    case, code, pin = camp.told()
    told = say(camp.browser, camp.follow(code, pin), "words", words="My card is lost too.")
    assert "My card is lost too." in told.text
    assert events(camp, case)[-1] == ("NOTE", True)


@pytest.mark.parametrize("words", ["", "   ", "x" * 5_001, "a\x00b"])
def test_words_that_are_none_are_refused_at_their_field(camp: Camp, words: str) -> None:
    case, code, pin = camp.told()
    answer = say(camp.browser, camp.follow(code, pin), "words", words=words)
    assert answer.status_code == 422
    assert 'id="words-error"' in answer.text
    assert len(events(camp, case)) == 1


def test_who_accepts_closes_the_case(camp: Camp, staff: Teller) -> None:
    case, code, pin = camp.told()
    moving.acknowledge(camp.session, case.uuid, staff, "We look into it.")
    moving.resolve(camp.session, case.uuid, staff, "It was paid today.")
    camp.session.commit()
    page = camp.follow(code, pin)
    assert "It was paid today." in page.text
    done = say(camp.browser, page, "accept")
    assert (done.status_code, camp.case(code).status) == (200, CLOSED)
    assert "Your complaint is closed." in done.text
    assert events(camp, case)[-1] == ("CLOSED", True)
    again = say(camp.browser, page, "accept")
    assert again.status_code == 409
    assert "This case was closed by now." in again.text
    assert len([kind for kind, _own in events(camp, case) if kind == "CLOSED"]) == 1


def test_who_does_not_accept_says_why_and_the_case_is_open_again(camp: Camp, staff: Teller) -> None:
    case, code, pin = camp.told()
    moving.acknowledge(camp.session, case.uuid, staff, "We look into it.")
    moving.resolve(camp.session, case.uuid, staff, "It was paid today.")
    camp.session.commit()
    page = camp.follow(code, pin)
    silent = say(camp.browser, page, "decline", words="")
    assert (silent.status_code, camp.case(code).status) == (422, RESOLVED)
    done = say(camp.browser, page, "decline", words="Nothing came.")
    assert (done.status_code, camp.case(code).status) == (200, UNDER_REVIEW)
    assert camp.case(code).reopened == 1
    assert events(camp, case)[-1] == ("REOPENED", True)
    assert "Nothing came." in done.text


def test_a_closed_case_is_appealed_against_within_ninety_days(camp: Camp, staff: Teller) -> None:
    _case, code, pin = camp.told()
    moving.close(camp.session, _case.uuid, NEW, staff, "Not ours.")
    camp.session.commit()
    page = camp.follow(code, pin)
    assert "It is not settled" in page.text
    camp.session.execute(text("ALTER TABLE tbl_grievances DISABLE TRIGGER moves"))
    camp.session.execute(update(Grievance).values(closed_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=91)))
    camp.session.execute(text("ALTER TABLE tbl_grievances ENABLE TRIGGER moves"))
    camp.session.commit()
    assert "It is not settled" not in camp.follow(code, pin).text
    late = say(camp.browser, page, "decline", words="It is yours.")
    assert (late.status_code, camp.case(code).status) == (409, CLOSED)
    camp.session.execute(update(Grievance).values(closed_at=dt.datetime.now(dt.UTC)))
    camp.session.commit()
    done = say(camp.browser, page, "decline", words="It is yours.")
    assert (done.status_code, camp.case(code).status) == (200, UNDER_REVIEW)


@pytest.mark.parametrize("what", ["accept", "decline"])
def test_E4_a_case_that_was_not_answered_is_neither_accepted_nor_declined(camp: Camp, what: str) -> None:
    _case, code, pin = camp.told()
    answer = say(camp.browser, camp.follow(code, pin), what, words="No!")
    assert (answer.status_code, camp.case(code).status) == (409, NEW)


def test_D1_nothing_is_said_to_a_case_without_its_pin(camp: Camp) -> None:
    case, code, pin = camp.told()
    page = hidden(camp.follow(code, pin).text)
    for sent in (
        {},
        {"ticket": page["ticket"]},
        {"ticket": page["ticket"], "shown": str(case.uuid)},
        {"ticket": page["ticket"], "shown": page["ticket"]},
        {"shown": page["shown"]},
        {"shown": page["shown"], "ticket": page["shown"]},
    ):
        answer = camp.browser.post("/complain/status/words", data={**sent, "words": "It was me."})
        assert answer.status_code == 400
        assert "It was me." in answer.text
    assert len(events(camp, case)) == 1


def test_what_was_typed_on_a_page_that_lay_open_comes_along(camp: Camp) -> None:
    _case, code, pin = camp.told()
    late = camp.browser.post("/complain/status/words", data={"words": "My long story"})
    shown = camp.browser.post("/complain/status", data={**hidden(late.text), "code": code, "pin": pin})
    assert re.search(r"<textarea[^>]*>\s*My long story</textarea>", shown.text)


def test_code_and_pin_stand_in_no_address_and_no_log(camp: Camp, capsys: pytest.CaptureFixture[str]) -> None:
    _case, code, pin = camp.told(name="Maya Tharu")
    say(camp.browser, camp.follow(code, pin), "words", words="My card is lost too.")
    logged: Any = capsys.readouterr()
    for secret in (code, pin, "Maya", "card is lost", "money never"):
        assert secret not in logged.out + logged.err


def test_F1_nobody_is_mailed_a_word_of_it(camp: Camp, app: Flask) -> None:
    sent = fill_in(camp.browser, camp.address, words=WORDS, email="maya@example.org")
    assert sent.status_code == 200
    assert camp.session.execute(text("SELECT count(*) FROM tbl_messages WHERE kind = 'EMAIL'")).scalar() == 0
