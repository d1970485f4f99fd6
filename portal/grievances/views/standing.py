"""The counters above the list and the board: which cases wait for whom, each a link to them."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from portal.core.db import db
from portal.core.enums import GrievanceStatus
from portal.grievances.forms.listing import ME, NOBODY
from portal.grievances.queries.filters import ClockFilter
from portal.grievances.queries.standing import standing_of
from portal.grievances.views.reading import Reading
from portal.web.access import current_ability, current_person
from portal.web.lists import here

OPEN = [GrievanceStatus.NEW.value, GrievanceStatus.UNDER_REVIEW.value]
CHOOSING = {"who": None, "clock": None, "status": None}


def segments_of(reading: Reading, *, narrow: bool = True) -> list[dict[str, Any]]:
    """The counters of a valid reading. On the board, which has a column for each status, they do not `narrow` to the
    open ones, though these alone are counted."""
    found = standing_of(db.session(), reading.chosen, current_ability(), current_person().id)
    statuses = OPEN if narrow else None
    choices: list[tuple[str, int, dict[str, Any], str, str]] = [
        (pgettext("cases", "Open") if narrow else _("Everybody’s"), found.open, {"status": statuses}, "", ""),
        (_("Mine"), found.mine, {"who": ME, "status": statuses}, "", ""),
        (_("Nobody’s"), found.unassigned, {"who": NOBODY, "status": statuses}, "", ""),
        (_("Breached"), found.breached, {"clock": ClockFilter.BREACHED.value}, "bad", "triangle"),
        (_("At risk"), found.at_risk, {"clock": ClockFilter.AT_RISK.value}, "warn", "half"),
        (_("Waiting for an answer"), found.waiting, {"clock": ClockFilter.WAITING.value}, "neutral", "ring"),
    ]
    now = {name: reading.query[name] for name in CHOOSING if name in reading.query}
    return [
        {
            "label": label,
            "count": count,
            "url": here(reading.query, **{**CHOOSING, **wanted}),
            "current": now == _as_query(wanted),
            "tone": tone if count else "",
            "shape": shape,
        }
        for label, count, wanted, tone, shape in choices
    ]


def _as_query(wanted: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in wanted.items()
        if value is not None
    }
