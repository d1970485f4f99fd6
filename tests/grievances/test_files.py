"""Files of a case: of a known kind by their content, kept under made-up names, sent to be saved and never shown."""

import io
import stat
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.errors import Refusal
from portal.grievances.content import MOST_BYTES, media_type_of, shown_name
from portal.grievances.models import Grievance, GrievanceAttachment
from portal.grievances.operations.files import MOST_FILES, Sent, add_file, case_files
from portal.grievances.operations.story import Teller
from portal.users.models import User
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import add_case

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML = b"<html><script>alert(1)</script></html>"
GOOD = [
    ("a.png", PNG, "image/png"),
    ("A.JPG", b"\xff\xd8\xff\xe0" + b"\0" * 9, "image/jpeg"),
    ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ("letter.pdf", b"%PDF-1.7 ...", "application/pdf"),
    ("note.txt", "उनी आइन्\n".encode(), "text/plain"),
]
BAD = [
    ("a.html", HTML),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("a.png", HTML),
    ("a.pdf", PNG),
    ("a.webp", b"RIFF\0\0\0\0WAVE"),
    ("a.txt", b"\0\1\2"),
    ("a.exe", b"MZ"),
    ("a", PNG),
    ("a.png", b""),
    ("a.png", PNG + b"\0" * MOST_BYTES),
]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD)
def test_D7_what_is_taken_is_told_by_its_content(name: str, content: bytes, kind: str) -> None:
    assert media_type_of(name, content) == kind


@pytest.mark.parametrize(("name", "content"), BAD)
def test_D7_other_kinds_and_false_names_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        media_type_of(name, content)
    assert refused.value.field == "file"


def test_names_are_kept_without_their_way_and_without_what_nobody_sees() -> None:
    assert shown_name("C:\\Users\\me\\a.png") == "a.png"
    assert shown_name("../../etc/a\u202egnp.txt") == "agnp.txt"
    long = shown_name("a" * 300 + ".png")
    assert (len(long), long[-4:]) == (120, ".png")


@pytest.fixture
def keeper(session: Session) -> User:
    return add_user_with(session, "keeper", "Supervisor")


@pytest.fixture
def case(session: Session, keeper: User) -> Grievance:
    made = add_case(session, add_project(session, "Cash for food"), keeper)
    session.commit()
    return made


def attached(session: Session, case: Grievance) -> list[GrievanceAttachment]:
    return list(
        session.scalars(select(GrievanceAttachment).where(GrievanceAttachment.grievance_id == case.uuid))
    )


def attach(page: FlaskClient, case: UUID, name: str, content: bytes, once: str = "") -> TestResponse:
    data = {"file": (io.BytesIO(content), name), "once": once}
    return page.post(f"/grievances/{case}/files", data=data)


@pytest.mark.database
def test_D7_a_file_lies_under_a_made_up_name_for_nobody_else_and_is_sent_to_be_saved(
    session: Session, client: FlaskClient, case: Grievance, keeper: User
) -> None:
    page = enter_as(client, session, keeper)
    assert attach(page, case.uuid, "फोटो <1>.png", PNG).status_code == 303
    (kept,) = attached(session, case)
    path = case_files() / kept.file_path
    assert path.read_bytes() == PNG
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "png" not in kept.file_path
    shown = page.get(f"/grievances/{case.uuid}")
    assert "फोटो &lt;1&gt;.png" in shown.text
    sent = page.get(f"/grievances/{case.uuid}/files/{kept.uuid}")
    assert sent.data == PNG
    assert sent.headers["Content-Type"] == "image/png"
    assert sent.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" in sent.headers["Content-Disposition"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in sent.headers["Cache-Control"]


@pytest.mark.database
def test_D7_what_is_refused_leaves_no_file_and_no_row(
    session: Session, client: FlaskClient, case: Grievance, keeper: User
) -> None:
    page = enter_as(client, session, keeper)
    before = _lying()
    answer = attach(page, case.uuid, "a.png", HTML)
    assert answer.status_code == 422
    assert "not what its name says" in answer.text
    assert page.post(f"/grievances/{case.uuid}/files", data={}).status_code == 422
    assert (attached(session, case), _lying()) == ([], before)


@pytest.mark.database
def test_D7_where_the_row_cannot_be_written_the_file_does_not_stay(
    session: Session, client: FlaskClient, case: Grievance, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, before = enter_as(client, session, keeper), _lying()

    def write(path: Path, content: bytes) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("portal.core.keeping.keep", write)
    assert attach(page, case.uuid, "a.png", PNG).status_code == 500
    session.rollback()
    assert (attached(session, case), _lying()) == ([], before)


@pytest.mark.database
def test_E2_a_file_sent_twice_is_kept_once(
    session: Session, client: FlaskClient, case: Grievance, keeper: User
) -> None:
    page = enter_as(client, session, keeper)
    shown = page.get(f"/grievances/{case.uuid}").text.partition('id="attach-file"')[2]
    once = hidden_in(shown)
    for _ in range(2):
        assert attach(page, case.uuid, "a.png", PNG, once).status_code == 303
    assert len(attached(session, case)) == 1


@pytest.mark.database
def test_C3_a_file_of_another_case_does_not_exist_under_this_one(
    session: Session, client: FlaskClient, case: Grievance, keeper: User
) -> None:
    project = add_project(session, "Seeds")
    other = add_case(session, project, keeper)
    assert add_file(session, other.uuid, Teller(keeper.id), Sent("a.png", PNG), is_public=False)
    session.commit()
    (kept,) = attached(session, other)
    page = enter_as(client, session, keeper)
    assert page.get(f"/grievances/{other.uuid}/files/{kept.uuid}").status_code == 200
    assert page.get(f"/grievances/{case.uuid}/files/{kept.uuid}").status_code == 404


@pytest.mark.database
def test_a_case_has_only_so_many_files(session: Session, case: Grievance, keeper: User) -> None:
    by = Teller(keeper.id)
    for number in range(MOST_FILES):
        assert add_file(session, case.uuid, by, Sent(f"{number}.png", PNG), is_public=False)
    with pytest.raises(Refusal, match="at most"):
        add_file(session, case.uuid, by, Sent("one.png", PNG), is_public=False)


@pytest.mark.database
def test_a_vendor_who_complained_gets_public_files_only(
    session: Session, client: FlaskClient, keeper: User
) -> None:
    vendor = add_user_with(session, "vendor", "Vendor")
    case = add_case(session, add_project(session, "Seeds"), vendor)
    for public in (True, False):
        add_file(session, case.uuid, Teller(keeper.id), Sent("a.png", PNG), is_public=public)
    session.commit()
    page = enter_as(client, session, vendor)
    got = {
        one.is_public: page.get(f"/grievances/{case.uuid}/files/{one.uuid}").status_code
        for one in attached(session, case)
    }
    assert got == {True: 200, False: 404}


def hidden_in(text: str) -> str:
    """The key of the first form in a piece of a page."""
    return text.partition('name="once"')[2].partition('value="')[2].partition('"')[0]


def _lying() -> int:
    return len(list(case_files().iterdir())) if case_files().exists() else 0
