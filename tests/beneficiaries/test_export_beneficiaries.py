"""The filtered list as a file: exactly those people, in that order, safe in a spreadsheet, and on record."""

import csv
import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import python_calamine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry, AuditWords
from portal.beneficiaries.forms import COLUMN_LABELS
from portal.core.abilities import Rule
from portal.core.spreadsheet import guard, held_by_xml
from portal.web.downloads import take_turn
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.naughty import NAUGHTY
from tests.factories import add_beneficiaries, add_beneficiary, add_group, add_named, add_project

pytestmark = pytest.mark.database

READS = [Rule("read", "Beneficiary"), Rule("read", "BeneficiaryPii")]


PURPOSE = {"purpose": "other", "purpose_other": "for the distribution"}


def export(client: FlaskClient, kind: str = "csv", query: str = "", **more: Any) -> Any:
    form = {"format": kind, "columns": ["name", "phone"], **PURPOSE, **more}
    return client.post(f"/beneficiaries/export?{query}", data=form, buffered=True)


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    if answer.mimetype == "text/csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)  # type: ignore[return-value]


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and guard(cell[1:]) == cell else cell


KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])


def test_G7_while_one_file_is_being_sent_another_waits_its_turn(
    session: Session, manager: FlaskClient
) -> None:
    add_named(session, ["Sita Rai"])
    slow_reader = take_turn()
    assert slow_reader is not None

    waiting = export(manager)
    slow_reader.give_back()
    afterwards = export(manager)
    once_more = export(manager)

    assert [answer.status_code for answer in (waiting, afterwards, once_more)] == [503, 200, 200]
    assert waiting.headers["Retry-After"]
    assert session.scalar(select(func.count()).where(AuditEntry.action == "EXPORT")) == 2


@KINDS
def test_an_export_holds_what_the_list_shows_in_its_order(
    session: Session, manager: FlaskClient, kind: str
) -> None:
    add_named(session, ["Sita Rai", "Asha Sitaula", "Bina Sita", "Chandra", "Prasita"])
    for query, names in {
        "sort=name": ["Asha Sitaula", "Bina Sita", "Chandra", "Prasita", "Sita Rai"],
        "sort=-name": ["Sita Rai", "Prasita", "Chandra", "Bina Sita", "Asha Sitaula"],
        "": ["Prasita", "Chandra", "Bina Sita", "Asha Sitaula", "Sita Rai"],
        "q=sita": ["Bina Sita", "Asha Sitaula", "Sita Rai", "Prasita"],
        "q=sita&sort=name": ["Asha Sitaula", "Bina Sita", "Sita Rai", "Prasita"],
        "gender=MALE": [],
        "gender=UNKNOWN&gender=FEMALE&q=chandra": ["Chandra"],
    }.items():
        exported = [row[0] for row in table(export(manager, kind, query, columns=["name"]))[1:]]
        assert exported == names, query
        shown = manager.get(f"/beneficiaries?{query}").text
        assert sorted(names, key=shown.index) == names


@KINDS
def test_an_export_holds_all_pages_of_the_list(session: Session, manager: FlaskClient, kind: str) -> None:
    add_beneficiaries(session, 130)
    assert len(table(export(manager, kind, "at=x&page=2"))) == 131


@KINDS
def test_all_columns_are_told_in_words_that_the_import_knows(
    session: Session, manager: FlaskClient, kind: str
) -> None:
    from portal.imports.mapping import guess

    project, group = add_project(session, "Relief"), add_group(session, "Mothers")
    person = add_beneficiary(
        session,
        "Sita Tharu",
        "+9779801234567",
        email="sita@example.net",
        govt_id="00123",
        groups=[group, add_group(session, "Artisans")],
        projects=[project],
        gender="FEMALE",
        birth_date=dt.datetime(1990, 1, 2, tzinfo=dt.UTC),
        location="Rajapur",
        notes="first\nsecond",
        is_verified=True,
        created_at=dt.datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=dt.UTC),
    )
    header, row = table(export(manager, kind, columns=list(COLUMN_LABELS)))
    told = dict(zip(COLUMN_LABELS, map(unguarded, row) if kind == "csv" else row, strict=True))
    assert told == {
        **told,
        "name": "Sita Tharu",
        "phone": "+9779801234567",
        "govt_id": "00123",
        "email": "sita@example.net",
        "gender": "FEMALE",
        "birth_date": "1990-01-02",
        "location": "Rajapur",
        "banked_status": "UNKNOWN",
        "groups": "Artisans, Mothers",
        "projects": "Relief",
        "verified": "yes",
        "wallet": person.wallet_address,
        "notes": "first\nsecond",
        "created": "2026-02-03T04:05:06Z",
        "uuid": str(person.uuid),
    }
    targets = {column.header: column.target for column in guess(header, [row], "NP").columns}
    own = {header for header, target in targets.items() if target in {"extras", "ignore"}}
    assert own == {"projects", "verified", "created"}


@KINDS
def test_who_has_no_phone_and_no_name_has_empty_cells(
    session: Session, manager: FlaskClient, kind: str
) -> None:
    add_beneficiary(session, None, "none:6f1c9c1e-1111-4222-8333-444455556666")
    assert table(export(manager, kind, columns=["name", "phone", "uuid"]))[1][:2] == ["", ""]


@KINDS
def test_D2_D5_whatever_stands_in_a_record_is_read_back_equal(
    session: Session, manager: FlaskClient, kind: str
) -> None:
    for words in NAUGHTY:
        add_beneficiary(session, words, email=words, govt_id=words, location=words, notes=words)
    columns = ["name", "email", "govt_id", "location", "notes"]
    rows = table(export(manager, kind, "sort=created", columns=[*columns, "uuid"]))[1:]
    expected = [held_by_xml(words) if kind == "xlsx" else words for words in NAUGHTY]
    for place in range(len(columns)):
        read = [unguarded(row[place]) if kind == "csv" else row[place] for row in rows]
        assert read == expected


def test_D5_no_cell_of_an_export_begins_as_a_formula(session: Session, manager: FlaskClient) -> None:
    for words in NAUGHTY:
        group = add_group(session, f"{words}:{len(words)}:{words}")
        add_beneficiary(
            session, words, email=words, govt_id=words, location=words, notes=words, groups=[group]
        )
    for row in table(export(manager, "csv", columns=list(COLUMN_LABELS)))[1:]:
        assert [cell for cell in row if guard(cell) != cell and not cell.startswith("'")] == []


def test_D5_phones_are_text_in_both(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita", "+9779801234567")
    assert table(export(manager, "csv"))[1][1] == "'+9779801234567"
    sheet = openpyxl.load_workbook(io.BytesIO(export(manager, "xlsx").data)).active
    assert sheet is not None
    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == ("+9779801234567", "s")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"purpose": ""}, "purpose", "Say what the data are for."),
        ({"purpose": "no such"}, "purpose", ""),
        ({"purpose_other": "   "}, "purpose_other", "Say what the data are for."),
        ({"purpose_other": "x" * 501}, "purpose_other", ""),
        ({"purpose_other": "a\0b"}, "purpose_other", "cannot be stored"),
        ({"columns": []}, "columns", ""),
        ({"columns": ["password"]}, "columns", ""),
        ({"format": "exe"}, "format", ""),
    ],
)
def test_F3_an_export_without_purpose_or_sense_is_refused_at_its_field(
    session: Session, manager: FlaskClient, wrong: dict[str, Any], field: str, words: str
) -> None:
    add_beneficiary(session, "Sita Tharu")
    answer = export(manager, **wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words in answer.text
    assert "Sita" not in answer.text
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).all() == []


def test_F3_G1_an_export_is_on_record_with_who_what_why_and_how_many(
    session: Session, manager: FlaskClient
) -> None:
    add_named(session, ["Sita Rai", "Sita Oli", "Asha"])
    export(manager, "xlsx", "q=sita&gender=UNKNOWN")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.actor is not None
    assert entry.table_name == "tbl_beneficiaries"
    assert entry.details
    assert entry.details == {
        "rows": 2,
        "columns": ["name", "phone"],
        "purpose": "(own words)",
        "proof": entry.details["proof"],
        "format": "xlsx",
        "narrowed_by": ["gender", "q"],
    }
    assert session.get_one(AuditWords, entry.id).words == "for the distribution"
    assert "sita" not in str(entry.details).lower()


def test_the_page_before_says_how_many_it_will_be_and_keeps_the_filter(
    session: Session, manager: FlaskClient
) -> None:
    add_named(session, ["Sita Rai", "Sita Oli", "Asha"])
    page = manager.get("/beneficiaries/export?q=sita&sort=name").text
    assert "2 people" in page
    assert 'action="/beneficiaries/export?q=sita&amp;sort=name"' in page


@pytest.mark.parametrize("role", ["Viewer", "Officer", "Supervisor", "Approver", "Vendor"])
def test_C2_who_may_not_export_is_refused_and_not_offered_it(
    session: Session, signed_in_as: SignedInAs, role: str
) -> None:
    add_beneficiary(session, "Sita Tharu")
    client = signed_in_as(role)
    for answer in (client.get("/beneficiaries/export"), export(client), export(client, "xlsx")):
        assert answer.status_code == 403
        assert "Sita" not in answer.text
    assert "/beneficiaries/export" not in client.get("/beneficiaries").text


def test_C2_who_may_export_and_read_gets_it(session: Session, signed_in_as: SignedInAs) -> None:
    add_beneficiary(session, "Sita Tharu")
    client = signed_in_as(*READS, Rule("export", "Beneficiary"))
    assert table(export(client))[1][0] == "Sita Tharu"
    assert "/beneficiaries/export" in client.get("/beneficiaries").text


def test_D7_the_file_has_a_name_of_our_own_and_is_not_kept(session: Session, manager: FlaskClient) -> None:
    answer = export(manager, query="q=../../x%22%0d%0aSet-Cookie:a=b")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="beneficiaries-2')
    assert disposition.endswith('.csv"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_was_deleted_is_in_no_export(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Gone", deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    assert len(table(export(manager))) == 1
