"""A statement of the payments of some days: on paper, and as a file."""

import datetime as dt

from flask import Response, request
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.exporting import export
from portal.desk.forms import DaysForm, zone
from portal.desk.queries.payments import ON_PAPER, Chosen, all_payments, file_of, totals_of
from portal.desk.queries.period import Period, today_in
from portal.desk.views import bp
from portal.desk.views.shop import own_shop
from portal.web.access import requires
from portal.web.downloads import ask_to_wait, send, take_turn
from portal.web.htmx import page


@bp.get("/statement")
@requires("read", "Transaction")
def show_statement() -> Response:
    """All payments of a period with their totals, as they go on paper; of this month where no days are named."""
    shop, form = own_shop(), _form()
    if not form.validate():
        return page("desk/show_statement.html", shop=shop, form=form, rows=None, status=422)
    chosen = Chosen(form.period)
    rows = all_payments(db.session(), shop.uuid, chosen)
    return page(
        "desk/show_statement.html",
        shop=shop,
        form=form,
        rows=rows,
        totals=totals_of(db.session(), shop.uuid, chosen),
        most=ON_PAPER,
        made=dt.datetime.now(dt.UTC),
    )


@bp.get("/statement.csv")
@requires("read", "Transaction")
def download_statement() -> Response:
    """The same as a file for a spreadsheet."""
    shop, form = own_shop(), _form()
    if not form.validate():
        return page("desk/show_statement.html", shop=shop, form=form, rows=None, status=422)
    turn = take_turn()
    if turn is None:
        return ask_to_wait()
    header = [_("Date"), _("Amount"), _("Currency"), _("State"), _("Person"), _("Project"), _("Reference")]
    body = export(
        db.session(), "csv", lambda safe: file_of(shop.uuid, Chosen(form.period), safe), header, "payments"
    )
    period: Period = form.period
    name = "-".join(day.isoformat() for day in (period.first, period.last) if day)
    return send(turn, body, "text/csv; charset=utf-8", f"payments-{name or 'all'}.csv")


def _form() -> DaysForm:
    """The days of the address, or this month so far."""
    if request.args.get("since") or request.args.get("until"):
        return DaysForm(request.args)
    today = today_in(zone())
    return DaysForm(formdata=None, since=today.replace(day=1), until=today)
