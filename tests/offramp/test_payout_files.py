"""Payout files: each order in one of them, the same each time, and whole only for who may know whom they pay."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.core.db import db
from portal.core.enums import OfframpStatus
from portal.core.errors import Refusal
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.offramp.files import PayoutFile
from portal.offramp.models import OfframpAttempt, OfframpEvent, OfframpProvider
from portal.offramp.operations import filing
from portal.offramp.queries import payout_files
from portal.offramp.tasks.payout_files import FILES, make_files
from tests.factories import add_project, add_user_with, enter_as
from tests.offramp.conftest import SignedInAs
from tests.offramp.requests import RECEIVER, add_attempt, add_provider, add_request, settle_attempt

pytestmark = pytest.mark.database
FETCH = {"format": "csv", "purpose": "Reporting"}


@pytest.fixture
def by_file(session: Session) -> OfframpProvider:
    """A provider that is told by files."""
    return add_provider(session, "By file", "FILE")


def address(provider: OfframpProvider) -> str:
    return f"/offramps/providers/{provider.uuid}/payout-files"


def made(session: Session) -> list[tuple[int, int]]:
    """The number of each file and of its orders."""
    session.expire_all()
    files = session.scalars(select(PayoutFile).order_by(PayoutFile.number)).all()
    return [(file.number, file.orders) for file in files]


def fetched(browser: FlaskClient, where: str | None) -> list[dict[str, str]]:
    answer = browser.post(str(where), data=FETCH, buffered=True)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_file_holds_what_waits_and_the_next_one_what_came_since(
    session: Session, by_file: OfframpProvider, manager: FlaskClient
) -> None:
    for _order in range(3):
        add_request(session, by_file, status=OfframpStatus.PROCESSING, fiat_amount=100, currency="NPR")
    add_request(session, by_file)
    add_request(session, by_file, status=OfframpStatus.COMPLETED)
    add_request(session, add_provider(session, "Another", "FILE"), status=OfframpStatus.PROCESSING)
    session.commit()
    assert "3 orders wait for a file" in manager.get(address(by_file)).text
    first = manager.post(address(by_file)).location
    add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    second = manager.post(address(by_file)).location
    assert made(session) == [(1, 3), (2, 1)]
    references = [{row["reference"] for row in fetched(manager, where)} for where in (first, second)]
    assert [len(one) for one in references] == [3, 1]
    assert not references[0] & references[1]
    assert fetched(manager, first) == fetched(manager, first)


@pytest.mark.parametrize("state", ["SENDING", "UNKNOWN", "ACCEPTED"])
def test_an_order_whose_worker_died_before_it_wrote_that_it_was_taken_is_in_the_file(
    session: Session, by_file: OfframpProvider, manager: FlaskClient, state: str
) -> None:
    add_attempt(session, add_request(session, by_file), state)
    session.commit()
    manager.post(address(by_file))
    assert made(session) == [(1, 1)]


def test_of_more_orders_than_somebody_waits_for_a_worker_makes_files_that_hold_no_more_than_one_may(
    session: Session, by_file: OfframpProvider, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _order in range(5):
        add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    monkeypatch.setattr(payout_files, "AT_ONCE", 3)
    monkeypatch.setattr(payout_files, "MOST_ORDERS", 4)
    monkeypatch.setattr(filing, "MOST_ORDERS", 4)
    assert "4+ orders wait for a file" in manager.get(address(by_file)).text
    answer = manager.post(address(by_file))
    job = session.scalars(select(Job).where(Job.kind == FILES)).one()
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job.uuid}")
    assert made(session) == []
    told = {name: value for name, value in job.arguments.items() if name != "link"}
    assert make_files(Progress(), **told) == {"files": 2, "orders": 5}
    assert made(session) == [(1, 4), (2, 1)]
    assert make_files(Progress(), **told) == {"files": 0, "orders": 0}


def test_a_worker_makes_no_file_of_what_its_asker_may_not_have_by_then(
    session: Session, by_file: OfframpProvider
) -> None:
    add_request(session, by_file, status=OfframpStatus.PROCESSING)
    reader = add_user_with(session, "reader", "Viewer")
    session.commit()
    with pytest.raises(Refusal):
        make_files(Progress(), str(by_file.uuid), reader.id)
    assert made(session) == []


def test_a_row_says_whom_to_pay_how_much_and_how_to_answer(
    session: Session, by_file: OfframpProvider, admin: FlaskClient
) -> None:
    request = add_request(
        session, by_file, status=OfframpStatus.PROCESSING, fiat_amount="1300.5", currency="NPR", amount="10"
    )
    attempt = session.scalars(select(OfframpAttempt)).one()
    session.commit()
    (row,) = fetched(admin, admin.post(address(by_file)).location)
    assert row == {
        "reference": attempt.reference_id,
        "request": request.request_id,
        "network": "MTN",
        "phone": "'" + RECEIVER["receiver_phone"],  # a spreadsheet would reckon with the plus
        "name": RECEIVER["receiver_name"],
        "amount to pay": "1300.5",
        "currency": "NPR",
        "token amount": "10",
        "token": request.token,
        "chain": request.chain,
    }


def test_D5_a_name_that_a_spreadsheet_would_reckon_with_comes_as_text(
    session: Session, by_file: OfframpProvider, admin: FlaskClient
) -> None:
    add_request(session, by_file, status=OfframpStatus.PROCESSING, receiver_name="=1+1")
    session.commit()
    where = str(admin.post(address(by_file)).location)
    assert '"=1+1"' not in admin.post(where, data=FETCH, buffered=True).text.replace("'=1+1", "")
    assert fetched(admin, where)[0]["name"] == "'=1+1"


def test_without_anything_that_waits_no_file_is_made(
    session: Session, by_file: OfframpProvider, manager: FlaskClient
) -> None:
    add_request(session, by_file)
    session.commit()
    assert manager.post(address(by_file)).location == address(by_file)
    assert "No order waits for a file" in manager.get(address(by_file)).text
    assert made(session) == []


def test_a_provider_that_is_asked_over_the_network_has_no_files(
    session: Session, manager: FlaskClient
) -> None:
    provider = add_provider(session)
    add_request(session, provider, status=OfframpStatus.PROCESSING)
    session.commit()
    assert manager.get(address(provider)).status_code == 404
    manager.post(address(provider))
    assert made(session) == []


def test_the_next_try_of_what_failed_stands_in_the_next_file_under_its_own_reference(
    session: Session, by_file: OfframpProvider, manager: FlaskClient
) -> None:
    request = add_request(session, by_file, status=OfframpStatus.PROCESSING)
    attempt = session.scalars(select(OfframpAttempt)).one()
    session.commit()
    first = manager.post(address(by_file)).location
    settle_attempt(session, request, attempt, OfframpStatus.FAILED)
    request.status = OfframpStatus.PENDING
    session.flush()
    add_attempt(session, request)
    session.commit()
    second = manager.post(address(by_file)).location
    (before,), (after,) = fetched(manager, first), fetched(manager, second)
    assert before["request"] == after["request"]
    assert before["reference"] != after["reference"]


def test_E1_many_who_make_a_file_at_once_put_each_order_into_one(committed_app: Flask) -> None:
    people, orders = 8, 5
    with committed_app.app_context():
        session = db.session()
        provider = add_provider(session, "By file", "FILE")
        where = address(provider)
        for _order in range(orders):
            add_request(session, provider, status=OfframpStatus.PROCESSING)
        keeper = add_user_with(session, "keeper", "Manager")
        session.commit()
        browsers = [enter_as(committed_app.test_client(), session, keeper) for _ in range(people)]
    ready = Barrier(people)

    def make(browser: FlaskClient) -> Any:
        ready.wait(30)
        return browser.post(where).status_code

    with ThreadPoolExecutor(people) as pool:
        assert set(pool.map(make, browsers)) == {303}
    with committed_app.app_context():
        assert made(db.session()) == [(1, orders)]
        told = select(func.count()).where(OfframpEvent.kind == "FILED")
        assert db.session.scalar(told) == orders


def test_the_database_keeps_an_order_in_its_file(
    session: Session, by_file: OfframpProvider, manager: FlaskClient
) -> None:
    add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    manager.post(address(by_file))
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(update(OfframpAttempt).values(file_id=None))
    assert isinstance(refused.value.orig, psycopg.Error)
    assert refused.value.orig.sqlstate == "RP012"


def test_C8_who_may_not_know_whom_a_request_pays_gets_no_name_and_no_phone(
    session: Session, by_file: OfframpProvider, signed_in_as: SignedInAs
) -> None:
    add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    blind = signed_in_as(Rule("export", "OfframpRequest"), Rule("read", "OfframpProvider"))
    where = str(blind.post(address(by_file)).location)
    assert "Without names and phones" in blind.get(where).text
    (row,) = fetched(blind, where)
    assert (row["phone"], row["name"]) == ("", "")
    assert row["reference"]


def test_C4_who_sees_one_project_files_and_fetches_that_projects_orders(
    session: Session, by_file: OfframpProvider, admin: FlaskClient, signed_in_as: SignedInAs
) -> None:
    own, other = add_project(session, "Flood"), add_project(session, "Drought")
    for project in (own, other, other):
        add_request(session, by_file, project, status=OfframpStatus.PROCESSING)
    session.commit()
    exports = Rule("export", "OfframpRequest", conditions={"projectId": str(own.uuid)})
    browser = signed_in_as(exports, Rule("read", "OfframpProvider"))
    mine = str(browser.post(address(by_file)).location)
    assert made(session) == [(1, 1)]
    assert len(fetched(browser, mine)) == 1
    theirs = str(admin.post(address(by_file)).location)
    assert made(session) == [(1, 1), (2, 2)]
    assert browser.get(theirs).status_code == 404
    assert browser.post(theirs, data=FETCH, buffered=True).status_code == 404
    assert "File 2" not in browser.get(address(by_file)).text


def test_F3_fetching_a_file_is_on_record_with_its_purpose(
    session: Session, by_file: OfframpProvider, admin: FlaskClient
) -> None:
    add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    where = str(admin.post(address(by_file)).location)
    assert admin.post(where, data={"format": "csv"}).status_code == 422
    fetched(admin, where)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.details is not None
    assert (entry.table_name, entry.details["rows"]) == ("tbl_offramp_files", 1)


def test_each_request_tells_in_its_story_in_which_file_it_stands(
    session: Session, by_file: OfframpProvider, manager: FlaskClient
) -> None:
    request = add_request(session, by_file, status=OfframpStatus.PROCESSING)
    session.commit()
    manager.post(address(by_file))
    event = session.scalars(select(OfframpEvent).where(OfframpEvent.kind == "FILED")).one()
    assert (event.offramp_id, event.facts) == (request.uuid, {"file": 1})
    assert session.scalar(text('SELECT count(*) FROM tbl_offramp_attempts WHERE "fileId" IS NOT NULL')) == 1


@pytest.fixture
def admin(signed_in_as: SignedInAs) -> FlaskClient:
    return signed_in_as("Admin")
