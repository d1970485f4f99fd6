"""Claiming a payment for a person whom the vendor served."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.desk.forms import ClaimForm
from portal.desk.queries.claims import currencies_in, person_in_project, projects_at_work
from portal.desk.queries.shop import Shop
from portal.desk.views import bp
from portal.desk.views.shop import own_shop
from portal.transactions.operations.making import Payout, make_transaction
from portal.transactions.queries.currencies import currencies_to_choose
from portal.users.phones import USUAL_REGION, fold_phone
from portal.web import rates
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other

LOOKS_MOST, LOOKS_SECONDS = 120, 3_600
"""People whom a vendor may look for in an hour: more than a shop serves, too few to try out numbers."""


@bp.route("/claim", methods=["GET", "POST"])
@requires("create", "Transaction")
def make_claim() -> Response:
    """Who was served and with how much; then who was found, to be sure; then the claim, which waits for approval."""
    shop, form = own_shop(), ClaimForm()
    projects = projects_at_work(db.session(), shop.uuid)
    codes = currencies_in(db.session(), [project.uuid for project in projects])
    form.offer(
        [(project.uuid, project.name) for project in projects], codes or currencies_to_choose(db.session())
    )
    if not form.validate_on_submit():
        return _ask(shop, form, projects, 422 if form.is_submitted() else 200)
    rates.take("claim", str(shop.uuid), LOOKS_MOST, LOOKS_SECONDS)
    try:
        person = _find(form)
        if form.sure.data != str(person.uuid):
            return _ask(shop, form, projects, 200, person=person)
        uuid = make_transaction(
            db.session(), _payout(form, shop, person.uuid), by=current_person().id, key=_key(form)
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(shop, form, projects, refusal.status)
    db.session.commit()
    flash(_("The claim is sent. It waits for approval."), "success")
    return see_other(url_for("desk.show_payment", uuid=uuid))


def _find(form: ClaimForm) -> Any:
    """Raises Refusal, which says as much of somebody unknown as of somebody in another project."""
    typed = form.person.data or ""
    phone = fold_phone(typed, current_app.config.get("PORTAL_REGION", USUAL_REGION))
    person = person_in_project(db.session(), UUID(form.project.data), phone=phone, code=typed)
    if person is None:
        raise Refusal("Nobody in this project has this phone or code. Look at the card once more.", "person")
    return person


def _payout(form: ClaimForm, shop: Shop, person: UUID) -> Payout:
    if form.amount.amount is None:
        raise Refusal("Write the amount.", "amount")
    return Payout(UUID(form.project.data), person, shop.uuid, form.amount.amount, form.currency.data)


def _key(form: ClaimForm) -> UUID | None:
    """What the form's page was given; none where somebody wrote into it."""
    try:
        return UUID(form.once.data or "")
    except ValueError:
        return None


def _ask(shop: Shop, form: ClaimForm, projects: Any, status: int, person: Any = None) -> Response:
    return page("desk/make_claim.html", shop=shop, form=form, projects=projects, person=person, status=status)
