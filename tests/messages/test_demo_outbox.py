"""The demo's outbox: there in the demo, for its own machine and for admins; nowhere else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.messages.operations.outbox import send
from tests.factories import add_user_with, enter_as
from tests.messages.post import CANARY, SITA

PAGE = "/messages/demo-outbox"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def demo(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo, with a message in it."""
    monkeypatch.setitem(app.config, "PORTAL_DEMO_OUTBOX", True)
    send(session, SITA, "Your code", CANARY + "\nhttps://portal.example/x <b>bold</b>", "code", None)
    session.commit()


@pytest.mark.usefixtures("demo")
def test_in_the_demo_everybody_on_its_machine_reads_what_messages_say(client: FlaskClient) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "482913" in page.text
    assert "sita.tharu@example.org" in page.text
    assert 'href="https://portal.example/x"' in page.text
    assert "&lt;b&gt;bold" in page.text
    assert PAGE in client.get("/sign-in").text


@pytest.mark.usefixtures("demo")
def test_from_another_machine_the_demos_outbox_is_not_there_but_for_admins(
    client: FlaskClient, session: Session
) -> None:
    assert client.get(PAGE, environ_base=ELSEWHERE).status_code == 404
    assert client.get(PAGE, base_url="http://demo.example.org").status_code == 404
    assert PAGE not in client.get("/sign-in", environ_base=ELSEWHERE).text
    enter_as(client, session, add_user_with(session, "bimal", "Manager"))
    assert client.get(PAGE, environ_base=ELSEWHERE).status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_admin_of_the_demo_reads_it_from_anywhere(client: FlaskClient, session: Session) -> None:
    enter_as(client, session, add_user_with(session, "asha", "Admin"))
    assert "482913" in client.get(PAGE, environ_base=ELSEWHERE).text


@pytest.mark.parametrize("value", [None, False, "yes", 1, "true"])
@pytest.mark.usefixtures("demo")
def test_outside_the_demo_nobody_finds_it_not_even_an_admin(
    client: FlaskClient, session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    monkeypatch.setitem(app.config, "PORTAL_DEMO_OUTBOX", value)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/sign-in").text
    enter_as(client, session, add_user_with(session, "asha", "Admin"))
    answer = client.get(PAGE)
    assert answer.status_code == 404
    assert "482913" not in answer.text
