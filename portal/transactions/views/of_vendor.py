"""What a vendor was paid: in figures on their page, and as a statement of some days to be printed."""

import datetime as dt
from uuid import UUID

from flask import Response, request

from portal.core.db import db
from portal.transactions.forms import StatementForm
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.listing import SORTS, page_of_transactions
from portal.transactions.queries.totals import totals_of
from portal.transactions.views import bp
from portal.vendors.views.loading import frame, vendor_to
from portal.web.access import current_ability, requires
from portal.web.htmx import page

ON_PAPER = 1_000
"""Transactions that a statement prints; of more it says so, and an export has all."""
SHOWN = ("created", "beneficiary", "project", "status", "amount", "currency")


@bp.get("/of-vendor/<uuid:vendor_uuid>/totals")
@requires("read", "Transaction")
def show_vendor_totals(vendor_uuid: UUID) -> Response:
    """What a vendor's transactions come to, of those that the reader may see."""
    vendor = vendor_to("read", vendor_uuid)
    totals = totals_of(db.session(), TransactionFilter(vendor=vendor_uuid), current_ability(), further=True)
    return page("transactions/show_vendor_totals.html", "totals", vendor=vendor, totals=totals)


@bp.get("/of-vendor/<uuid:vendor_uuid>/statement")
@requires("read", "Transaction")
def show_statement(vendor_uuid: UUID) -> Response:
    """A vendor's transactions of some days in their order, with their totals; of this month where no days are named."""
    vendor, form, ability = vendor_to("read", vendor_uuid), _form(), current_ability()
    around = {**frame(vendor), "form": form}
    if not form.validate():
        return page("transactions/show_statement.html", **around, rows=None, status=422)
    chosen = TransactionFilter(
        vendor=vendor_uuid, created_from=form.created_from.data, created_to=form.created_to.data
    )
    found = page_of_transactions(db.session(), chosen, ability, SHOWN, SORTS["created"], size=ON_PAPER)
    return page(
        "transactions/show_statement.html",
        **around,
        rows=found.rows,
        more=found.next is not None,
        most=ON_PAPER,
        totals=totals_of(db.session(), chosen, ability, further=True),
        made=dt.datetime.now(dt.UTC),
    )


def _form() -> StatementForm:
    """The days of the address, or this month so far."""
    if request.args.get("created_from") or request.args.get("created_to"):
        return StatementForm(request.args)
    today = dt.datetime.now(dt.UTC).date()
    return StatementForm(formdata=None, created_from=today.replace(day=1), created_to=today)
