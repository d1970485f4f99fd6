"""Batches that several people work on at once, over a database that really commits."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.core.db import db
from portal.core.errors import Conflict
from portal.imports.tasks import TAKE, UNDO
from portal.jobs.tasks import Progress, find
from tests.conftest import make_app
from tests.factories import add_beneficiary, add_user_with, enter_as
from tests.imports.batches import stage

pytestmark = pytest.mark.database

PHONES = [f"98012345{number:02d}" for number in range(40)]
TABLE = [["name", "phone"], *([f"Person {number}", phone] for number, phone in enumerate(PHONES))]


@pytest.fixture
def office(fresh_database: str) -> Iterator[Flask]:
    """The portal over a database of its own, with connections enough for twenty at once."""
    app = make_app(fresh_database, PORTAL_POOL_SIZE=24)
    yield app
    app.extensions["portal_pool"].close()


def ask(office: Flask, statement: str) -> Any:
    with office.app_context():
        return db.session.execute(text(statement)).all()


def staged(office: Flask, state: str = "REVIEW", **more: Any) -> UUID:
    with office.app_context():
        batch = stage(db.session(), TABLE, **more)
        db.session.execute(
            text("UPDATE tbl_import_batches SET state = :state WHERE uuid = :batch"),
            {"state": state, "batch": batch},
        )
        db.session.commit()
        return batch


def browsers(office: Flask, number: int) -> list[FlaskClient]:
    with office.app_context():
        user = add_user_with(db.session(), "asha", "Officer")
        return [enter_as(office.test_client(), db.session(), user) for _ in range(number)]


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """The answers of all, begun in the same moment."""
    gate = threading.Barrier(len(tasks))

    def begin(task: Callable[[], Any]) -> Any:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(begin, tasks))


def status_of(browser: FlaskClient, path: str, **form: str) -> int:
    return browser.post(path, data=form).status_code


def test_E2_twenty_who_take_a_batch_at_once_begin_it_once(office: Flask) -> None:
    batch = staged(office)
    clients = browsers(office, 20)
    answers = at_once([partial(status_of, one, f"/imports/{batch}/take") for one in clients])
    assert sorted(answers) == [303] + [409] * 19
    assert ask(office, "SELECT count(*) FROM tbl_jobs") == [(1,)]
    assert ask(office, "SELECT count(*) FROM procrastinate_jobs") == [(1,)]
    assert ask(office, "SELECT state FROM tbl_import_batches") == [("TAKING",)]


def run(office: Flask, kind: str, batch: UUID) -> dict[str, Any] | str:
    known = find(kind)
    assert known
    with office.app_context():
        try:
            return known.body(Progress(), batch=str(batch)) or {}
        except Conflict as refused:
            db.session.rollback()
            return refused.message
        finally:
            db.session.remove()


def test_E2_workers_that_take_a_batch_at_once_take_it_once(office: Flask) -> None:
    batch = staged(office, "TAKING")
    answers = at_once([lambda: run(office, TAKE, batch)] * 4)
    assert [answer for answer in answers if isinstance(answer, dict)] == [
        {"added": 40, "updated": 0, "held": 0}
    ]
    assert ask(office, "SELECT count(*) FROM tbl_beneficiaries") == [(40,)]
    assert ask(office, 'SELECT count(*), count(DISTINCT "recordId") FROM tbl_audit_log '
                       "WHERE \"tableName\" = 'tbl_beneficiaries'") == [(40, 40)]  # fmt: skip


def test_E2_workers_that_undo_a_batch_at_once_undo_it_once(office: Flask) -> None:
    batch = staged(office, "TAKING")
    run(office, TAKE, batch)
    ask(office, "SELECT 1")
    with office.app_context():
        db.session.execute(text("UPDATE tbl_import_batches SET state = 'UNDOING'"))
        db.session.commit()
    answers = at_once([lambda: run(office, UNDO, batch)] * 4)
    assert [answer for answer in answers if isinstance(answer, dict)] == [{"removed": 40, "restored": 0}]
    assert ask(office, "SELECT count(*) FROM tbl_beneficiaries") == [(0,)]


def test_batches_of_the_same_people_that_are_taken_at_once_bring_each_of_them_once(office: Flask) -> None:
    batches = [staged(office, "TAKING", group_name=f"Round {number}") for number in range(3)]
    answers = at_once([partial(run, office, TAKE, one) for one in batches])
    assert sorted((answer["added"], answer["held"]) for answer in answers) == [(0, 40), (0, 40), (40, 0)]
    assert ask(office, "SELECT count(*) FROM tbl_beneficiaries") == [(40,)]
    assert ask(office, 'SELECT count(DISTINCT "walletAddress") FROM tbl_beneficiaries') == [(40,)]
    assert ask(office, "SELECT count(*) FROM tbl_grouped_beneficiaries") == [(40,)]


def test_batches_of_different_people_get_different_wallets_at_once(office: Flask) -> None:
    with office.app_context():
        tables = [[["name"], *([f"Person {number}"] for number in range(30))] for _ in range(3)]
        batches = [stage(db.session(), table) for table in tables]
        db.session.execute(text("UPDATE tbl_import_batches SET state = 'TAKING'"))
        db.session.commit()
    at_once([partial(run, office, TAKE, one) for one in batches])
    assert ask(office, 'SELECT count(*), count(DISTINCT "walletAddress") FROM tbl_beneficiaries') == [
        (90, 90)
    ]


def test_a_row_is_corrected_by_one_after_the_other(office: Flask) -> None:
    batch = staged(office)
    clients = browsers(office, 6)
    tasks = [
        partial(status_of, one, f"/imports/{batch}/rows/2/cells/0", value=f"Name {number}")
        for number, one in enumerate(clients)
    ]
    assert at_once(tasks) == [303] * 6
    ((name, verdict),) = ask(office, 'SELECT name, verdict FROM tbl_temp_beneficiaries WHERE "rowNumber" = 2')
    assert name in {f"Name {number}" for number in range(6)}
    assert verdict == "NEW"


def test_nobody_changes_a_row_while_the_batch_is_taken(office: Flask) -> None:
    batch = staged(office)
    one, other = browsers(office, 2)
    tasks = [
        partial(status_of, one, f"/imports/{batch}/take"),
        partial(status_of, other, f"/imports/{batch}/rows/2/choice", take="no"),
    ]
    taken, chosen = at_once(tasks)
    assert (taken, chosen) in {(303, 303), (303, 409)}
    assert other.post(f"/imports/{batch}/rows/3/choice", data={"take": "no"}).status_code == 409
    ((left,),) = ask(office, "SELECT count(*) FROM tbl_temp_beneficiaries WHERE NOT take")
    assert left == (1 if chosen == 303 else 0)


def test_somebody_registered_between_check_and_taking_keeps_their_phone(office: Flask) -> None:
    batch = staged(office, "TAKING")
    with office.app_context():
        add_beneficiary(db.session(), "Quicker", "+9779801234500")
        db.session.commit()
    assert run(office, TAKE, batch) == {"added": 39, "updated": 0, "held": 1}
    assert ask(office, "SELECT name FROM tbl_beneficiaries_pii WHERE phone = '+9779801234500'") == [
        ("Quicker",)
    ]
