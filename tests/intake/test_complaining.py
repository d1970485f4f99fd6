"""The public form: nothing asked for but the words, nothing left behind, and a case at the end."""

import datetime as dt
import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.grievances.models import GrievanceAttachment, GrievanceChannel, GrievanceEvent
from portal.grievances.operations.files import case_files
from portal.intake.operations.public_reporter import UUID_OF_PUBLIC, public_reporter
from portal.intake.operations.telling import title_of
from portal.intake.views.complaining import FROM_ADDRESS_MOST
from portal.messages.models import Message
from portal.users.models import User
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import category_named
from tests.intake.conftest import WORDS, Camp
from tests.intake.pages import fill_in, hidden, keys

pytestmark = pytest.mark.database


def test_words_alone_are_a_complaint(camp: Camp) -> None:
    answer = camp.complain()
    assert answer.status_code == 200
    code, pin = keys(answer)
    [case] = camp.cases()
    assert (case.code, case.description, case.title) == (code, WORDS, "The money never came.")
    assert (case.project_id, case.status, case.is_sensitive) == (camp.project.uuid, "NEW", False)
    assert (case.reported_by, case.reporter_contact, case.created_by) == ("", "", None)
    assert re.fullmatch(r"\d{6}", pin)
    channel = camp.session.get_one(GrievanceChannel, case.channel_id)
    assert channel.key == "PUBLIC"
    kinds = camp.session.scalars(select(GrievanceEvent.kind).where(GrievanceEvent.by_reporter)).all()
    assert kinds == ["OPENED"]


def test_what_one_says_of_oneself_is_kept_with_it(camp: Camp) -> None:
    category = category_named(camp.session, "Wrong amount")
    camp.complain(name=" Maya Tharu ", phone="९८१२३४५६७८", email="maya@example.org", about=str(category.uuid))
    [case] = camp.cases()
    assert case.reported_by == "Maya Tharu"
    assert case.reporter_contact == "+9779812345678 maya@example.org"
    assert (case.category_id, case.priority, case.is_sensitive) == (category.uuid, "HIGH", False)


def test_a_sensitive_subject_makes_the_case_sensitive_and_the_page_says_nothing_of_it(camp: Camp) -> None:
    plain = camp.complain(about=str(category_named(camp.session, "Wrong amount").uuid))
    sensitive = camp.complain(about=str(category_named(camp.session, "Protection").uuid))
    assert [case.is_sensitive for case in camp.cases()] == [False, True]

    def without_keys(page: str) -> str:
        return re.sub(r'<dd><bdi dir="ltr">[^<]+', "", page)

    assert without_keys(plain.text) == without_keys(sensitive.text)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("words", "  ", "Write what happened"),
        ("words", "x" * 5_001, "longer than 5000"),
        ("words", "a\x00b", "character"),
        ("name", "x" * 201, "longer than 200"),
        ("phone", "no number", "no phone number"),
        ("email", "maya", "no e-mail address"),
        ("email", "maya@example.org\nBcc: all@example.org", "no e-mail address"),
        ("about", "7", "valid choice"),
        ("website", "https://example.org", "Leave this field empty"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    camp: Camp, field: str, value: str, said: str
) -> None:
    typed = {"words": WORDS, "name": "Maya Tharu", "phone": "9812345678", field: value}
    answer = fill_in(camp.browser, camp.address, **typed)
    assert answer.status_code == 422
    assert said in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    for name, words in typed.items():
        if name not in {field, "words"}:
            assert words in answer.text
    assert camp.cases() == []


def test_E2_sent_twice_it_is_one_case_and_both_show_the_same_code_and_pin(camp: Camp) -> None:
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS}
    first, second = (camp.browser.post(camp.address, data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert keys(first) == keys(second)
    assert len(camp.cases()) == 1
    changed = camp.browser.post(camp.address, data={**form, "words": "Something else"})
    assert keys(changed) != keys(first)
    assert len(camp.cases()) == 2


def test_D1_a_form_that_is_not_ours_is_refused_with_what_was_typed(camp: Camp, app: Flask) -> None:
    for ticket in (
        {},
        {"ticket": "x"},
        {"ticket": hidden(camp.browser.get(camp.address).text)["ticket"] + "x"},
    ):
        answer = camp.browser.post(camp.address, data={"words": "It never came", **ticket})
        assert answer.status_code == 400
        assert "It never came" in answer.text
    assert camp.cases() == []
    again = camp.browser.post(camp.address, data={**hidden(answer.text), "words": "It never came"})
    assert again.status_code == 200


def test_a_picture_goes_along_and_is_kept_under_a_name_of_ours(camp: Camp) -> None:
    picture = b"\x89PNG\r\n\x1a\n and so on"
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS}
    for _time in range(2):
        sent = {**form, "file": (BytesIO(picture), "../card.png")}
        answer = camp.browser.post(camp.address, data=sent)
        assert answer.status_code == 200
    [kept] = camp.session.scalars(select(GrievanceAttachment))
    assert (kept.name, kept.media_type, kept.is_public, kept.created_by) == (
        "card.png",
        "image/png",
        True,
        None,
    )
    assert (case_files() / kept.file_path).read_bytes() == picture
    assert "You sent a file" in camp.follow(*keys(answer)).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.exe", b"MZ", "kind of file is not taken"),
        ("card.png", b"<html>", "not what its name says"),
        ("card.png", b"", "is empty"),
    ],
)
def test_D7_a_file_that_is_not_taken_is_said_at_its_field_and_nothing_is_opened(
    camp: Camp, name: str, content: bytes, said: str
) -> None:
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS}
    answer = camp.browser.post(camp.address, data={**form, "file": (BytesIO(content), name)})
    assert answer.status_code == 422
    assert said in answer.text.partition('id="file-error"')[2].partition("</p>")[0]
    assert "I asked twice." in answer.text
    assert camp.cases() == []


def test_no_cookie_is_set_and_no_script_asked_for(camp: Camp) -> None:
    pages = [
        camp.browser.get("/complain"),
        camp.browser.get(camp.address),
        camp.browser.get("/complain/status"),
        camp.browser.get("/complain/nowhere"),
        camp.complain(words=""),
        camp.complain(phone="9812345678"),
    ]
    for page in pages:
        assert "Set-Cookie" not in page.headers
    for page in (*pages[:3], *pages[4:]):
        assert "<script" not in page.text


def test_who_is_signed_in_stays_so_and_is_not_the_reporter(camp: Camp, session: Session) -> None:
    enter_as(camp.browser, session, add_user_with(session, "maker", "Admin"))
    answer = camp.complain()
    assert "Set-Cookie" not in answer.headers
    [case] = camp.cases()
    reporter = session.get_one(User, case.reporter_user_id)
    assert reporter.uuid == UUID_OF_PUBLIC
    assert camp.browser.get("/users").status_code == 200
    assert "Public form" not in camp.browser.get("/users").text


def test_the_reporter_is_made_once_and_can_do_nothing(session: Session) -> None:
    assert public_reporter(session) == public_reporter(session)
    made = session.get_one(User, public_reporter(session))
    assert made.deleted_at is not None
    assert (
        session.execute(
            text('SELECT count(*) FROM tbl_users_roles WHERE "userId" = :u'), {"u": made.id}
        ).scalar()
        == 0
    )


@pytest.mark.parametrize("called", ["00000000", "x", "../../sign-in", "0" * 32, "floods"])
def test_an_address_of_no_project_is_none(camp: Camp, called: str) -> None:
    assert camp.browser.get(f"/complain/{called}").status_code == 404


def test_a_project_is_found_by_its_whole_uuid_as_well(camp: Camp) -> None:
    assert camp.browser.get(f"/complain/{camp.project.uuid}").status_code == 200


def test_eight_signs_of_two_projects_are_nobodys(camp: Camp, session: Session) -> None:
    twin = str(camp.project.uuid)[:8] + "-0000-4000-8000-000000000000"
    other = add_project(session, "Twin", uuid=twin)
    session.commit()
    assert camp.browser.get(camp.address).status_code == 404
    assert camp.browser.get(f"/complain/{twin}").status_code == 200
    assert f"/complain/{other.uuid}" in camp.browser.get("/complain").text


def test_only_projects_under_way_are_named_and_one_that_is_not_open_yet_is_none(
    camp: Camp, session: Session
) -> None:
    secret = add_project(session, "Not yet told", status=ProjectStatus.NOT_READY)
    over = add_project(session, "Drought 2020", status=ProjectStatus.CLOSED)
    session.commit()
    page = camp.browser.get("/complain").text
    assert "Floods 2026" in page
    assert "Not yet told" not in page
    assert "Drought 2020" not in page
    assert camp.browser.get(f"/complain/{secret.uuid}").status_code == 404
    closed = camp.browser.get(f"/complain/{over.uuid}")
    assert "This project is closed." in closed.text
    assert "<textarea" not in closed.text
    ticket = hidden(camp.browser.get(camp.address).text)
    assert camp.browser.post(f"/complain/{over.uuid}", data={**ticket, "words": WORDS}).status_code == 422
    assert camp.cases() == []


def test_E9_a_deleted_project_takes_no_complaints_and_is_not_named(camp: Camp, session: Session) -> None:
    camp.project.deleted_at = dt.datetime.now(dt.UTC)
    session.commit()
    assert "Floods 2026" not in camp.browser.get("/complain").text
    for called in (camp.project.uuid.hex[:8], camp.project.uuid):
        assert camp.browser.get(f"/complain/{called}").status_code == 404


def test_a_category_out_of_use_is_not_offered(camp: Camp, session: Session) -> None:
    gone = category_named(session, "Wrong amount")
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS, "about": str(gone.uuid)}
    gone.is_active = False
    session.commit()
    assert "Wrong amount" not in camp.browser.get(camp.address).text
    refused = camp.browser.post(camp.address, data=form)
    assert refused.status_code == 422
    assert "I asked twice." in refused.text


def test_A5_only_so_many_complaints_are_taken_from_one_place(camp: Camp) -> None:
    form = {**hidden(camp.browser.get(camp.address).text), "words": WORDS}
    for _time in range(FROM_ADDRESS_MOST):
        assert camp.browser.post(camp.address, data=form).status_code == 200
    refused = camp.browser.post(camp.address, data=form)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in refused.headers


def test_code_and_pin_go_to_the_phone_and_nothing_of_what_was_told(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = camp.complain(phone="9812345678")
    assert "We also send them to your phone." in answer.text
    [message] = camp.session.scalars(select(Message).where(Message.kind == "SMS"))
    assert (message.to, message.subject, message.purpose) == ("+9779812345678", None, "complaint-told")


def test_no_more_than_three_a_day_go_to_one_phone_whoever_asks(camp: Camp) -> None:
    pages = [camp.complain(f"Number {number}", phone="9812345678") for number in range(4)]
    assert [("We also send them" in page.text) for page in pages] == [True, True, True, False]
    assert len(camp.session.scalars(select(Message).where(Message.kind == "SMS")).all()) == 3
    assert len(camp.cases()) == 4


def test_F1_the_database_knows_no_pin_and_the_log_no_words(camp: Camp) -> None:
    case, _code, pin = camp.told(name="Maya Tharu", phone="9812345678")
    assert case.pin_hash
    assert pin not in case.pin_hash
    logged = camp.session.execute(text("SELECT string_agg(after::text, ' ') FROM tbl_audit_log")).scalar_one()
    for word in ("Maya", "money never", "981234", case.pin_hash):
        assert word not in logged


def test_C7_nothing_but_the_forms_fields_gets_into_a_case(camp: Camp) -> None:
    camp.complain(
        status="CLOSED", priority="URGENT", isSensitive="1", assigneeId="1", code="AAAAAAAA", pinHash="x"
    )
    [case] = camp.cases()
    assert (case.status, case.priority, case.is_sensitive, case.assignee_id) == ("NEW", "NORMAL", False, None)
    assert case.code != "AAAAAAAA"
    assert case.pin_hash != "x"


@pytest.mark.parametrize(("language", "direction"), [("ne", "ltr"), ("ar", "rtl"), ("fr", "ltr")])
def test_the_address_says_the_language_and_all_that_follows_speaks_it(
    camp: Camp, language: str, direction: str
) -> None:
    page = camp.browser.get(f"{camp.address}?language={language}")
    assert f'<html lang="{language}" dir="{direction}"' in page.text
    assert f'action="{camp.address}?language={language}"' in page.text
    told = camp.browser.post(
        f"{camp.address}?language={language}", data={**hidden(page.text), "words": WORDS}
    )
    assert f'<html lang="{language}"' in told.text
    assert f"/complain/status?language={language}" in told.text
    assert "Set-Cookie" not in told.headers
    [case] = camp.cases()
    assert case.language == language


def test_the_page_is_at_most_20_KiB_with_its_files(camp: Camp) -> None:
    page = camp.browser.get(camp.address, headers={"Accept-Encoding": "gzip"})
    weight = len(page.data)
    for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', camp.browser.get(camp.address).text):
        weight += len(camp.browser.get(path, headers={"Accept-Encoding": "gzip"}).data)
    assert weight < 20 * 1024


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Short", "Short"),
        ("\n\n  First line \nsecond", "First line"),
        ("word " * 40, "word " * 15 + "word…"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_complaint_is_called_by_its_first_words(words: str, title: str) -> None:
    assert title_of(words) == title
