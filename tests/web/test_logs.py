"""G3: each line of the log is one JSON object with its time, whatever people and browsers call themselves."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.web.logs import configure_logs
from tests.factories import add_user_with, enter_as

pytestmark = pytest.mark.database

EVIL = 'Asha\r\n{"event": "request", "status": 200}\n\x1b[2J\x1b[31mroot\x07\x00\u2028\u2029\x85\x9b31m\x7f\ud83d'
"""Line breaks of all kinds, a forged line, a terminal's commands, half of a character."""


Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Read:
    """The lines that the program has written since one last looked, each as the object it holds."""
    configure_logs("INFO")

    def read() -> list[dict[str, Any]]:
        text = capsys.readouterr().err
        assert text.isascii()
        assert not [sign for sign in text if sign < " " and sign != "\n"]
        return [json.loads(line) for line in text.splitlines()]

    return read


def test_G3_a_value_of_any_characters_stays_in_its_line(read: Read) -> None:
    structlog.get_logger().warning("trial", name=EVIL, **{"na\nme": EVIL})
    (entry,) = read()
    assert (entry["event"], entry["name"]) == ("trial", EVIL)


def test_G3_so_does_what_a_library_warns_of(read: Read) -> None:
    other = logging.getLogger("some.library")
    # Half a character cannot be sent on between the processes of a run, with what a test has logged.
    evil = EVIL.replace("\ud83d", "")
    other.warning("closing %s", evil)
    other.info("not worth a line")
    try:
        raise ValueError(evil)
    except ValueError:
        other.exception("that went wrong")
    first, second = read()
    assert first["event"] == f"closing {evil}"
    assert first["logger"] == "some.library"
    assert second["kind"] == "ValueError"
    assert "Asha" not in json.dumps(second)


def test_G3_the_time_is_utc_with_its_offset(read: Read) -> None:
    before = dt.datetime.now(dt.UTC)
    structlog.get_logger().info("trial")
    logging.getLogger("some.library").warning("trial")
    for entry in read():
        at = dt.datetime.fromisoformat(entry["timestamp"])
        assert at.utcoffset() == dt.timedelta(0)
        assert before - dt.timedelta(seconds=1) < at < before + dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    "path", ["/account/sessions", "/nowhere%0d%0a%1b[2J", "/sign-in?next=%0d%0aSet-Cookie:%20a=b"]
)
def test_G3_a_request_with_evil_names_and_headers_is_one_line(
    read: Read, client: FlaskClient, session: Session, path: str
) -> None:
    user = add_user_with(session, "evil", "Admin")
    user.name = EVIL.replace("\x00", "").replace("\ud83d", "")
    session.commit()
    enter_as(client, session, user)
    read()
    header = EVIL.encode("utf-8", "surrogatepass").decode("latin-1")  # as servers hand it on
    names = ("HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_FOR")
    client.get(path, environ_overrides=dict.fromkeys(names, header))
    (entry,) = read()
    assert entry["event"] == "request"
    assert "Asha" not in json.dumps(entry)
    assert set(entry) == {"event", "method", "endpoint", "status", "ms", "request_id", "level", "timestamp"}


def test_G3_a_method_of_any_characters_is_one_line(read: Read, client: FlaskClient) -> None:
    client.open("/sign-in", method='GET"}\r\n{"event": "forged')
    (entry,) = read()
    assert entry["event"] == "request"


def test_G3_a_fault_at_an_evil_address_is_one_line_and_the_request_another(
    read: Read, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError(EVIL, None, Exception(EVIL))

    monkeypatch.setitem(app.view_functions, "auth.sign_in", fail)
    monkeypatch.setattr(fail, "access", app.view_functions["health.live"].__dict__["access"], raising=False)
    assert client.get("/sign-in").status_code == 503
    entries = read()
    assert [entry["event"] for entry in entries] == ["database_unavailable", "request"]
    assert "Asha" not in json.dumps(entries)


def test_a_level_is_taken_in_small_letters_and_one_that_is_none_is_named() -> None:
    configure_logs("error")
    with pytest.raises(
        ValueError, match="PORTAL_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, and is 'LOUD'"
    ):
        configure_logs("loud")
    configure_logs()
