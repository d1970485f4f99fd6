"""Every route that changes something leaves an entry in the audit log, and a new one has to say how."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit.models import AuditEntry
from portal.web.access import mark_of
from tests.factories import add_user_with, enter_as
from tests.house.changes import CALLS, CHANGING_BY_GET, WRITES_NOTHING
from tests.house.ground import Ground, ground
from tests.house.refusals import ASKS_FOR_NO_PROOF, FAILURES
from tests.house.test_routes import address_of

pytestmark = pytest.mark.database

READING = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def here(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """A portal in which no other service is known yet."""
    monkeypatch.setitem(app.extensions, "portal_providers", {})
    return ground(app, session)


@pytest.fixture
def reached(app: Flask) -> Iterator[list[str]]:
    """The endpoints that were called, in their order."""
    endpoints: list[str] = []

    def note() -> None:
        endpoints.append(request.endpoint or "")

    app.before_request_funcs.setdefault(None, []).append(note)
    yield endpoints
    app.before_request_funcs[None].remove(note)


def entries_of(session: Session, answer: TestResponse) -> list[AuditEntry]:
    """What the request that got this answer left in the log."""
    own = AuditEntry.request_id == answer.headers["X-Request-Id"]
    return list(session.scalars(select(AuditEntry).where(own).order_by(AuditEntry.id)))


def test_G1_every_route_that_changes_something_has_a_row_here(app: Flask) -> None:
    changing = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - READING}
    assert changing | CHANGING_BY_GET.keys() == CALLS.keys() | WRITES_NOTHING.keys(), (
        "say in tests/house/changes.py how to call it so that it changes something"
    )
    assert not CALLS.keys() & WRITES_NOTHING.keys()


@pytest.mark.parametrize("endpoint", CALLS)
def test_G1_and_leaves_an_entry_when_it_does(
    session: Session, here: Ground, reached: list[str], endpoint: str
) -> None:
    expected, call = CALLS[endpoint]
    answer = call(here)
    assert answer.status_code in {200, 202, 303}, _said(answer.text)
    assert reached[-1] == endpoint
    left = [f"{entry.action} {entry.table_name}" for entry in entries_of(session, answer)]
    assert expected in left


@pytest.mark.parametrize("endpoint", WRITES_NOTHING)
def test_G1_but_for_those_that_change_no_row(
    session: Session, here: Ground, reached: list[str], endpoint: str
) -> None:
    answer = WRITES_NOTHING[endpoint](here)
    assert answer.status_code in {200, 303}
    assert reached[-1] == endpoint
    assert entries_of(session, answer) == []


def test_G1_every_route_that_changes_something_asks_for_a_permission_or_a_proof(app: Flask) -> None:
    changing = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - READING}
    open_to_all = {name for name in changing if (mark := mark_of(app, name)) and mark.action is None}
    assert open_to_all == FAILURES.keys() | ASKS_FOR_NO_PROOF.keys(), (
        "say in tests/house/refusals.py how to fail at it"
    )
    assert not FAILURES.keys() & ASKS_FOR_NO_PROOF.keys()


@pytest.mark.parametrize("endpoint", FAILURES)
def test_G1_a_proof_that_is_not_right_leaves_an_entry(
    session: Session, here: Ground, reached: list[str], endpoint: str
) -> None:
    expected, call = FAILURES[endpoint]
    answer = call(here)
    assert answer.status_code in {401, 404, 422}
    assert reached[-1] == endpoint
    left = [f"{entry.action} {entry.table_name}" for entry in entries_of(session, answer)]
    assert expected in left
    assert "SIGN_IN tbl_users" not in left


def test_G1_who_lacks_the_permission_of_a_route_is_on_record_with_what_they_wanted(
    app: Flask, session: Session
) -> None:
    nobody = enter_as(app.test_client(), session, add_user_with(session, "nobody", rules=()))
    tried = 0
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        if mark is None or mark.action is None:
            continue
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = nobody.open(address_of(app.url_map, rule), method=method)
            assert answer.status_code == 403, f"{method} {rule.rule}"
            (entry,) = entries_of(session, answer)
            wanted = {"action": mark.action, "subject": mark.subject, "endpoint": rule.endpoint}
            assert (entry.action, entry.details) == ("DENIED", wanted), f"{method} {rule.rule}"
            tried += 1
    assert tried > 60


def _said(page: str) -> list[str]:
    """What a page that refused says is wrong."""
    found = re.findall(r'(?:error-said|field-error|id="[\w-]+-error")[^>]*>(.*?)</', page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", words).strip() for words in found]
