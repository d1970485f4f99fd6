"""Files by code and PIN: one more from the person, and what staff want them to have."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from portal.grievances.models import Grievance, GrievanceAttachment
from portal.grievances.operations import files, moving
from portal.grievances.operations.files import MOST_FILES, Sent, add_file, case_files
from portal.grievances.operations.story import Teller
from portal.intake.views.own_files import FROM_ADDRESS_MOST
from portal.users.models import User
from tests.intake.conftest import Camp
from tests.intake.pages import hidden, say

pytestmark = pytest.mark.database

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def staff(camp: Camp) -> Teller:
    return Teller(camp.session.scalars(select(User.id).where(User.email == "asha@example.org")).one())


def send(camp: Camp, page: TestResponse, content: bytes = PNG, name: str = "paper.png") -> TestResponse:
    """Send a file from the page of a case."""
    fields = page.text.split('action="/complain/status/files"')[1]
    carried = {key: value for key, value in hidden(fields).items() if key in {"ticket", "shown"}}
    return camp.browser.post(
        "/complain/status/files", data={**carried, "file": (io.BytesIO(content), name)} if name else carried
    )


def kept(camp: Camp, case: Grievance) -> list[GrievanceAttachment]:
    camp.session.expire_all()
    wanted = select(GrievanceAttachment).where(GrievanceAttachment.grievance_id == case.uuid)
    return list(camp.session.scalars(wanted.order_by(GrievanceAttachment.created_at)))


def offered(page: TestResponse) -> list[str]:
    """The files that a page offers."""
    return re.findall(r'action="/complain/status/(files/[0-9a-f-]{36})"', page.text)


def test_a_file_is_added_later_and_can_be_had_again(camp: Camp) -> None:
    case, code, pin = camp.told()
    page = send(camp, camp.follow(code, pin))
    assert page.status_code == 200
    assert "We have your file." in page.text
    assert "You sent a file" in page.text
    (file,) = kept(camp, case)
    assert (file.name, file.is_public, file.created_by) == ("paper.png", True, None)
    assert (case_files() / file.file_path).read_bytes() == PNG
    (way,) = offered(page)
    answer = say(camp.browser, page, way)
    assert answer.data == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    looked = camp.session.execute(
        text("""SELECT actor FROM tbl_audit_log WHERE action = 'READ' AND "recordId" = :file"""),
        {"file": str(file.uuid)},
    ).all()
    assert [row.actor for row in looked] == [None]


def test_C3_of_the_staffs_files_the_person_gets_those_that_were_made_public(
    camp: Camp, staff: Teller
) -> None:
    case, code, pin = camp.told()
    add_file(camp.session, case.uuid, staff, Sent("answer.txt", b"Your answer"), is_public=True)
    add_file(camp.session, case.uuid, staff, Sent("inside.txt", b"Our secret"), is_public=False)
    camp.session.commit()
    page = camp.follow(code, pin)
    assert "answer.txt" in page.text
    assert "inside.txt" not in page.text
    (way,) = offered(page)
    assert say(camp.browser, page, way).data == b"Your answer"
    inside = next(file for file in kept(camp, case) if file.name == "inside.txt")
    for other in (inside.uuid, uuid4()):
        assert say(camp.browser, page, f"files/{other}").status_code == 404


def test_C3_another_cases_file_is_as_unknown_as_none(camp: Camp, staff: Teller) -> None:
    _case, code, pin = camp.told()
    other, _code, _pin = camp.told(words="Another complaint")
    add_file(camp.session, other.uuid, staff, Sent("answer.txt", b"Theirs"), is_public=True)
    camp.session.commit()
    (file,) = kept(camp, other)
    assert say(camp.browser, camp.follow(code, pin), f"files/{file.uuid}").status_code == 404


def test_D1_nothing_is_sent_or_had_without_the_pin(camp: Camp) -> None:
    case, code, pin = camp.told()
    page = camp.follow(code, pin)
    (way,) = offered(send(camp, page))
    assert camp.browser.post(f"/complain/status/{way}").status_code == 400
    assert camp.browser.post(f"/complain/status/{way}", data={"shown": str(case.uuid)}).status_code == 400
    shown = hidden(page.text)["shown"]
    assert camp.browser.post(f"/complain/status/{way}", data={"shown": shown}).status_code == 400
    paper = {"file": (io.BytesIO(PNG), "a.png")}
    assert camp.browser.post("/complain/status/files", data=paper).status_code == 400
    assert len(kept(camp, case)) == 1


def test_E2_the_same_file_sent_twice_is_kept_once_and_another_beside_it(camp: Camp) -> None:
    case, code, pin = camp.told()
    page = camp.follow(code, pin)
    for _time in range(2):
        assert send(camp, page).status_code == 200
    assert len(kept(camp, case)) == 1
    assert send(camp, page, PNG + b"other").status_code == 200
    assert len(kept(camp, case)) == 2


@pytest.mark.parametrize(
    ("content", "name"), [(PNG, ""), (b"", "a.png"), (b"<html>", "a.png"), (b"MZ", "a.exe")]
)
def test_D7_what_is_no_picture_or_paper_is_refused_at_its_field(
    camp: Camp, content: bytes, name: str
) -> None:
    case, code, pin = camp.told()
    answer = send(camp, camp.follow(code, pin), content, name)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert kept(camp, case) == []


def test_a_case_takes_so_many_files_and_none_once_it_is_closed(
    camp: Camp, staff: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    assert MOST_FILES == 30
    case, code, pin = camp.told()
    page = camp.follow(code, pin)
    send(camp, page)
    assert send(camp, page, PNG + b"more").status_code == 422
    moving.close(camp.session, case.uuid, case.status, staff, "Not ours.")
    camp.session.commit()
    assert '/complain/status/files"' not in camp.follow(code, pin).text
    late = send(camp, page, PNG + b"late")
    assert (late.status_code, len(kept(camp, case))) == (409, 1)
    assert "This case was closed by now." in late.text


def test_A5_so_many_files_are_taken_from_one_place(camp: Camp) -> None:
    _case, code, pin = camp.told()
    page = camp.follow(code, pin)
    for _time in range(FROM_ADDRESS_MOST):
        assert camp.browser.post("/complain/status/files").status_code == 400
    assert send(camp, page).status_code == 429
