"""When people work, in the reader's words."""

import datetime as dt

from babel.dates import format_time, get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.grievances.models import GrievanceCalendar
from portal.web.filters import ENGLISH, in_digits
from portal.web.phrases import listed


def hours_words(calendar: GrievanceCalendar) -> str:
    """Working days and hours in one line, such as "Mon, Tue, Wed, 9:00 AM to 5:00 PM"."""
    names = get_day_names("abbreviated", locale=get_locale() or ENGLISH)
    days = listed(names[day - 1] for day in calendar.days)
    return str(
        _(
            "%(days)s, %(begin)s to %(end)s",
            days=days,
            begin=_time(calendar.opens),
            end=_time(calendar.closes),
        )
    )


def _time(value: dt.time) -> str:
    return in_digits(format_time(value, "short", locale=get_locale() or ENGLISH))
