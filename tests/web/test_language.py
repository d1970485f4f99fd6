"""In which language a page is written, and how it writes numbers and days."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.errors import Refusal
from portal.users.operations.preferences import remember_preference
from portal.users.queries.preferences import preference_of
from portal.web import filters
from portal.web.forms import PortalForm
from portal.web.language import LANGUAGES
from tests.factories import add_user_with, enter_as

pytestmark = pytest.mark.database

SIGN_IN = "/sign-in"


def tongue(answer: TestResponse) -> tuple[str, str]:
    """What a page says of its own language and direction."""
    found = re.search(r'<html lang="([^"]+)" dir="([^"]+)"', answer.text)
    assert found
    return found[1], found[2]


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    """A request whose page is written in that language."""
    with app.test_request_context("/"), force_locale(language):
        yield


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.5", ("fr", "ltr")),
        ("ne-NP", ("ne", "ltr")),
        ("ar-SY,en;q=0.3", ("ar", "rtl")),
        ("uk,de;q=0.8", ("en", "ltr")),
        ("", ("en", "ltr")),
        ("de;q=0.9, fr;q=0.1", ("fr", "ltr")),
        ("*;q=x;;", ("en", "ltr")),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for(
    client: FlaskClient, asked: str, spoken: tuple[str, str]
) -> None:
    assert tongue(client.get(SIGN_IN, headers={"Accept-Language": asked})) == spoken


def test_a_choice_is_kept_in_the_browser_and_goes_before_what_it_asks_for(client: FlaskClient) -> None:
    answer = client.post(
        "/language", data={"language": "ar"}, headers={"Referer": f"http://localhost{SIGN_IN}"}
    )
    assert (answer.status_code, answer.location) == (303, SIGN_IN)
    assert tongue(client.get(SIGN_IN, headers={"Accept-Language": "fr"})) == ("ar", "rtl")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("language=")]
    assert cookie.startswith("language=ar;")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize("language", ["de", "", "../fr", "FR", "fr\r\nX: y"])
def test_a_language_that_is_none_of_ours_changes_nothing(client: FlaskClient, language: str) -> None:
    answer = client.post("/language", data={"language": language})
    assert answer.status_code == 303
    assert not any(one.startswith("language=") for one in answer.headers.getlist("Set-Cookie"))
    client.set_cookie("language", language)
    assert tongue(client.get(SIGN_IN)) == ("en", "ltr")


def test_a_persons_choice_is_kept_with_them_and_follows_them_to_another_browser(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    user = add_user_with(session, "sita", "Viewer")
    enter_as(client, session, user)
    client.post("/language", data={"language": "fr"})
    session.expire_all()
    assert preference_of(session, user.id, "language") == "fr"
    other = enter_as(app.test_client(), session, user)
    other.set_cookie("language", "ne")
    page = other.get("/account/sessions", headers={"Accept-Language": "ar"})
    assert tongue(page) == ("fr", "ltr")
    assert "Mes sessions" in page.text
    assert [one.split(";")[0] for one in page.headers.getlist("Set-Cookie") if "language" in one] == [
        "language=fr"
    ]
    assert not any("language" in one for one in other.get("/account/sessions").headers.getlist("Set-Cookie"))


def test_one_persons_choice_is_not_anothers(app: Flask, client: FlaskClient, session: Session) -> None:
    enter_as(client, session, add_user_with(session, "sita", "Viewer"))
    client.post("/language", data={"language": "fr"})
    other = enter_as(app.test_client(), session, add_user_with(session, "mohan", "Viewer"))
    assert tongue(other.get("/account/sessions")) == ("en", "ltr")


@pytest.mark.parametrize("kept", [{"no": "text"}, "xx", None, 7])
def test_a_preference_that_is_no_language_is_passed_over(
    client: FlaskClient, session: Session, kept: object
) -> None:
    user = add_user_with(session, "sita", "Viewer")
    remember_preference(session, user.id, "language", kept)
    enter_as(client, session, user)
    assert tongue(client.get("/account/sessions", headers={"Accept-Language": "fr"})) == ("fr", "ltr")


def test_the_switch_names_each_language_in_itself_and_says_which_is_on(client: FlaskClient) -> None:
    page = client.get(SIGN_IN, headers={"Accept-Language": "ne"}).text
    for code, name in LANGUAGES.items():
        assert re.search(
            rf'value="{code}"\s+lang="{code}"\s+aria-pressed="{str(code == "ne").lower()}"[^>]*>\s*<bdi>{name}',
            page,
        )


def test_a_page_whose_address_is_a_secret_says_itself_where_to_come_back_to(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "fr", "back": "/sign-in?next=/jobs"})
    assert answer.location == "/sign-in?next=/jobs"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/language", "/no-such-page", ""]
)
def test_A14_the_way_back_is_a_page_of_ours(client: FlaskClient, back: str) -> None:
    assert client.post("/language", data={"language": "fr", "back": back}).location == "/"
    evil = {"Referer": "https://evil.example/sign-in"}
    assert client.post("/language", data={"language": "fr"}, headers=evil).location == "/"


def test_no_cache_gives_one_readers_page_to_another(client: FlaskClient) -> None:
    assert {"accept-language", "cookie"} <= {one.lower() for one in client.get(SIGN_IN).vary}


def test_numbers_have_the_readers_digits_and_separators(app: Flask) -> None:
    shown = {"en": "1,234,567", "ne": "१२,३४,५६७", "ar": "1,234,567", "fr": "1\u202f234\u202f567"}
    for language, number in shown.items():
        with reading(app, language):
            assert filters.number(1_234_567) == number
    with reading(app, "ne"):
        assert filters.percent(0.25) == "२५%"
        assert filters.filesize(1_500).startswith("१.५")


def test_days_and_times_are_the_readers(app: Flask) -> None:
    when = dt.datetime(2026, 11, 22, 13, 5, tzinfo=dt.UTC)
    with reading(app, "fr"):
        assert "22 nov. 2026" in str(filters.moment(when))
        assert "13:05" in str(filters.moment(when))
    with reading(app, "ne"):
        assert "२०२६" in str(filters.moment(when))
        assert 'datetime="2026-11-22T13:05:00+00:00"' in str(filters.moment(when))


def test_what_is_typed_or_called_keeps_its_digits(app: Flask) -> None:
    with reading(app, "ne"):
        assert "+977 980-1234567" in str(filters.phone("+9779801234567"))
        assert "01234567" in gettext("%(code)s is your code for Rahat Portal.", code="01234567")


def test_numbers_in_sentences_are_written_as_their_reader_does(app: Flask) -> None:
    many = "%(num)s session has ended.", "%(num)s sessions have ended."
    with reading(app, "fr"):
        assert ngettext(*many, 12_345).startswith("12\u202f345 sessions")
        assert ngettext(*many, 1).startswith("1 session ")
        drawn = render_template_string("{{ ngettext(one, more, 12345) }}", one=many[0], more=many[1])
        assert drawn == ngettext(*many, 12_345)


def test_what_goes_into_a_sentence_of_a_template_is_escaped(app: Flask) -> None:
    with reading(app, "fr"):
        drawn = render_template_string("{{ _('Welcome, %(name)s', name='<b>') }}")
    assert drawn == "Bienvenue, &lt;b&gt;"


def test_a_refusal_is_said_in_the_readers_language(app: Flask) -> None:
    form = type("Form", (PortalForm,), {})
    with reading(app, "fr"):
        refused = form()
        refused.refuse(Refusal("Take at least %(count)s characters.", count=8))
        assert refused.form_errors == ["Prenez au moins 8 caractères."]
