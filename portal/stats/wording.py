"""Figures in words: times, shares, and what stands for a number that is not shown."""

from flask_babel import gettext as _
from markupsafe import Markup

from portal.stats.queries.grievances import FEWEST
from portal.web.filters import number, percent

HOUR = 60


def hours(minutes: int | None) -> str:
    """Working time in hours, to a tenth below ten; a dash where there is none."""
    if minutes is None:
        return "—"
    length = minutes / HOUR
    return str(_("%(hours)s h", hours=number(round(length, 1) if length < 10 else round(length))))


def amount(value: int | None) -> str | Markup:
    """A number, or that it is too small to be told."""
    if value is not None:
        return number(value)
    return Markup('<span class="absent" title="{0}">—<span class="visually-hidden">{0}</span></span>').format(
        _("fewer than %(fewest)s, or left out to hide such a number", fewest=number(FEWEST))
    )


def share(part: int | None, whole: int | None) -> str:
    """A part of a whole in hundredths; a dash where either is not shown, or there is nothing to share."""
    return percent(part / whole) if part is not None and whole else "—"
