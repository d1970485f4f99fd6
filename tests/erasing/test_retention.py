"""Who was deleted long ago is erased by the portal, where it is told how long that is; nobody else is."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import portal.erasing.tasks as tasks
from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary
from portal.erasing.tasks import erase_long_deleted
from tests.factories import add_beneficiary
from tests.imports.batches import stage

pytestmark = pytest.mark.database

YEAR = {"PORTAL_ERASE_DELETED_DAYS": 365}


def deleted(session: Session, days: float, name: str = "Sita Tharu", **facts: Any) -> Beneficiary:
    """Somebody who was deleted so many days ago."""
    when = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    return add_beneficiary(session, name, deleted_at=when, deleted_reason="Moved away", **facts)


def erased(session: Session) -> set[str]:
    session.expire_all()
    return {
        str(uuid)
        for uuid in session.scalars(select(Beneficiary.uuid).where(Beneficiary.erased_at.is_not(None)))
    }


def test_F7_who_was_deleted_longer_ago_than_that_is_erased_and_nobody_else(session: Session) -> None:
    long_ago, lately = deleted(session, 366), deleted(session, 364)
    add_beneficiary(session, "Asha Rai")
    erase_long_deleted(session, YEAR)
    assert erased(session) == {str(long_ago.uuid)}
    assert (long_ago.erased_reason, long_ago.erased_by) == ("RETENTION", None)
    assert lately.deleted_reason == "Moved away"
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "ERASE"))
    assert (entry.actor, entry.record_id) == (None, str(long_ago.uuid))


@pytest.mark.parametrize("days", [None, 0, -1, "", "soon", True])
def test_F7_nobody_is_where_nothing_sensible_is_set(session: Session, days: Any) -> None:
    deleted(session, 4000)
    erase_long_deleted(session, {} if days is None else {"PORTAL_ERASE_DELETED_DAYS": days})
    assert erased(session) == set()


def test_they_go_some_at_a_time_the_longest_deleted_first(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    oldest, older, old = (deleted(session, days) for days in (900, 800, 700))
    erase_long_deleted(session, YEAR)
    assert erased(session) == {str(oldest.uuid), str(older.uuid)}
    erase_long_deleted(session, YEAR)
    assert str(old.uuid) in erased(session)


def test_records_merged_into_one_go_with_it_and_not_before(session: Session) -> None:
    stays = add_beneficiary(session, "Sita Tharu")
    deleted(session, 900, merged_into=stays.uuid)
    erase_long_deleted(session, YEAR)
    assert erased(session) == set()


def test_while_an_import_is_at_work_they_wait(session: Session) -> None:
    person = deleted(session, 900)
    stage(session, [["name"], ["Asha"]])
    session.execute(text("UPDATE tbl_import_batches SET state = 'TAKING'"))
    session.commit()
    erase_long_deleted(session, YEAR)
    assert erased(session) == set()
    session.execute(text("UPDATE tbl_import_batches SET state = 'TAKEN'"))
    erase_long_deleted(session, YEAR)
    assert erased(session) == {str(person.uuid)}
