"""Lists, values behind their names and words within sentences, in the reader's language."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, lazy_gettext, pgettext
from markupsafe import Markup

from portal.core.errors import Words
from portal.web import filters
from portal.web.phrases import listed, listed_apart, named, named_on_page

pytestmark = pytest.mark.database


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    """A request whose page is written in that language."""
    with app.test_request_context("/"), force_locale(language):
        yield


@pytest.mark.parametrize(
    ("language", "said"), [("en", "A, B, C"), ("fr", "A, B, C"), ("ne", "A, B, C"), ("ar", "A، B، C")]
)
def test_a_list_has_the_comma_of_the_language(app: Flask, language: str, said: str) -> None:
    with reading(app, language):
        assert listed(["A", "B", "C"]) == said
        assert (listed(["A"]), listed([])) == ("A", "")


def test_on_a_page_each_thing_of_a_list_keeps_its_own_direction_and_stays_text(app: Flask) -> None:
    with reading(app, "ar"):
        assert listed_apart(["<b>", "سيتا"]) == "<bdi>&lt;b&gt;</bdi>، <bdi>سيتا</bdi>"
        assert not listed_apart(None)
        assert not listed_apart([])


def test_a_value_stands_behind_its_name_with_the_blank_that_french_wants(app: Flask) -> None:
    with reading(app, "en"):
        assert named("a < b", "Name") == "Name: a < b"
        assert named_on_page("a < b", "Name") == "Name: a &lt; b"
        assert named_on_page(Markup("<b>a</b>"), lazy_gettext("Name")) == "Name: <b>a</b>"
    with reading(app, "fr"):
        assert named("Sita", gettext("Name")) == "Nom\u00a0: Sita"


def test_what_goes_into_a_sentence_may_be_words_and_several_things(app: Flask) -> None:
    said = "The role %(role)s came with the portal and cannot be deleted."
    with reading(app, "fr"):
        assert "« Manager »" not in gettext(said, role=Words("Manager"))
        assert gettext("Manager") in gettext(said, role=Words("Manager"))
        assert "Manager" in gettext(said, role="Manager")
        assert f"{gettext('Name')}, 12" in gettext(said, role=[Words("Name"), 12])


def test_a_word_with_two_meanings_is_said_as_it_is_meant(app: Flask) -> None:
    with reading(app, "ne"):
        assert pgettext("permission", "Delete") != gettext("Delete")
        shown = render_template_string("{{ pgettext('permission', 'Delete') }}|{{ _('Delete') }}")
        assert shown == f"{pgettext('permission', 'Delete')}|{gettext('Delete')}"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "12.3K"), ("fr", "12,3\u00a0k"), ("ne", "१२.३\u00a0हजार"), ("ar", "12.3\u00a0ألف")],
)
def test_a_number_without_room_is_short_and_in_the_digits_of_the_language(
    app: Flask, language: str, said: str
) -> None:
    with reading(app, language):
        assert filters.compact(12_345) == said
