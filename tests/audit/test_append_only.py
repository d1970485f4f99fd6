"""The log is only ever added to."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.audit.reading import run, whole_log

CHANGES = [
    "UPDATE tbl_audit_log SET action = 'nothing'",
    "DELETE FROM tbl_audit_log",
    "TRUNCATE tbl_audit_log",
]


@pytest.mark.parametrize("change", CHANGES)
def test_G2_the_programs_own_role_has_no_privilege_to_change_the_log(
    session: Session, project: UUID, change: str
) -> None:
    before = whole_log(session)
    with (
        pytest.raises(ProgrammingError, match="permission denied for table tbl_audit_log"),
        session.begin_nested(),
    ):
        run(session, change)
    assert whole_log(session) == before
    assert str(project) in before


@pytest.mark.parametrize("change", CHANGES)
def test_G2_even_who_has_every_privilege_is_refused_by_the_trigger(fresh_database: str, change: str) -> None:
    address = fresh_database.replace("+psycopg", "").replace("portal@", "postgres@", 1)
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("INSERT INTO tbl_vendors (name) VALUES ('Shop')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            superuser.execute(change)
        left = superuser.execute("SELECT count(*) FROM tbl_audit_log WHERE action = 'INSERT'").fetchone()
        assert left == (1,)
