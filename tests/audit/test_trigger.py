"""The audit log writes itself: every way of changing a row leaves its entry."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from portal.core.db import Actor, tell_actor
from tests.audit.reading import entries, run


def test_a_new_row_is_logged_whole_with_who_made_it_and_in_which_request(session: Session) -> None:
    actor = uuid4()
    tell_actor(session.connection(), Actor(actor, "request-1"))
    run(session, "INSERT INTO tbl_projects (name, type) VALUES ('Flood relief', 'CASH')")
    entry = entries(session, "tbl_projects")[-1]
    assert (entry.action, entry.actor, entry.request_id) == ("INSERT", actor, "request-1")
    assert (entry.after["name"], entry.before, entry.record_id) == ("Flood relief", None, entry.after["uuid"])


def test_a_change_that_nobody_signed_is_logged_without_an_actor(session: Session, project: UUID) -> None:
    entry = entries(session, "tbl_projects")[-1]
    assert (entry.record_id, entry.actor, entry.request_id) == (str(project), None, None)


def test_an_update_keeps_only_the_columns_that_changed(session: Session, project: UUID) -> None:
    run(session, "UPDATE tbl_projects SET name = 'Winter relief', type = type, \"updatedAt\" = now()")
    entry = entries(session, "tbl_projects")[-1]
    assert (entry.action, entry.before, entry.after) == (
        "UPDATE",
        {"name": "Flood relief"},
        {"name": "Winter relief"},
    )


@pytest.mark.parametrize(
    "assignment",
    ["name = name", '"updatedAt" = now()', "name = name, \"updatedAt\" = now() + interval '1 s'"],
)
def test_an_update_of_bookkeeping_alone_writes_nothing(
    session: Session, project: UUID, assignment: str
) -> None:
    before = len(entries(session, "tbl_projects"))
    run(session, f"UPDATE tbl_projects SET {assignment}")
    assert len(entries(session, "tbl_projects")) == before


def test_using_a_session_is_bookkeeping_and_revoking_it_is_not(session: Session) -> None:
    run(session, "INSERT INTO tbl_users (name) VALUES ('Asha')")
    run(
        session,
        'INSERT INTO tbl_auth ("userId", service, "serviceId")'
        " SELECT max(id), 'EMAIL', 'a@example.org' FROM tbl_users",
    )
    run(session, 'INSERT INTO tbl_auth_sessions ("clientId", "authId") SELECT \'web\', max(id) FROM tbl_auth')
    run(session, "UPDATE tbl_auth_sessions SET \"lastSeenAt\" = now() + interval '1 minute'")
    assert [entry.action for entry in entries(session, "tbl_auth_sessions")] == ["INSERT"]
    run(session, 'UPDATE tbl_auth_sessions SET "revokedAt" = now()')
    assert entries(session, "tbl_auth_sessions")[-1].after.keys() == {"revokedAt"}


def test_a_deleted_row_is_kept_in_the_log(session: Session, project: UUID) -> None:
    run(session, "DELETE FROM tbl_projects WHERE uuid = :uuid", uuid=project)
    entry = entries(session, "tbl_projects")[-1]
    assert (entry.action, entry.before["name"], entry.after) == ("DELETE", "Flood relief", None)


def test_emptying_a_table_is_logged(session: Session) -> None:
    run(session, "TRUNCATE tbl_tokens")
    entry = entries(session, "tbl_tokens")[-1]
    assert (entry.action, entry.record_id) == ("TRUNCATE", None)


def test_a_row_that_gets_another_name_shows_as_one_that_went_and_one_that_came(session: Session) -> None:
    run(session, "INSERT INTO tbl_settings (name, value, \"dataType\") VALUES ('OLD', '1', 'NUMBER')")
    run(session, "UPDATE tbl_settings SET name = 'NEW' WHERE name = 'OLD'")
    _, *moved = entries(session, "tbl_settings")
    by_name = {entry.record_id: entry for entry in moved}
    assert by_name["OLD"].before["value"] == 1
    assert by_name["OLD"].after is None
    assert by_name["NEW"].after["value"] == 1
    assert by_name["NEW"].before is None


def test_a_bulk_statement_logs_each_of_its_rows_once(session: Session) -> None:
    run(session, "INSERT INTO tbl_vendors (name) SELECT 'Shop ' || n FROM generate_series(1, 1000) n")
    run(session, "UPDATE tbl_vendors SET location = 'Dhading' WHERE id % 2 = 0")
    found = entries(session, "tbl_vendors")
    inserted = {entry.record_id for entry in found if entry.action == "INSERT"}
    assert len(inserted) == 1000
    assert sum(entry.action == "UPDATE" for entry in found) == 500


def test_rows_that_come_by_copy_are_logged_too(session: Session) -> None:
    raw = session.connection().connection.cursor()
    with raw.copy("COPY tbl_vendors (name) FROM STDIN") as copy:
        copy.write_row(["Copied shop"])
    assert [entry.after["name"] for entry in entries(session, "tbl_vendors")] == ["Copied shop"]


def test_an_insert_that_turns_into_an_update_is_logged_as_one(session: Session) -> None:
    insert = (
        "INSERT INTO tbl_settings (name, value, \"dataType\") VALUES ('A', :value, 'NUMBER')"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    run(session, insert, value="1")
    run(session, insert, value="2")
    assert [(entry.action, entry.after) for entry in entries(session, "tbl_settings")][1:] == [
        ("UPDATE", {"value": 2})
    ]


def test_a_statement_that_touches_no_row_writes_nothing(session: Session) -> None:
    run(session, "INSERT INTO tbl_vendors (name) SELECT 'x' WHERE false")
    run(session, "UPDATE tbl_vendors SET name = 'x' WHERE false")
    run(session, "DELETE FROM tbl_vendors WHERE false")
    assert entries(session, "tbl_vendors") == []


def test_a_new_person_is_logged_by_key_and_a_changed_one_by_column(session: Session, person: int) -> None:
    run(session, "UPDATE tbl_beneficiaries SET age = 40, version = version + 1 WHERE id = :key", key=person)
    came, changed = entries(session, "tbl_beneficiaries")
    assert (came.action, came.before, came.after) == ("INSERT", None, None)
    assert (changed.record_id, changed.before, changed.after) == (came.record_id, {"age": None}, {"age": 40})
