"""A vendor's payments, and one with its story."""

from typing import Any
from uuid import UUID

from flask import Response, request

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keyset import read_position
from portal.desk.forms import PaymentsForm
from portal.desk.queries.payments import NEWEST, page_of_payments, payment_of, totals_of
from portal.desk.views import bp
from portal.desk.views.shop import own_shop
from portal.web.access import current_person, requires
from portal.web.htmx import page
from portal.web.lists import query_of


@bp.get("/payments")
@requires("read", "Transaction")
def list_payments() -> Response:
    """The payments of some days, newest first, with what they come to."""
    shop, form = own_shop(), PaymentsForm(request.args)
    if not form.validate():
        return page("desk/list_payments.html", shop=shop, form=form, found=None, query={}, status=422)
    position = read_position(request.args.get("at"), NEWEST)
    query: dict[str, Any] = dict(query_of(request.args))
    return page(
        "desk/list_payments.html",
        shop=shop,
        form=form,
        found=page_of_payments(db.session(), shop.uuid, form.chosen, position),
        totals=totals_of(db.session(), shop.uuid, form.chosen),
        query=query,
    )


@bp.get("/payments/<uuid:uuid>")
@requires("read", "Transaction")
def show_payment(uuid: UUID) -> Response:
    """One payment: what happened to it, and what the vendor said of it."""
    shop, person = own_shop(), current_person()
    told = payment_of(db.session(), shop.uuid, uuid, person.id)
    if told is None:
        raise NotFound
    return page(
        "desk/show_payment.html",
        shop=shop,
        payment=told.payment,
        own=told.payment.created_by == person.id,
        disputes=told.disputes,
    )
