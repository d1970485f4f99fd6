"""The page of the log: who may read it, what narrows it, and that each entry tells what was before and after."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.operations import record
from portal.audit.queries.entries import NEWEST, EntryFilter, page_of_entries
from portal.core.abilities import Ability, Rule
from portal.core.db import as_actor
from portal.core.keyset import FIRST, Position, read_position
from tests.audit.conftest import Opened
from tests.audit.reading import run
from tests.auth.people import statements
from tests.factories import add_beneficiary, add_user_with

pytestmark = pytest.mark.database

EVERYTHING = Ability([Rule("manage", "all")])
READS = Rule("read", "AuditEntry")


@pytest.fixture
def admin(opened: Opened) -> FlaskClient:
    return opened("Admin", name="asha")


@pytest.mark.parametrize("role", ["Manager", "Approver", "Supervisor", "Officer", "Vendor", "Viewer"])
def test_C2_only_who_may_read_the_log_gets_to_it(opened: Opened, role: str) -> None:
    client = opened(role)
    assert client.get("/audit").status_code == 403
    assert client.get(f"/audit/records/beneficiaries/{uuid4()}").status_code == 403
    assert "/audit" not in client.get("/account/sessions").text


def test_an_administrator_reads_who_did_what_to_what(session: Session, admin: FlaskClient) -> None:
    bina = add_user_with(session, "bina", "Officer")
    with as_actor(bina.uuid, "request-4711"):
        session.commit()
        run(session, "INSERT INTO tbl_projects (name, type) VALUES ('Flood relief', 'CASH')")
        run(session, "UPDATE tbl_projects SET status = 'ACTIVE', name = 'Flood response'")
        session.commit()
    page = admin.get("/audit?table=tbl_projects").text
    for told in (
        "Bina",
        "Project",
        "Added",
        "Changed",
        "Flood relief",
        "Flood response",
        "Not ready",
        "Active",
    ):
        assert told in page, told
    assert "request-4711" in page
    entries = page.partition('class="entries"')[2]
    assert entries.index("Changed") < entries.index("Added"), "the newest first"


def test_values_that_the_log_does_not_hold_are_said_to_be_hidden(
    session: Session, admin: FlaskClient
) -> None:
    person = add_beneficiary(session, "Sita Tharu", location="Rajapur")
    run(session, "UPDATE tbl_beneficiaries SET location = 'Gulariya', age = 41 WHERE id = :id", id=person.id)
    session.commit()
    page = admin.get(f"/audit?record={person.uuid}&action=UPDATE").text
    assert "not told" in page
    assert "41" in page
    assert "Gulariya" not in page
    assert "Rajapur" not in page


def test_C4_values_of_what_one_may_not_read_stay_hidden(session: Session, opened: Opened) -> None:
    run(session, "INSERT INTO tbl_users (name, phone) VALUES ('Chandra', '+9779811111111')")
    session.commit()
    assert "+9779811111111" in opened("Admin").get("/audit?table=tbl_users").text
    page = opened(READS, Rule("read", "Project")).get("/audit?table=tbl_users").text
    assert "not told" in page
    assert "+9779811111111" not in page


def fill(session: Session) -> dict[str, Any]:
    """Entries that differ in each thing one can filter by."""
    asha, bina = uuid4(), uuid4()
    day = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
    rows: list[dict[str, Any]] = [
        {"actor": asha, "action": "UPDATE", "table_name": "tbl_projects", "record_id": "one", "at": day},
        {"actor": bina, "action": "UPDATE", "table_name": "tbl_projects", "record_id": "two", "at": day},
        {
            "actor": asha,
            "action": "DELETE",
            "table_name": "tbl_vendors",
            "record_id": "one",
            "at": day + dt.timedelta(days=1),
        },
        {"actor": None, "action": "SIGN_IN_FAILED", "table_name": "tbl_auth", "record_id": "9", "at": day},
    ]
    for row in rows:
        session.execute(insert(AuditEntry).values(**row))
    session.commit()
    return {"asha": asha, "bina": bina, "day": day}


def found(session: Session, **chosen: Any) -> list[tuple[str, str]]:
    page = page_of_entries(session, EntryFilter(**chosen), EVERYTHING)
    return sorted((row.action, row.record_id) for row in page.rows)


def test_each_filter_finds_its_entries_and_together_they_narrow(session: Session) -> None:
    made = fill(session)
    day, end = made["day"], made["day"] + dt.timedelta(days=2)
    within: dict[str, Any] = {"since": day - dt.timedelta(hours=1), "until": end}
    assert found(session, actor=made["asha"]) == [("DELETE", "one"), ("UPDATE", "one")]
    assert found(session, by_nobody=True, **within) == [("SIGN_IN_FAILED", "9")]
    assert found(session, table="tbl_vendors") == [("DELETE", "one")]
    assert found(session, record="one") == [("DELETE", "one"), ("UPDATE", "one")]
    assert found(session, action="SIGN_IN_FAILED", **within) == [("SIGN_IN_FAILED", "9")]
    assert found(session, until=end, since=day + dt.timedelta(hours=1)) == [("DELETE", "one")]
    assert found(session, until=day) == []
    assert found(session, actor=made["asha"], table="tbl_projects", record="one", **within) == [
        ("UPDATE", "one")
    ]
    assert found(session, actor=made["bina"], record="one") == []


def test_the_days_of_the_filter_are_whole_days_of_the_reader(
    app: Flask, session: Session, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = dt.datetime(2026, 5, 4, 20, tzinfo=dt.UTC)  # 01:45 on the fifth in Kathmandu
    session.execute(insert(AuditEntry).values(action="EXPORT", record_id="late", at=late))
    session.commit()
    query = "/audit?since=2026-05-{0}&until=2026-05-{0}"
    assert "late" in admin.get(query.format("04")).text
    assert "Nothing like that" in admin.get(query.format("05")).text
    babel = app.extensions["babel"]
    monkeypatch.setattr(babel, "default_timezone", "Asia/Kathmandu")
    assert "Nothing like that" in admin.get(query.format("04")).text
    assert "late" in admin.get(query.format("05")).text


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-99-99",
        "until=9999-12-31",
        "actor=nobody-such",
        "action=%00",
        "table=pg_class",
        "record=a%00b",
    ],
)
def test_D10_a_filter_that_makes_no_sense_is_said_so(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/audit?{query}").status_code == 422
    assert admin.get(f"/audit?at=x&{query}", headers={"HX-Request": "true"}).status_code == 422


def test_the_list_pages_by_key_through_entries_of_one_moment(session: Session, admin: FlaskClient) -> None:
    run(session, "INSERT INTO tbl_vendors (name) SELECT 'Shop ' || n FROM generate_series(1, 120) n")
    session.commit()
    seen: list[int] = []
    position = None
    for _page in range(3):
        at = read_position(position, NEWEST) if position else FIRST
        page = page_of_entries(session, EntryFilter(table="tbl_vendors"), EVERYTHING, at)
        seen += [row.id for row in page.rows]
        position = page.next
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)
    assert position is None
    assert 'rel="next"' in admin.get("/audit?table=tbl_vendors").text


def test_an_entry_with_a_very_high_number_can_be_paged_from(session: Session) -> None:
    position = Position("after", NEWEST.name, (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 2**40))
    assert read_position(position.token(), NEWEST) == position
    too_high = Position("after", NEWEST.name, (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 2**70))
    assert read_position(too_high.token(), NEWEST).kind == "first"


def test_the_page_takes_five_statements(session: Session, admin: FlaskClient) -> None:
    fill(session)
    with statements() as sent:
        assert admin.get("/audit").status_code == 200
    assert len(sent) == 5  # who asks, whom one can choose, the page, how many, names of what entries refer to


NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "ix_tbl_audit_log_newest"),
    ({"table": "tbl_vendors"}, "ix_tbl_audit_log_table"),
    ({"table": "tbl_vendors", "record": "17"}, "ix_tbl_audit_log_record"),
    ({"action": "EXPORT"}, "ix_tbl_audit_log_action"),
    (
        {"since": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "until": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)},
        "ix_tbl_audit_log_newest",
    ),
]


def test_each_way_to_look_for_entries_is_answered_by_an_index_in_order(session: Session) -> None:
    """Neither the whole log is read nor what was found sorted, however many entries there are."""
    run(
        session,
        'INSERT INTO tbl_audit_log (at, actor, action, "tableName", "recordId")'
        " SELECT timestamptz '2026-01-01' + n * interval '1 minute', md5((n % 50)::text)::uuid,"
        " CASE WHEN n % 500 = 0 THEN 'EXPORT' WHEN n % 3 = 0 THEN 'UPDATE' ELSE 'INSERT' END,"
        " CASE WHEN n % 100 = 0 THEN 'tbl_vendors' ELSE 'tbl_beneficiaries' END, n::text"
        " FROM generate_series(1, 20000) n",
    )
    run(session, "ANALYZE tbl_audit_log")
    for chosen, index in FILTERS:
        with statements() as sent:
            page_of_entries(session, EntryFilter(**chosen), EVERYTHING)
        plan = explained(session, chosen)
        assert index in plan, f"{chosen}: {plan}"
        assert "Sort" not in plan, f"{chosen}: {plan}"
        assert len(sent) == 1


def explained(session: Session, chosen: dict[str, Any]) -> str:
    """PostgreSQL's plan for the page of a filter."""
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> Any:
        if "tbl_audit_log" in statement and not statement.startswith("EXPLAIN"):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        page_of_entries(session, EntryFilter(**chosen), EVERYTHING)
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    return plans[0]


def test_a_deed_without_a_row_says_what_and_how_many(session: Session, admin: FlaskClient) -> None:
    record(
        session,
        "EXPORT",
        table_name="tbl_beneficiaries",
        details={"rows": 1234, "purpose": "Donor audit", "columns": ["name", "phone"], "format": "csv"},
    )
    session.commit()
    page = admin.get("/audit?action=EXPORT").text
    for told in ("Exported", "Beneficiary", "1234", "Donor audit", "Phone"):
        assert told in page
