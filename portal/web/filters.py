"""How templates write numbers, times and phones: by the reader's language, never by hand."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import lucide.jinja
import phonenumbers
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, request
from flask_babel import format_time, get_locale, get_timezone, gettext
from markupsafe import Markup

from portal.web.labels import label

ENGLISH = Locale("en")
NO_PHONE = "none:"
"""What stands in the phone column, before a uuid, of a person who has none."""


def number(value: float | None) -> str:
    """A number with the reader's separators; an em dash for nothing."""
    return "—" if value is None else _decimal(value, get_locale() or ENGLISH)


@lru_cache(2048)
def _decimal(value: float, locale: Locale) -> str:
    """Each list says twice how many there are, and mostly the same."""
    return format_decimal(value, locale=locale)


def date(value: dt.date | dt.datetime | None) -> str:
    """A day, in the reader's way."""
    return day_writer()(value)


def day_writer() -> Callable[[dt.date | dt.datetime | None], str]:
    """What writes days for this reader: their language and time zone are looked up once, not for each day."""
    zone, locale = get_timezone(), get_locale()

    def write(value: dt.date | dt.datetime | None) -> str:
        if value is None:
            return "—"
        return _day(value.astimezone(zone).date() if isinstance(value, dt.datetime) else value, locale)

    return write


@lru_cache(2048)
def _day(day: dt.date, locale: Locale) -> str:
    """A list shows the same few days over and over, and wording one takes longer than the rest of its row."""
    return format_date(day, "medium", locale)


def moment(value: dt.datetime | None) -> str | Markup:
    """A time to the minute, with the exact one for machines and on hover."""
    if value is None:
        return "—"
    exact = value.astimezone(dt.UTC).isoformat(timespec="seconds")
    shown = f"{date(value)}, {format_time(value, 'short')}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, shown)


def filesize(size: int | None) -> str:
    """Bytes in the unit a person would use."""
    if size is None:
        return "—"
    for unit, limit in (("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)):
        if size < limit * 1_000 or unit == "GB":
            return f"{number(round(size / limit, 1))} {unit}"
    return ""


def phone(value: str | None) -> str | Markup:
    """A phone number in groups, always left to right; a masked one as it is; "No phone" for none."""
    if not value:
        return "—"
    if value.startswith(NO_PHONE):
        return str(gettext("No phone"))
    return _in_groups(value)


@lru_cache(10_000)
def _in_groups(value: str) -> Markup:
    """A page that is looked at again, and the next list with the same people, find their numbers in groups."""
    shown = value
    if "•" not in value:
        try:
            shown = phonenumbers.format_number(_parsed(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        except phonenumbers.NumberParseException:
            shown = value
    return Markup('<bdi dir="ltr" class="text-nowrap">{}</bdi>').format(shown)


def _parsed(value: str) -> phonenumbers.PhoneNumber:
    """A number as stored (E.164). Its country is read off; only where a nought follows does it take a full parse."""
    digits = value[1:]
    if value[0] == "+" and digits.isascii() and digits.isdecimal():
        for length in (1, 2, 3):
            country, rest = digits[:length], digits[length:]
            if int(country) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE and rest[:1] > "0" and len(rest) > 3:
                return phonenumbers.PhoneNumber(country_code=int(country), national_number=int(rest))
    return phonenumbers.parse(value)


def short_wallet(value: str | None) -> str | Markup:
    """A wallet address by its first and last characters, whole on hover."""
    if not value:
        return "—"
    return Markup('<bdi dir="ltr" title="{0}"><code>{1}…{2}</code></bdi>').format(
        value, value[:6], value[-4:]
    )


def theme() -> str:
    """The look this browser chose (`light`, `dark`, or `auto`), kept in a cookie that holds nothing else."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in {"light", "dark"} else "auto"


def init_filters(app: Flask) -> None:
    """Give every template the filters, the icons and the labels."""
    env = app.jinja_env
    env.filters.update(
        numberformat=number,
        date=date,
        moment=moment,
        filesize=filesize,
        phone=phone,
        short_wallet=short_wallet,
        label=label,
    )
    env.globals["icon"] = lru_cache(512)(lucide.jinja.lucide)
    env.globals["label"] = label
    app.context_processor(lambda: {"theme": theme()})
