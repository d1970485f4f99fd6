"""What forms about projects offer to choose from, in the reader's language: currencies and time zones."""

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale
from sqlalchemy.orm import Session

from portal.core.values.money import currencies
from portal.projects.queries.currencies import tokens

ENGLISH = Locale("en")
NOWHERE = "Etc/"
"""How zones begin that are of no place: so many hours from Greenwich."""


def currencies_to_choose(session: Session) -> Sequence[tuple[str, str]]:
    """The tokens of the registry, then the currencies of the world by their codes, each with its words."""
    return [*((symbol, symbol) for symbol in tokens(session)), *_currencies(get_locale() or ENGLISH)]


def time_zones() -> Sequence[tuple[str, str]]:
    """The time zones of the world by what they are called, each name of IANA's with its words."""
    return _time_zones(get_locale() or ENGLISH)


def zone_words(name: str) -> str:
    """A time zone in words, such as "Nepal (Asia/Kathmandu)"; its bare name where the language has none."""
    return dict(time_zones()).get(name, name)


@lru_cache(8)
def _currencies(locale: Locale) -> tuple[tuple[str, str], ...]:
    return tuple((code, f"{code} – {locale.currencies.get(code, code)}") for code in sorted(currencies()))


@lru_cache(8)
def _time_zones(locale: Locale) -> tuple[tuple[str, str], ...]:
    there = available_timezones()
    places = get_global("zone_territories")
    named = [
        (name, f"{get_timezone_location(name, locale=locale)} – {name}")
        for name in places
        if name in there and not name.startswith(NOWHERE)
    ]
    return (("UTC", "UTC"), *sorted(named, key=lambda pair: pair[1]))
