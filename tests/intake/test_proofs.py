"""What stands in for a cookie: tickets that grow old, PINs that are one case's alone, and neither over plain HTTP."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from portal.audit.deeds import SIGN_IN_FAILED
from portal.grievances.models import Grievance
from portal.intake import letters
from portal.intake.forms import own_case
from portal.intake.pins import is_pin, kept_as, pin_for
from portal.intake.tickets import read, sign
from portal.intake.views import following
from portal.messages.models import Message
from tests.intake.conftest import WORDS, Camp
from tests.intake.pages import hidden, keys, say

pytestmark = pytest.mark.database

ELSEWHERE = "http://portal.example"
"""As a browser calls the portal that comes over plain HTTP from another machine."""


def told_by_sms(camp: Camp) -> int:
    return len(camp.session.scalars(select(Message).where(Message.kind == "SMS")).all())


def test_a_ticket_is_read_for_its_purpose_in_time_and_where_it_was_signed() -> None:
    ticket = sign("key", "form", "said")
    assert read("key", "form", ticket) == "said"
    assert read("key", "case", ticket) is None
    assert read("another", "form", ticket) is None
    assert read("key", "form", ticket, seconds=-1) is None


def test_a_pin_is_one_cases_alone_and_kept_so(tmp_path: Path) -> None:
    one, other = uuid4(), uuid4()
    pin = pin_for(tmp_path, one, "key")
    assert pin == pin_for(tmp_path, one, "key")
    assert len({pin_for(tmp_path, uuid4(), "key") for _time in range(5)}) > 1
    kept = kept_as(tmp_path, one, pin)
    assert is_pin(tmp_path, one, kept, pin)
    assert not is_pin(tmp_path, other, kept, pin)
    assert not is_pin(tmp_path, None, kept, pin)
    assert kept != kept_as(tmp_path, other, pin)


def test_D1_code_and_pin_are_asked_for_by_a_form_of_ours(camp: Camp) -> None:
    _case, code, pin = camp.told()
    for ticket in ({}, {"ticket": "x"}):
        refused = camp.browser.post("/complain/status", data={**ticket, "code": code, "pin": pin})
        assert refused.status_code == 400
        assert "The money never came." not in refused.text
    again = camp.browser.post("/complain/status", data={**hidden(refused.text), "code": code, "pin": pin})
    assert "The money never came." in again.text


def test_who_showed_the_pin_long_ago_shows_it_again_and_loses_no_word(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    _case, code, pin = camp.told()
    page = camp.follow(code, pin)
    monkeypatch.setattr(own_case, "SHOWN_FOR", -1)
    late = say(camp.browser, page, "words", words="One thing more")
    assert late.status_code == 400
    assert 'value="One thing more"' in late.text
    assert "The money never came." not in late.text


def test_nothing_is_told_or_shown_over_plain_http_from_another_machine(camp: Camp) -> None:
    _case, code, pin = camp.told()
    page = camp.browser.get(camp.address, base_url=ELSEWHERE).text
    assert "Open it by its https address." in page
    assert "<textarea" not in page
    form = hidden(camp.browser.get(camp.address).text)
    sent = camp.browser.post(camp.address, base_url=ELSEWHERE, data={**form, "words": WORDS})
    asked = {**hidden(camp.browser.get("/complain/status").text), "code": code, "pin": pin}
    shown = camp.browser.post("/complain/status", base_url=ELSEWHERE, data=asked)
    assert (sent.status_code, shown.status_code) == (403, 403)
    assert "The money never came." not in shown.text
    assert len(camp.session.scalars(select(Grievance)).all()) == 1
    assert (
        camp.browser.post("/complain/status", base_url="https://portal.example", data=asked).status_code
        == 200
    )


def test_E2_the_same_complaint_sent_twice_sends_one_sms(camp: Camp) -> None:
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS, "phone": "9812345678"}
    pages = [camp.browser.post(camp.address, data=form) for _time in range(2)]
    assert keys(pages[0]) == keys(pages[1])
    assert told_by_sms(camp) == 1


@pytest.mark.parametrize("limit", ["FROM_PLACE_MOST", "EVERYWHERE_MOST"])
def test_A5_so_many_sms_a_day_are_sent_to_whatever_phones(
    camp: Camp, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(letters, limit, 2)
    pages = [camp.complain(f"Number {number}", phone=f"981234567{number}") for number in range(3)]
    assert [("We also send them" in page.text) for page in pages] == [True, True, False]
    assert told_by_sms(camp) == 2
    assert len(camp.cases()) == 3


def test_A5_right_pins_are_not_counted_for_the_place_they_come_from(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PLACE_MOST", 2)
    _case, code, pin = camp.told()
    assert [camp.follow(code, pin).status_code for _time in range(4)] == [200] * 4


def test_G1_a_wrong_pin_is_on_record_for_its_case(camp: Camp) -> None:
    case, code, pin = camp.told()
    camp.follow(code, pin)
    camp.follow(code, f"{(int(pin) + 1) % 10**6:06}")
    camp.follow("22222222", pin)
    failed = camp.session.scalars(
        text("""SELECT "recordId" FROM tbl_audit_log WHERE action = :failed ORDER BY id"""),
        {"failed": SIGN_IN_FAILED},
    )
    assert list(failed) == [str(case.uuid), None]
