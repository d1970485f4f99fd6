"""How templates write numbers, times and phones: by the reader's language, never by hand."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from flask import Flask, request
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.web.labels import label

ENGLISH = Locale("en")
DIGITS = {
    "deva": str.maketrans("0123456789", "०१२३४५६७८९"),
    "arab": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
}
"""The digits of a numbering system, for those of the locale data (CLDR) that our languages use: Babel knows which one a
language takes, and leaves the digits themselves to us."""
SIZES = (_l("%(size)s B"), _l("%(size)s kB"), _l("%(size)s MB"), _l("%(size)s GB"))
NO_PHONE = "none:"
"""What stands in the phone column, before a uuid, of a person who has none."""


def number(value: float | None) -> str:
    """A number with the reader's separators; an em dash for nothing."""
    return number_writer()(value)


def number_writer() -> Callable[[float | None], str]:
    """What writes numbers for this reader, whose language is looked up once."""
    locale = get_locale() or ENGLISH
    return lambda value: "—" if value is None else _decimal(value, locale)


@lru_cache(2048)
def _decimal(value: float, locale: Locale) -> str:
    """Each list says twice how many there are, and mostly the same."""
    return _in_digits(format_decimal(value, locale=locale, numbering_system="default"), locale)


def compact(value: int) -> str:
    """A number in a few signs for where there is no room, such as 12.3K."""
    locale = get_locale() or ENGLISH
    return _in_digits(format_compact_decimal(value, locale=locale, fraction_digits=1), locale)


def percent(share: float) -> str:
    """A share of 1 in hundredths, whole ones."""
    locale = get_locale() or ENGLISH
    return _in_digits(format_percent(share, locale=locale, numbering_system="default"), locale)


def duration(length: dt.timedelta) -> str:
    """About how long something takes, in its largest unit."""
    locale = get_locale() or ENGLISH
    return _in_digits(format_timedelta(length, threshold=1.2, locale=locale), locale)


def _in_digits(text: str, locale: Locale) -> str:
    """The figures of `text` in the digits of the language. Not for what is typed, called or looked up by its figures:
    phones, codes and ids stay as they are."""
    digits = DIGITS.get(locale.default_numbering_system)
    return text.translate(digits) if digits else text


def in_digits(figures: str) -> str:
    """Figures that stand alone, in the reader's digits."""
    return _in_digits(figures, get_locale() or ENGLISH)


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
    return _in_digits(format_date(day, "medium", locale), locale)


def moment(value: dt.datetime | None, zone: dt.tzinfo | None = None) -> str | Markup:
    """A time to the minute, as it is in `zone` or else where the portal is; the exact one for machines and on hover."""
    return "—" if value is None else _moment(value, zone or get_timezone(), get_locale() or ENGLISH)


@lru_cache(4096)
def _moment(value: dt.datetime, zone: dt.tzinfo, locale: Locale) -> Markup:
    """Who comes back to a list finds most of its moments worded; `locale` is the reader's, in which `_` speaks too."""
    exact = value.astimezone(dt.UTC).isoformat(timespec="seconds")
    there = value.astimezone(zone)
    time = _in_digits(format_time(there, "short", locale=locale), locale)
    shown = _("%(day)s, %(time)s", day=_day(there.date(), locale), time=time)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, shown)


def filesize(size: int | None) -> str:
    """Bytes in the unit a person would use."""
    if size is None:
        return "—"
    power = min(max(len(str(size)) - 1, 0) // 3, 3)
    return str(SIZES[power] % {"size": number(round(size / 1_000**power, 1))})


def phone(value: str | None) -> str | Markup:
    """A phone number in groups, always left to right; a masked one as it is; "No phone" for none."""
    if not value:
        return "—"
    if value.startswith(NO_PHONE):
        return str(_("No phone"))
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
    """Give every template the filters and the labels."""
    env = app.jinja_env
    env.filters.update(
        numberformat=number,
        percentformat=percent,
        date=date,
        moment=moment,
        filesize=filesize,
        phone=phone,
        short_wallet=short_wallet,
        label=label,
    )
    env.globals["label"] = label
    app.context_processor(lambda: {"theme": theme()})
