"""Every refusal is a page in plain words, and nothing of the machinery shows."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from psycopg_pool import PoolTimeout
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.web.access import public
from tests.conftest import make_app

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
SECRET = "Sita Tamang +9779812345678"
bp = Blueprint("trial_errors", __name__)


class Cut(psycopg.errors.QueryCanceled):
    sqlstate = "57014"


ERRORS: dict[str, Any] = {
    "refusal": Refusal("No %(what)s here.", what="<b>bread</b>"),
    "plain refusal": Refusal("100% of it is gone."),
    "conflict": Conflict("Somebody was quicker."),
    "not found": NotFound(),
    "fault": ValueError(SECRET),
    "pool": PoolTimeout("no connection"),
    "away": OperationalError("SELECT 1", {}, psycopg.OperationalError(SECRET)),
    "cut": OperationalError("SELECT 1", {}, Cut(SECRET)),
    "bad sql": ProgrammingError(f"SELECT '{SECRET}'", {"name": SECRET}, psycopg.ProgrammingError(SECRET)),
}


@bp.get("/trial/error/<name>")
@public
def fail(name: str) -> str:
    raise ERRORS[name]


@bp.get("/trial/status/<int:status>")
@public
def status(status: int) -> str:
    abort(status)


@bp.get("/trial/half-done")
@public
def half_done() -> str:
    db.session.execute(text("INSERT INTO tbl_projects (name, type) VALUES ('half', 'CVA')"))
    raise Refusal("Not so.")


@pytest.fixture(scope="module")
def trial(database: str) -> Iterator[Flask]:
    """The portal as in use: a fault is a page, not an exception."""
    app = make_app(database, TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.register_blueprint(bp)
    yield app
    app.extensions["portal_pool"].close()


@pytest.fixture
def reader(trial: Flask) -> FlaskClient:
    """A browser."""
    return trial.test_client()


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("refusal", 422, "No &lt;b&gt;bread&lt;/b&gt; here."),
        ("plain refusal", 422, "100% of it is gone."),
        ("conflict", 409, "Somebody was quicker."),
        ("not found", 404, ""),
        ("fault", 500, ""),
        ("pool", 503, ""),
        ("away", 503, ""),
        ("cut", 503, ""),
        ("bad sql", 500, ""),
    ],
)
def test_D13_an_error_is_a_page_with_a_request_id_and_nothing_of_what_broke(
    reader: FlaskClient, capfd: pytest.CaptureFixture[str], name: str, code: int, said: str
) -> None:
    answer = reader.get(f"/trial/error/{name}")
    assert answer.status_code == code
    assert said in answer.text
    assert "<html" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    for leak in (SECRET, "Sita", "SELECT", "Traceback", "psycopg", ".py", "only for tests"):
        assert leak not in answer.text
    assert "Sita" not in capfd.readouterr().err


@pytest.mark.parametrize("name", ["pool", "away", "cut"])
def test_G5_a_database_that_is_away_asks_to_come_again(reader: FlaskClient, name: str) -> None:
    assert int(reader.get(f"/trial/error/{name}").headers["Retry-After"]) > 0


@pytest.mark.parametrize("name", ["refusal", "conflict", "not found", "fault", "away"])
def test_a_part_of_a_page_stays_as_it_was_and_is_told_beside(reader: FlaskClient, name: str) -> None:
    whole, part = reader.get(f"/trial/error/{name}"), reader.get(f"/trial/error/{name}", headers=HTMX)
    assert part.status_code == whole.status_code
    assert part.headers["HX-Reswap"] == "none"
    assert "<html" not in part.text
    assert "hx-swap-oob" in part.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 418, 422, 429, 500, 503])
def test_every_status_has_its_page(reader: FlaskClient, status: int) -> None:
    answer = reader.get(f"/trial/status/{status}")
    assert answer.status_code == status
    assert "<html" in answer.text
    assert "Werkzeug" not in answer.text


def test_what_was_half_done_is_not_done(trial: Flask, reader: FlaskClient) -> None:
    assert reader.get("/trial/half-done").status_code == 422
    with trial.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM tbl_projects WHERE name = 'half'")) == 0


@pytest.mark.parametrize("method", ["trace", "put", "patch", "delete"])
def test_D13_a_method_that_is_not_there_names_those_that_are(reader: FlaskClient, method: str) -> None:
    answer = getattr(reader, method)("/trial/error/fault")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/beneficiaries/not-a-uuid", "/static/", "/.env", "/%00", "/a" * 900]
)
def test_an_address_that_leads_nowhere_is_a_page_too(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "<html" in answer.text
