"""Sealing makes one chain over everything that is settled, whoever seals and however late something commits."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry, AuditSeal
from portal.audit.outside import FILE, note, noted
from portal.audit.tasks import seal_log
from portal.core.embedded import Server
from portal.jobs import upkeep
from portal.jobs.tasks import recurring
from tests.audit.sealed import check, fill, opened, seal, settle
from tests.conftest import FORGETFUL, make_app

pytestmark = pytest.mark.database

SHOP = "INSERT INTO tbl_vendors (name) VALUES ('Shop')"


@pytest.fixture
def log(fresh_database: str) -> Iterator[Session]:
    """A session on a database of its own."""
    with opened(fresh_database) as session:
        yield session


def raw(address: str) -> str:
    return address.replace("+psycopg", "")


def as_superuser(address: str) -> str:
    return raw(address).replace("portal@", "postgres@", 1)


def test_G2_each_seal_names_the_one_before_and_all_entries_are_under_one(log: Session) -> None:
    fill(log, 230)
    made = seal(log, size=50)

    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert [one.previous_hash for one in made[1:]] == [one.hash for one in made[:-1]]
    assert sum(one.row_count for one in made) == log.query(AuditEntry).count() >= 230
    assert max(one.row_count for one in made) == 50
    report = check(log)
    assert (report.findings, report.unsealed) == ([], 0)


def test_sealing_again_without_anything_new_makes_no_seal(log: Session) -> None:
    fill(log, 40)
    assert len(seal(log)) > 0
    assert seal(log) == []
    fill(log, 1)
    assert [one.row_count for one in seal(log)] == [1]


def test_one_transaction_may_lie_under_several_seals_and_one_go_has_an_end(log: Session) -> None:
    fill(log, 500, each=500)
    first = seal(log, size=100, slices=2)
    rest = seal(log, size=100)
    assert [one.row_count for one in first] == [100, 100]
    assert {one.last_txid for one in first} <= {one.last_txid for one in rest}
    assert check(log).findings == []


def test_G2_an_entry_that_commits_late_is_sealed_and_nothing_slips_in_before_a_seal(
    log: Session, fresh_database: str
) -> None:
    fill(log, 20)
    seal(log)
    with psycopg.connect(raw(fresh_database)) as late:
        late.execute(SHOP)  # draws its number, and waits
        fill(log, 60)
        early = seal(log, whatever_is_open=True)
        assert early == [], "nothing is settled behind a transaction that is still open"
        assert check(log).unsealed == 60
        late.commit()
    lowest = log.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(61)).all()[-1]
    made = seal(log)
    assert sum(one.row_count for one in made) == 61
    assert made[0].from_id == lowest
    assert check(log).findings == []


def test_G2_entries_in_another_order_than_their_transactions_are_each_sealed_once(
    log: Session, fresh_database: str
) -> None:
    """The later transaction draws the lower number; sealed in between, neither is lost nor taken twice."""
    with psycopg.connect(raw(fresh_database)) as one, psycopg.connect(raw(fresh_database)) as other:
        one.execute("SELECT pg_current_xact_id()")
        other.execute("SELECT pg_current_xact_id()")
        other.execute(SHOP)
        one.execute(SHOP)
        other.commit()
        assert seal(log, whatever_is_open=True) == []
        one.commit()
    made = seal(log)
    covered = sum(seal.row_count for seal in made)
    assert covered == log.query(AuditEntry).count()
    assert made[-1].last_id < made[-1].to_id, "by transaction and not by number"
    assert check(log).findings == []


def test_G2_two_who_seal_at_once_make_one_chain(log: Session, fresh_database: str) -> None:
    fill(log, 400)
    settle(log)
    barrier, made = threading.Barrier(4), Counter[int]()

    def work() -> None:
        with opened(fresh_database) as session:
            barrier.wait()
            for _ in range(5):
                made.update(one.number for one in seal(session, 20, 3, whatever_is_open=True))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal(log, size=20)
    report = check(log)
    assert (report.findings, report.unsealed) == ([], 0)
    assert set(made.values()) == {1}
    assert report.seals >= 20


def test_a_seal_that_is_rolled_back_is_made_by_the_next_one(
    log: Session, fresh_database: str, tmp_path: Path
) -> None:
    fill(log, 30)
    settle(log)
    with opened(fresh_database) as unlucky:
        seal_log(unlucky, {"PORTAL_INSTANCE": tmp_path})
        unlucky.rollback()
    assert not (tmp_path / FILE).exists()
    seal_log(log, {"PORTAL_INSTANCE": tmp_path})
    log.commit()
    assert [entry.number for entry in noted(tmp_path / FILE)] == [1]
    assert check(log, tmp_path / FILE).findings == []


def test_G2_the_latest_seals_are_written_down_outside_the_database(log: Session, tmp_path: Path) -> None:
    fill(log, 30)
    made_elsewhere = seal(log)
    fill(log, 10)
    settle(log)
    for _ in range(2):
        seal_log(log, {"PORTAL_INSTANCE": tmp_path})
        log.commit()
    lines = list(noted(tmp_path / FILE))
    stored = log.scalars(select(AuditSeal).order_by(AuditSeal.number)).all()
    assert [(line.number, line.hash) for line in lines] == [(one.number, one.hash.hex()) for one in stored]
    assert len(lines) == len(made_elsewhere) + 1
    assert note(tmp_path / FILE, stored) == 0, "each once"


def test_G2_the_programs_own_role_cannot_change_the_seals(log: Session) -> None:
    fill(log, 5)
    seal(log)
    for change in (
        "UPDATE tbl_audit_seals SET number = 2",
        "DELETE FROM tbl_audit_seals",
        "TRUNCATE tbl_audit_seals",
    ):
        with pytest.raises(Exception, match="permission denied for table tbl_audit_seals"):
            log.execute(text(change))
        log.rollback()
    assert check(log).seals == 1


@pytest.fixture
def other_server(memory: Path) -> Iterator[str]:
    """The address of an empty portal on a database server of its own, which has counted few transactions."""
    place = Path(tempfile.mkdtemp(prefix="portal-other-", dir=memory))
    server = Server(place / "pg", FORGETFUL)
    server.ensure()
    app = make_app(server.url())
    with app.app_context():
        flask_migrate.upgrade()
    app.extensions["portal_pool"].close()
    yield server.url()
    server.release()
    shutil.rmtree(place, ignore_errors=True)


def test_a_log_that_goes_on_in_another_server_is_sealed_there_too(
    log: Session, fresh_database: str, other_server: str
) -> None:
    """Transactions are counted anew there, so what was brought along has numbers that are yet to come."""
    with psycopg.connect(raw(fresh_database), autocommit=True) as busy:
        for _ in range(3_000):
            busy.execute("SELECT pg_current_xact_id()")
    fill(log, 60)
    seal(log, size=25)
    fill(log, 5)  # not sealed yet when it is brought over
    with psycopg.connect(raw(fresh_database)) as here, psycopg.connect(as_superuser(other_server)) as there:
        for table in ("tbl_audit_log", "tbl_audit_seals"):
            with (
                here.cursor().copy(f"COPY {table} TO STDOUT") as out,
                there.cursor().copy(f"COPY {table} FROM STDIN") as into,
            ):
                for block in out:
                    into.write(block)
        there.execute("SELECT setval('tbl_audit_log_id_seq', (SELECT max(id) FROM tbl_audit_log))")
    with opened(other_server) as there:
        before = check(there)
        fill(there, 30)
        between = check(there)
        made = seal(there, size=10)
        after = check(there)
    assert (before.findings, between.findings, after.findings) == ([], [], [])
    assert (before.unsealed, after.unsealed) == (5, 0)
    assert made[0].after_id == 0, "what was brought along comes first"
    assert made[-1].after_id > made[0].after_id
    assert sum(one.row_count for one in made) == 35


def test_the_worker_seals_without_being_asked(
    committed_app: Flask, fresh_database: str, tmp_path: Path
) -> None:
    committed_app.config["PORTAL_INSTANCE"] = tmp_path
    with opened(fresh_database) as session:
        fill(session, 10)
        settle(session)
        upkeep._next_time.pop("audit.seal", None)
        upkeep.do_recurring(committed_app)
        assert [entry.number for entry in noted(tmp_path / FILE)] == [1]
        assert check(session, tmp_path / FILE).findings == []
        assert "audit.seal" in recurring
        assert recurring["audit.seal"].seconds == 60
