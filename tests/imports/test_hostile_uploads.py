"""D6 at the door: whatever is sent, its sender gets a sentence, and everybody else goes on working."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import move
from portal.imports.tasks import CHECK
from portal.jobs.models import Job
from portal.jobs.tasks import Progress, find
from tests.factories import add_beneficiary
from tests.imports.batches import stage
from tests.imports.test_pages import CSV, batch_of, follow, upload, uploaded
from tests.imports.workbooks import cell, compound, sheet_xml, xlsx, xlsx_parts, zipped

pytestmark = pytest.mark.database

PEOPLE = [("Name", "Phone"), ("Sita", "9801234567")]
SHEET = "xl/worksheets/sheet1.xml"
REJECTED = {"format": "xlsx", "purpose": "Correcting and importing again"}


def with_sheet(change: Callable[[str], str]) -> bytes:
    parts = xlsx_parts({"People": sheet_xml(PEOPLE)})
    parts[SHEET] = change(parts[SHEET])
    return zipped(parts)


def laughs() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return with_sheet(
        lambda xml: (
            f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>' + xml.partition("?>")[2].replace("Sita", "&a9;")
        )
    )


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in xlsx_parts({"People": sheet_xml(PEOPLE)}).items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w") as part:
            for _ in range(250):
                part.write(b" " * 2**20)
    return buffer.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a zip bomb": bomb,
    "billion laughs": laughs,
    "an outside entity": lambda: with_sheet(
        lambda xml: (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + xml.partition("?>")[2].replace("Sita", "&x;")
        )
    ),
    "a far cell": lambda: with_sheet(
        lambda xml: xml.replace(
            "</sheetData>", f'<row r="1048576">{cell("XFD1048576", "x")}</row></sheetData>'
        )
    ),
    "a password": lambda: compound({"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"y" * 200}),
    "a zip in a zip": lambda: zipped({"inner.zip": zipped({"people.csv": "a,b"})}),
    "noise": lambda: bytes(range(256)) * 200,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_D6_a_hostile_file_is_refused_with_a_sentence_and_the_portal_lives(
    session: Session, manager: FlaskClient, instance: Any, case: str
) -> None:
    kept = {*instance.glob("uploads/*")}
    answer = upload(manager, HOSTILE[case](), "people.xlsx")
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "root:" not in answer.text
    assert session.scalars(select(ImportBatch)).all() == []
    assert {*instance.glob("uploads/*")} == kept
    assert manager.get("/imports").status_code == 200
    assert upload(manager).status_code == 303


REFUSED = {
    "nothing": (b"", "", "Choose a file."),
    "an empty file": (b"", "people.csv", "The file is empty."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "people.csv", "This is a picture"),
    "a picture by its name": (b"x", "people.png", "Choose a CSV"),
    "a program": (b"\x7fELF" + b"\0" * 100, "people.csv", "This is a program"),
    "a web page": (b"<!doctype html><html></html>", "people.xls", "This is a web page"),
    "a torn workbook": (xlsx([["name"], ["Sita"]])[:300], "people.xlsx", ""),
    "a workbook without cells": (xlsx([]), "people.xlsx", ""),
    "no ending": (CSV.encode(), "people", "Choose a CSV"),
    "half an ending": (CSV.encode(), "csv.exe", "Choose a CSV"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_D6_D7_what_is_no_table_is_refused_at_the_field(
    session: Session, manager: FlaskClient, case: str, instance: Any
) -> None:
    content, name, said = REFUSED[case]
    kept = {*instance.glob("uploads/*")}
    answer = upload(manager, content, name)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert said in answer.text
    assert session.scalars(select(ImportBatch)).all() == []
    assert {*instance.glob("uploads/*")} == kept
    assert manager.get("/imports/new").status_code == 200


def test_D8_what_is_too_large_is_refused_before_it_is_read(session: Session, manager: FlaskClient) -> None:
    answer = upload(manager, b"name\n" + b"x" * 20_000_000)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "larger than 20 MB" in answer.text
    assert session.scalars(select(ImportBatch)).all() == []


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.csv",
        "/etc/x.csv",
        "C:\\x\\y.csv",
        "a\0b.csv",
        "x" * 300 + ".csv",
        "<b>&.csv",
        "राम.csv",
        "a\r\nX: y.csv",
        ".csv",
    ],
)
def test_D7_the_files_own_name_reaches_no_path_and_no_markup(
    session: Session, manager: FlaskClient, name: str, instance: Any
) -> None:
    kept = {*instance.glob("uploads/*")}
    answer = upload(manager, name=name)
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        return
    found = batch_of(session)
    assert found.file_path
    assert found.file_path.startswith(f"{instance}/uploads/")
    assert re.fullmatch(r"[0-9a-f-]{36}\.csv|[0-9a-f-]{36}", found.file_path.rsplit("/", 1)[1])
    for page in (follow(manager, answer.location), manager.get("/imports")):
        assert page.status_code == 200
        assert "<b>&." not in page.text
    manager.post(f"/imports/{found.uuid}/discard")
    assert {*instance.glob("uploads/*")} == kept


def work(session: Session) -> None:
    known = find(CHECK)
    assert known
    job = session.scalars(select(Job)).one()
    known.body(Progress(), batch=str(job.arguments["batch"]))


def test_a_file_that_is_gone_fails_its_check_and_no_more(session: Session, manager: FlaskClient) -> None:
    batch = uploaded(manager)
    Path(batch_of(session).file_path or "").unlink()
    session.commit()
    manager.post(f"{batch}/columns", data={"region": "NP", "project": ""})
    with pytest.raises(Refusal):
        work(session)
    session.rollback()
    session.execute(text("UPDATE tbl_jobs SET state = 'FAILED', error = 'The file is damaged.'"))
    session.commit()
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_beneficiaries")) == 0
    page = manager.get(f"{batch}/check").text
    assert "The file is damaged." in page
    assert manager.post(f"{batch}/reopen").location == f"{batch}/columns"
    assert manager.get(f"{batch}/columns").status_code == 200
    assert manager.post(f"{batch}/discard").status_code == 303


def test_what_is_wrong_in_each_row_ends_nobodys_work(session: Session, manager: FlaskClient) -> None:
    rows = "".join(f"\x01{number},{'x' * 3000},{'9' * 400},=1+1,💥\n" for number in range(200))
    batch = uploaded(manager, "name,birth date,phone,age,latitude\n" + rows)
    manager.post(f"{batch}/columns", data={"region": "NP", "project": "", "column-4": "latitude"})
    work(session)
    session.expire_all()
    assert batch_of(session).row_count == 200
    assert manager.get(f"{batch}/review").status_code == 200
    assert manager.post(f"{batch}/rejected", data=REJECTED, buffered=True).status_code == 200


def test_a_birth_date_is_the_same_day_in_every_time_zone(
    app: Flask, session: Session, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "BABEL_DEFAULT_TIMEZONE", "America/Bogota")
    babel = app.extensions["babel"]
    monkeypatch.setattr(babel, "default_timezone", "America/Bogota", raising=False)
    batch = stage(session, [["name", "birth date"], ["Sita", "1990-01-02"]])
    assert "Jan 2, 1990" in manager.get(f"/imports/{batch}/review").text
    person = add_beneficiary(session, "Asha", birth_date=dt.datetime(1991, 3, 4, tzinfo=dt.UTC))
    assert "Mar 4, 1991" in manager.get(f"/beneficiaries/{person.uuid}").text


def test_a_check_that_is_cancelled_leaves_nothing(session: Session, manager: FlaskClient) -> None:
    from portal.jobs.progress import Cancelled

    class Impatient(Progress):
        def advance(self, done: int, total: int | None = None) -> None:
            raise Cancelled

    batch = uploaded(manager)
    manager.post(f"{batch}/columns", data={"region": "NP", "project": ""})
    known = find(CHECK)
    assert known
    with pytest.raises(Cancelled):
        known.body(Impatient(), batch=str(batch_of(session).uuid))
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_beneficiaries")) == 0
    assert batch_of(session).state == "CHECKING"
    session.execute(text("UPDATE tbl_jobs SET state = 'CANCELLED'"))
    session.commit()
    assert manager.post(f"{batch}/reopen").location == f"{batch}/columns"
    with pytest.raises(Refusal):
        move(session, batch_of(session).uuid, "REVIEW")
