"""Who may do what with an import: strangers, other roles, other people's batches, other sites' forms."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.imports.models import ImportBatch
from portal.jobs.models import Job
from portal.users.models import User
from tests.auth.people import without_token
from tests.beneficiaries.conftest import SignedInAs
from tests.imports.batches import stage
from tests.imports.test_review_rows import HTMX, TABLE, batch

pytestmark = pytest.mark.database

__all__ = ["batch"]


@pytest.mark.parametrize("shape", ["form", "multipart", "htmx"])
def test_D1_without_our_token_nothing_happens(
    app: Flask,
    session: Session,
    manager: FlaskClient,
    batch: Any,
    monkeypatch: pytest.MonkeyPatch,
    shape: str,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = session.execute(text("SELECT to_jsonb(t) FROM tbl_temp_beneficiaries t ORDER BY id")).all()
    for path, data in POSTS.items():
        answer = manager.post(
            path.format(batch=batch),
            data=data,
            content_type="multipart/form-data" if shape == "multipart" else None,
            headers=HTMX if shape == "htmx" else None,
        )
        assert answer.status_code == 400, path
    assert (
        session.execute(text("SELECT to_jsonb(t) FROM tbl_temp_beneficiaries t ORDER BY id")).all() == before
    )
    assert session.scalars(select(ImportBatch.state)).all() == ["REVIEW"]
    assert session.scalars(select(Job)).all() == []


POSTS: dict[str, dict[str, str]] = {
    "/imports/new": {},
    "/imports/{batch}/columns": {"region": "NP", "project": ""},
    "/imports/{batch}/sheet": {"sheet": "x"},
    "/imports/{batch}/rows/5/cells/1": {"value": "9812345670"},
    "/imports/{batch}/rows/4/settle": {"who": "other"},
    "/imports/{batch}/rows/2/choice": {"take": "no"},
    "/imports/{batch}/choice": {"take": "no", "verdict": "NEW"},
    "/imports/{batch}/take": {},
    "/imports/{batch}/undo": {},
    "/imports/{batch}/reopen": {},
    "/imports/{batch}/rejected": {"format": "csv", "purpose": "Correcting and importing again"},
    "/imports/{batch}/discard": {},
}
PAGES = ["", "/columns", "/check", "/review", "/result", "/rejected"]


@pytest.mark.parametrize("role", ["Viewer", "Vendor", "Approver", "Supervisor"])
def test_C2_who_may_not_import_gets_nothing_of_an_import(
    session: Session, signed_in_as: SignedInAs, batch: Any, role: str
) -> None:
    client = signed_in_as(role)
    for path in ("/imports", "/imports/new", *(f"/imports/{batch}{page}" for page in PAGES)):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "Asha" not in answer.text
    for path, data in POSTS.items():
        assert client.post(path.format(batch=batch), data=data).status_code == 403, path
    assert session.scalars(select(ImportBatch.state)).all() == ["REVIEW"]


def test_C2_a_stranger_is_asked_to_sign_in(app: Flask, session: Session, batch: Any) -> None:
    client = app.test_client()
    for page in PAGES:
        assert client.get(f"/imports/{batch}{page}").status_code == 303
    for path, data in POSTS.items():
        assert client.post(path.format(batch=batch), data=data).status_code in {401, 303}
    assert session.scalars(select(ImportBatch.state)).all() == ["REVIEW"]


def test_C3_who_may_see_only_their_own_imports_knows_nothing_of_others(
    session: Session, signed_in_as: SignedInAs
) -> None:
    own = {"createdBy": "${user.id}"}
    actions = ("read", "create", "update", "delete")
    rules = [Rule(action, "ImportBatch", conditions=own) for action in actions]
    client = signed_in_as(*rules)
    me = session.scalars(select(User.id).order_by(User.id.desc())).first()
    mine, theirs = stage(session, TABLE, created_by=me), stage(session, TABLE)
    session.execute(
        text("UPDATE tbl_import_batches SET \"fileName\" = 'mine.csv' WHERE uuid = :mine"), {"mine": mine}
    )
    session.commit()
    assert client.get(f"/imports/{mine}/review").status_code == 200
    assert "people.csv" not in client.get("/imports").text
    assert "mine.csv" in client.get("/imports").text
    for page in PAGES:
        answers = [client.get(f"/imports/{uuid}{page}") for uuid in (theirs, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404], page
        assert len({without_token(page).replace(page.headers["X-Request-Id"], "") for page in answers}) == 1
    for path, data in POSTS.items():
        if "{batch}" in path:
            assert client.post(path.format(batch=theirs), data=data).status_code == 404, path
    assert session.scalars(select(ImportBatch.state)).all() == ["REVIEW"] * 2
