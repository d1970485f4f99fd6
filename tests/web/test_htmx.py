"""One URL and two answers, and what an answer after a change is."""

import pytest
from flask import Flask, flash
from jinja2 import ChoiceLoader, DictLoader

from portal.web.htmx import page, see_other, wants_fragment

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
TEMPLATE = "<html>{% block part %}part of {{ who }}{% endblock %}</html>"


@pytest.fixture
def pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal with a template of the test's own."""
    loader = app.jinja_env.loader
    assert loader is not None
    both = ChoiceLoader([DictLoader({"trial.html": TEMPLATE}), loader])
    monkeypatch.setattr(app.jinja_env, "loader", both)
    return app


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        (HTMX, True),
        ({"HX-Request": "false"}, False),
        ({**HTMX, "HX-Boosted": "true"}, False),
        ({**HTMX, "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_request_for_a_part_gets_a_part(pages: Flask, headers: dict[str, str], part: bool) -> None:
    with pages.test_request_context("/", headers=headers):
        assert wants_fragment() is part
        answer = page("trial.html", "part", who="<Asha>", status=422)
    assert answer.status_code == 422
    assert answer.get_data(as_text=True) == (
        "part of &lt;Asha&gt;" if part else "<html>part of &lt;Asha&gt;</html>"
    )
    assert answer.headers["Vary"] == "HX-Request"


def test_a_page_without_parts_is_always_whole(pages: Flask) -> None:
    with pages.test_request_context("/", headers=HTMX):
        assert page("trial.html", who="Asha").get_data(as_text=True).startswith("<html>")


def test_what_was_said_rides_along_with_a_part(pages: Flask) -> None:
    with pages.test_request_context("/", headers=HTMX):
        flash("It is <done>.", "success")
        first = page("trial.html", "part", who="Asha").get_data(as_text=True)
        assert "It is &lt;done&gt;." in first
        assert "hx-swap-oob" in first


def test_after_a_change_one_is_sent_on(pages: Flask) -> None:
    with pages.test_request_context("/", method="POST"):
        answer = see_other("/there")
    assert (answer.status_code, answer.location, answer.headers["Vary"]) == (303, "/there", "HX-Request")
    with pages.test_request_context("/", method="POST", headers=HTMX):
        answer = see_other("/there")
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.get_data()) == (204, "/there", b"")
