"""The settings of grievances on one page: what they are about, how they come, how long they may take, who gets them."""

from flask import Response

from portal.core.db import db
from portal.grievances.hours import hours_words
from portal.grievances.models import PRIORITIES
from portal.grievances.queries import settings as queries
from portal.grievances.queries.ladder import ladder
from portal.grievances.terms import RECEIVER_NAMES
from portal.grievances.views import bp
from portal.grievances.wording import priority_words, term
from portal.projects.offered import zone_words
from portal.users.roles import spoken
from portal.web.access import requires
from portal.web.htmx import page


@bp.get("/settings")
@requires("read", "Setting")
def show_settings() -> Response:
    """Everything that can be set, each with the way to change it."""
    session = db.session()
    return page(
        "grievances/show_settings.html",
        categories=queries.categories(session),
        channels=queries.channels(session),
        targets=queries.targets(session),
        calendars=queries.calendars(session),
        rules=queries.rules(session),
        steps=ladder(session),
        priorities=tuple(reversed(PRIORITIES)),
        priority_words=priority_words,
        term=term,
        zone_words=zone_words,
        hours_words=hours_words,
        receivers=RECEIVER_NAMES,
        role_words=spoken,
    )
