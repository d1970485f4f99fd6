"""The review in a browser: what is said of each row, correcting, choosing, and who may do so."""

import csv
import io
from typing import Any

import pytest
import python_calamine
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_rows
from portal.jobs.models import Job
from tests.auth.people import statements
from tests.beneficiaries.naughty import NAUGHTY
from tests.factories import add_beneficiary
from tests.imports.batches import row, stage, take, verdicts

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
PHONE, OTHER_PHONE = "+9779801234567", "+9779812345678"
TABLE = [
    ["name", "phone", "Village"],
    ["Sita", PHONE, "x"],
    ["Asha", OTHER_PHONE, ""],
    ["Asha 2", OTHER_PHONE, ""],
    ["Bad", "12", ""],
]


@pytest.fixture
def batch(session: Session) -> Any:
    """A known Sita, a new Asha, a second with her phone, and a row with a bad phone."""
    add_beneficiary(session, "Sita", PHONE)
    return stage(session, TABLE)


def test_each_row_has_its_verdict_with_the_reason_in_words(manager: FlaskClient, batch: Any) -> None:
    page = manager.get(f"/imports/{batch}/review").text
    assert "Row 3 of the file has the same phone." in page
    assert "1–4 of 4" in page
    assert "Take 2 rows" in page
    assert "<html" in page


@pytest.mark.parametrize(
    ("verdict", "names"),
    [("NEW", ["Asha"]), ("UPDATE", ["Sita"]), ("DUPLICATE", ["Asha 2"]), ("INVALID", ["Bad"])],
)
def test_the_rows_of_one_verdict_are_shown_alone(
    manager: FlaskClient, batch: Any, verdict: str, names: list[str]
) -> None:
    page = manager.get(f"/imports/{batch}/review?verdict={verdict}", headers=HTMX).text
    assert [
        name for name in ("Sita", "Asha", "Asha 2", "Bad") if f"<bdi>{name}</bdi>" in page.replace("\n", "")
    ] == names or len(names) == 1
    assert "1–1 of 1" in page
    assert "<html" not in page
    assert page.strip().startswith('<div id="rows"')


@pytest.mark.parametrize(
    "query",
    ["verdict=X", "verdict=", "verdict[]=NEW", "at=x", "at=1e9", "mend=x", "mend=1e9", "mend=99999999999999999999",
     "uuid=1", "endpoint=x", "_scheme=javascript", "page=-1", "verdict=NEW&verdict=OLD"],
)  # fmt: skip
def test_D10_parameters_that_nobody_asked_for_do_no_harm(
    manager: FlaskClient, batch: Any, query: str
) -> None:
    answer = manager.get(f"/imports/{batch}/review?{query}")
    assert answer.status_code == 200
    assert 'href="javascript:' not in answer.text
    assert manager.get(f"/imports?{query}").status_code == 200


def test_a_cell_is_corrected_where_it_stands(session: Session, manager: FlaskClient, batch: Any) -> None:
    back = f"/imports/{batch}/review?verdict=INVALID"
    assert "/rows/5/cells/1" in manager.get(back).text
    answer = manager.post(f"/imports/{batch}/rows/5/cells/1", data={"value": "982-3456789", "back": back})
    assert (answer.status_code, answer.location) == (303, back)
    assert "Row 5 is corrected." in manager.get(back).text
    assert row(session, batch, 5).phone == "+9779823456789"
    answer = manager.post(f"/imports/{batch}/rows/5/cells/1", data={"value": "13"}, headers=HTMX)
    assert answer.status_code in {200, 204}
    assert row(session, batch, 5).verdict == "INVALID"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("rows/5/cells/1", {"value": "a\0b"}, 422),
        ("rows/5/cells/1", {"value": "x" * 2_001}, 422),
        ("rows/5/cells/3", {"value": "x"}, 404),
        ("rows/5/cells/99999999999999999999", {"value": "x"}, 404),
        ("rows/99/cells/1", {"value": "x"}, 409),
        ("rows/2147483647/cells/1", {"value": "x"}, 409),
        ("rows/2147483648/cells/1", {"value": "x"}, 404),
        ("rows/1000000000000/choice", {"take": "yes"}, 404),
        ("rows/-1/choice", {"take": "yes"}, 404),
        ("rows/1e9/choice", {"take": "yes"}, 404),
        ("rows/2/choice", {"take": "maybe"}, 422),
        ("rows/2/choice", {}, 422),
        ("choice", {"take": "yes", "verdict": "INVALID"}, 422),
        ("choice", {"take": "yes", "verdict": "X"}, 422),
        ("rows/4/settle", {"who": "nobody"}, 422),
        ("rows/4/settle", {"who": "same"}, 422),
        ("rows/3/settle", {"who": "other"}, 409),
        ("rows/99/settle", {"who": "other"}, 409),
        ("rejected", {"format": "exe", "purpose": "Asking who made the file"}, 422),
        ("rejected", {"format": "csv"}, 422),
    ],
)
def test_D10_what_makes_no_sense_is_refused_and_changes_nothing(
    session: Session, manager: FlaskClient, batch: Any, path: str, data: dict[str, str], status: int
) -> None:
    def state() -> Any:
        return session.execute(
            text('SELECT "rowNumber", verdict, take, phone FROM tbl_temp_beneficiaries ORDER BY 1')
        ).all()

    before = state()
    for headers in ({}, HTMX):
        assert manager.post(f"/imports/{batch}/{path}", data=data, headers=headers).status_code == status
    assert state() == before


def test_rows_are_taken_and_left_one_by_one_and_by_verdict(
    session: Session, manager: FlaskClient, batch: Any
) -> None:
    manager.post(f"/imports/{batch}/rows/2/choice", data={"take": "no"})
    assert row(session, batch, 2).take is False
    assert "Take 1 row" in manager.get(f"/imports/{batch}/review").text
    manager.post(f"/imports/{batch}/choice", data={"take": "no", "verdict": "NEW"})
    assert "/take" not in manager.get(f"/imports/{batch}/review").text
    manager.post(f"/imports/{batch}/choice", data={"take": "yes", "verdict": "UPDATE"})
    assert row(session, batch, 2).take is True


@pytest.mark.parametrize("number", [4, 5])
def test_what_is_held_cannot_be_taken_by_request_either(
    session: Session, manager: FlaskClient, batch: Any, number: int
) -> None:
    assert f"/rows/{number}/choice" not in manager.get(f"/imports/{batch}/review").text
    for path, data in (
        (f"rows/{number}/choice", {"take": "yes"}),
        ("choice", {"take": "yes"}),
        ("choice", {"take": "yes", "verdict": "DUPLICATE"}),
    ):
        assert manager.post(f"/imports/{batch}/{path}", data=data).status_code == 303
        assert row(session, batch, number).take is False


def test_a_possible_duplicate_is_settled_by_its_buttons(
    session: Session, manager: FlaskClient, batch: Any
) -> None:
    manager.post(f"/imports/{batch}/rows/4/settle", data={"who": "other"})
    assert (row(session, batch, 4).verdict, row(session, batch, 4).phone) == ("NEW", None)
    add_beneficiary(session, "Somebody", "+9779845678901")
    other = stage(session, [["name", "phone"], ["Another", "9845678901"]])
    assert "Same person: update" in manager.get(f"/imports/{other}/review").text
    manager.post(f"/imports/{other}/rows/2/settle", data={"who": "same"})
    assert verdicts(session, other) == ["UPDATE"]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_A14_a_change_leads_back_to_this_site_only(manager: FlaskClient, batch: Any, back: str) -> None:
    answer = manager.post(f"/imports/{batch}/rows/2/choice", data={"take": "no", "back": back})
    assert answer.location == f"/imports/{batch}/review"


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    if answer.mimetype == "text/csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)  # type: ignore[return-value]


def rejected(client: FlaskClient, batch: Any, kind: str) -> Any:
    form = {"format": kind, "purpose": "Correcting and importing again"}
    return client.post(f"/imports/{batch}/rejected", data=form, buffered=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_F3_the_rows_not_taken_are_on_record_before_they_are_sent(
    session: Session, manager: FlaskClient, batch: Any, kind: str
) -> None:
    assert manager.get(f"/imports/{batch}/rejected").status_code == 200
    assert rejected(manager, batch, kind).status_code == 200
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT"))
    assert (entry.table_name, entry.record_id) == ("tbl_import_batches", str(batch))
    assert entry.actor is not None
    assert entry.details == {"rows": 2, "purpose": "Correcting and importing again", "format": kind}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_rows_not_taken_come_with_their_reasons(
    session: Session, manager: FlaskClient, batch: Any, kind: str
) -> None:
    choose_rows(session, batch, take=False, verdict=None, row=2)
    header, *rows = table(rejected(manager, batch, kind))
    assert header == ["name", "phone", "Village", "Row", "Why it was not taken"]
    assert [each[0] for each in rows] == ["Sita", "Asha 2", "Bad"]
    assert [each[3] for each in rows] == ["2", "4", "5"]
    assert rows[1][4] == "Row 3 of the file has the same phone."
    assert all(each[4] for each in rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_D2_D5_the_rows_not_taken_are_safe_and_read_back_equal(
    session: Session, manager: FlaskClient, kind: str
) -> None:
    from portal.core.spreadsheet import guard, held_by_xml

    naughty = [["Bad", "12", words] for words in NAUGHTY]
    batch = stage(session, [["name", "phone", "=Note\x01"], *naughty])
    header, *rows = table(rejected(manager, batch, kind))
    if kind == "csv":
        assert [each[2] for each in rows] == [guard(words) for words in NAUGHTY]
        assert header[2] == "'=Note\x01"
    else:
        assert [each[2] for each in rows] == [held_by_xml(words) for words in NAUGHTY]


def test_D2_whatever_a_cell_holds_it_is_shown_and_not_run(session: Session, manager: FlaskClient) -> None:
    table_ = [["name", "phone", "group"], *([words, "12", words] for words in NAUGHTY)]
    batch = stage(session, table_)
    page = manager.get(f"/imports/{batch}/review").text
    page += "".join(
        manager.get(f"/imports/{batch}/review?verdict={verdict}").text for verdict in ("NEW", "INVALID")
    )
    for harm in ("<script>alert", "<img src=x", "<svg/onload", "<h1>x", "<!-- x"):
        assert harm not in page


def fill(session: Session, number: int) -> Any:
    lines = [[f"Person {at}", "" if at % 3 else "12"] for at in range(number)]
    return stage(session, [["name", "phone"], *lines])


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/imports/{batch}/review", 4),
        ("/imports/{batch}/review?verdict=NEW", 4),
        ("/imports", 2),
        ("/imports/{batch}/columns", 3),
    ],
)
def test_a_page_asks_the_database_as_often_whatever_it_shows(
    session: Session, manager: FlaskClient, path: str, number: int
) -> None:
    asked = []
    for rows in (1, 60):
        address = path.format(batch=fill(session, rows))
        manager.get(address)
        with statements() as seen:
            assert manager.get(address).status_code == 200
        asked.append(len(seen))
    assert asked == [number, number]


def test_D1_looking_changes_no_row(session: Session, manager: FlaskClient, batch: Any) -> None:
    counters = text(
        "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
        " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"
    )
    before = session.execute(counters).all()
    for page in ("", "/columns", "/check", "/review", "/result", "/rejected"):
        manager.get(f"/imports/{batch}{page}", buffered=True)
        manager.head(f"/imports/{batch}{page}")
    manager.get("/imports")
    manager.get("/imports/new")
    assert session.execute(counters).all() == before


def test_a_batch_is_discarded_and_then_gone(session: Session, manager: FlaskClient, batch: Any) -> None:
    assert manager.post(f"/imports/{batch}/discard").location == "/imports"
    assert manager.get(f"/imports/{batch}").status_code == 404
    assert "Nobody was registered" in manager.get("/imports").text


@pytest.mark.parametrize(
    "path", ["take", "undo", "reopen", "discard", "columns", "sheet", "rows/2/choice", "choice"]
)
def test_E4_an_old_page_is_told_that_the_import_has_moved_on(
    session: Session, manager: FlaskClient, batch: Any, path: str
) -> None:
    take(session, batch)
    session.execute(text("UPDATE tbl_import_batches SET state = 'UNDONE'"))
    session.commit()
    data = {"take": "yes", "region": "NP", "project": "", "sheet": "x"}
    answer = manager.post(f"/imports/{batch}/{path}", data=data)
    assert answer.status_code in {409, 422}
    assert session.scalars(select(ImportBatch.state)).all() == ["UNDONE"]
    assert session.scalars(select(Job)).all() == []


def test_asking_twice_to_take_begins_it_once(session: Session, manager: FlaskClient, batch: Any) -> None:
    assert manager.post(f"/imports/{batch}/take").status_code == 303
    assert manager.post(f"/imports/{batch}/take").status_code == 409
    assert len(session.scalars(select(Job)).all()) == 1
