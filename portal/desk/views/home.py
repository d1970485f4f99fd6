"""The first page: today, this week, what waits, the last payments."""

from flask import Response
from flask_babel import get_locale

from portal.core.db import db
from portal.desk.forms import zone
from portal.desk.queries.figures import figures_of
from portal.desk.queries.payments import Chosen, page_of_payments
from portal.desk.queries.period import Period, this_week, today_in
from portal.desk.views import bp
from portal.desk.views.shop import own_shop
from portal.web.access import requires
from portal.web.htmx import page

LAST = 5
"""Payments that the first page shows."""


@bp.get("")
@requires("read", "Transaction")
def show_desk() -> Response:
    """What a vendor wants to know before anything else."""
    shop, here, locale = own_shop(), zone(), get_locale()
    today = today_in(here)
    monday = this_week(today, locale.first_week_day if locale else 0)
    found = figures_of(db.session(), shop.uuid, Period(today, today, here), Period(monday, today, here))
    last = page_of_payments(db.session(), shop.uuid, Chosen(Period(None, None, here)), size=LAST)
    return page("desk/show_desk.html", shop=shop, figures=found, last=last.rows, today=today, monday=monday)
