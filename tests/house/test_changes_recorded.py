"""Every route that changes something leaves an entry in the audit log, and a new one has to say how."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from tests.house.changes import CALLS, WORKED_THROUGH_ELSEWHERE, WRITES_NOTHING, ground

pytestmark = pytest.mark.database

READING = {"GET", "HEAD", "OPTIONS"}


def test_G1_every_route_that_changes_something_has_a_row_here(app: Flask) -> None:
    changing = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - READING}
    listed = CALLS.keys() | WRITES_NOTHING.keys() | WORKED_THROUGH_ELSEWHERE.keys()
    assert changing == listed, "say in tests/house/changes.py how to call it so that it changes something"
    assert len(CALLS) + len(WRITES_NOTHING) + len(WORKED_THROUGH_ELSEWHERE) == len(listed)
    root = Path(__file__).parents[2]
    assert [path for path in WORKED_THROUGH_ELSEWHERE.values() if not (root / path).exists()] == []


@pytest.mark.parametrize("endpoint", CALLS)
def test_G1_and_leaves_an_entry_when_it_does(app: Flask, session: Session, endpoint: str) -> None:
    here = ground(app, session)
    entered: list[str] = []

    def watch(name: str | None) -> None:
        entered.append(name or "")

    from flask import request

    def note() -> None:
        watch(request.endpoint)

    app.before_request_funcs.setdefault(None, []).append(note)
    try:
        answer = CALLS[endpoint](here)
    finally:
        app.before_request_funcs[None].remove(note)
    assert answer.status_code in {200, 303}, _said(answer.text)
    assert entered[-1] == endpoint
    own = select(func.count()).where(AuditEntry.request_id == answer.headers["X-Request-Id"])
    assert session.scalar(own), f"{endpoint} left no entry"


def _said(page: str) -> list[str]:
    """What a page that refused says is wrong."""
    found = re.findall(r'(?:error-said|field-error|id="[\w-]+-error")[^>]*>(.*?)</', page, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", words).strip() for words in found]
