"""Changing a draft: what it says of each payment, what one person receives, and who is not in it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import unpacked
from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.payouts.forms import AmountForm, TermsForm, TickedForm
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.operations import drafting
from portal.payouts.operations.moving import MOVED_ON
from portal.payouts.queries.amounts import numeric_keys
from portal.payouts.queries.lists import told_of
from portal.payouts.queries.rows import row_with
from portal.payouts.terms import AmountRule
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.payouts.views.making import fill_by_job
from portal.payouts.views.rows import page_of_rows_of
from portal.transactions.queries.currencies import currencies_to_choose
from portal.vendors.queries.at_work import the_vendor_at_work, vendors_to_choose
from portal.web.access import current_ability, current_person, requires
from portal.web.amounts import money_words
from portal.web.htmx import see_other
from portal.web.picking import among


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "PayoutList")
def edit_list(uuid: UUID) -> Response:
    """Say other terms; the rows are then made anew. Who filled in the form from an older state sees both."""
    found = list_to("update", uuid)
    form = _form(found)
    if not form.validate_on_submit():
        return _ask(found, form, 422 if form.is_submitted() else 200)
    try:
        if found.state != State.DRAFT:
            raise Conflict(MOVED_ON)
        if form.terms().vendor != found.vendor_id:
            the_vendor_at_work(db.session(), form.terms().vendor, found.project_id)
        by = current_person().id
        seen = form.version_seen
        drafting.change_terms(db.session(), found, form.terms(), seen=seen, by=by, job=fill_by_job(uuid))
    except Refusal as refusal:
        db.session.rollback()
        found = list_to("update", uuid)
        form.refuse(refusal)
        if not isinstance(refusal, Conflict):
            return _ask(found, form, refusal.status)
        form.version.data = str(found.version)  # who sends it once more has seen the other values
        return _ask(found, form, refusal.status, _differing(found, form))
    db.session.commit()
    flash(_("The changes are saved; everybody's amount is worked out anew."), "success")
    return see_other(url_for("payouts.show_list", uuid=uuid))


@bp.route("/<uuid:uuid>/rows/<uuid:row_uuid>", methods=["GET", "POST"])
@requires("update", "PayoutList")
def edit_row(uuid: UUID, row_uuid: UUID) -> Response:
    """What one person of a draft receives."""
    found = list_to("update", uuid)
    row = db.session.execute(row_with(found, row_uuid, current_ability())).one_or_none()
    if row is None:
        raise NotFound
    form = AmountForm(amount=row.amount, version=str(found.version))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page_of("payouts/edit_row.html", found, form=form, row=row, now=None, status=status)
    try:
        by = current_person().id
        drafting.set_amount(db.session(), uuid, row_uuid, form.given, seen=form.version_seen, by=by)
    except Refusal as refusal:
        db.session.rollback()
        found = list_to("update", uuid)
        row = db.session.execute(row_with(found, row_uuid, current_ability())).one_or_none()
        form.refuse(refusal)
        form.version.data = str(found.version)
        now = money_words(row.amount, found.currency) if row else None
        return page_of("payouts/edit_row.html", found, form=form, row=row, now=now, status=refusal.status)
    db.session.commit()
    flash(_("The amount is saved."), "success")
    return see_other(url_for("payouts.list_rows", uuid=uuid))


@bp.post("/<uuid:uuid>/rows/remove")
@requires("update", "PayoutList")
def remove_rows(uuid: UUID) -> Response:
    """Take the ticked people out of a draft."""
    found, form = list_to("update", uuid), TickedForm()
    if not form.validate_on_submit():
        return page_of_rows_of(found, form, status=422)
    try:
        removed = drafting.remove_rows(
            db.session(), uuid, form.ticked(), seen=form.version_seen, by=current_person().id
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page_of_rows_of(list_to("update", uuid), form, status=refusal.status)
    db.session.commit()
    said = ngettext("%(num)s person is out of the list.", "%(num)s people are out of the list.", removed)
    flash(said, "success")
    return see_other(url_for("payouts.list_rows", uuid=uuid))


def _form(found: PayoutList) -> TermsForm:
    session, ability = db.session(), current_ability()
    data: dict[str, Any] = {
        "title": found.title,
        "rule": found.amount_rule,
        "amount": found.amount,
        "key": found.amount_key or "",
        "currency": found.currency,
        "vendor": str(found.vendor_id),
        "method": found.method,
        "provider": found.provider or "",
    }
    form = TermsForm(version=str(found.version), **data)
    chosen = unpacked(found.filter) if found.filter else PeopleFilter(project=found.project_id)
    form.offer(
        among(vendors_to_choose(ability, found.project_id)),
        url_for("vendors.suggest_names", field="vendor", project=found.project_id),
        currencies_to_choose(session, found.currency),
        numeric_keys(session, chosen, ability),
        again=found.amount_rule == AmountRule.AS_BEFORE,
    )
    form.keep((found.vendor_id, told_of(session, found.uuid).vendor), found.amount_key)
    return form


def _differing(found: PayoutList, form: TermsForm) -> dict[str, Any]:
    """What others saved where something else was typed."""
    now: dict[str, Any] = {}
    if form.title.data != found.title:
        now["title"] = found.title
    if form.amount.amount != found.amount:
        now["amount"] = money_words(found.amount, found.currency)
    for name, value in (
        ("rule", found.amount_rule),
        ("key", found.amount_key or ""),
        ("currency", found.currency),
        ("vendor", str(found.vendor_id)),
        ("method", found.method),
    ):
        if form[name].data != value:
            now[name] = dict(form[name].choices).get(value, value)
    return now


def _ask(found: PayoutList, form: TermsForm, status: int, now: dict[str, Any] | None = None) -> Response:
    return page_of("payouts/edit_list.html", found, form=form, now=now or {}, status=status)
