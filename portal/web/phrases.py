"""How things are put together into one line in the reader's language: lists, names with their values, sentences.

Babel's own patterns for lists lack those of Nepali, so the way to write the next one down is a sentence of ours.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from portal.core.errors import Words
from portal.web.filters import number


def listed(things: Iterable[object]) -> str:
    """Several things one after another, as "A, B, C"; nothing for none."""
    return _between().join(str(_in_words(thing)) for thing in things)


def listed_apart(things: Iterable[object] | None) -> Markup:
    """The same for a page: each keeps to itself the direction in which it is written."""
    said = [Markup("<bdi>{}</bdi>").format(_in_words(thing)) for thing in things or ()]
    return Markup(_between()).join(said)  # noqa: S704 -- our own words


def named(value: object, name: object) -> str:
    """A value behind what it is called, as "Name: value"."""
    return str(_("%(name)s: %(value)s", name=name, value=value))


def named_on_page(value: object, name: object) -> Markup:
    """The same for a page; a value that is markup stays what it is."""
    return Markup(_("%(name)s: %(value)s")) % {"name": name, "value": value}  # noqa: S704 -- our own words


def written(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into a sentence as its reader writes it: numbers, words that have a translation, several things."""
    return {name: _written(value) for name, value in variables.items()}


def _written(value: Any) -> Any:
    if type(value) is int or type(value) is float:
        return number(value)
    if type(value) is tuple or type(value) is list:
        return listed(value)
    return _in_words(value)


def _in_words(thing: Any) -> Any:
    return _(str(thing)) if type(thing) is Words else thing


def _between() -> str:
    """What stands between two things of a list."""
    return str(_("%(before)s, %(next)s", before="", next=""))


def init_phrases(app: Flask) -> None:
    """Give every template the filters."""
    app.jinja_env.filters.update(listed=listed_apart, named=named_on_page)
